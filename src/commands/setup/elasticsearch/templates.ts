/** The templates that `setup elasticsearch` installs; `deno task generate` makes them from `mappings/`. */
import { TEMPLATES as ALL } from "../../../mappings/generated/elasticsearch/templates.ts";
import type { Template } from "../../../elasticsearch/template.ts";

export type { Template };

/** An index template of ours. */
export interface IndexTemplate extends Template {
  /** Of the data streams that it is for. */
  readonly pattern: string;
  readonly priority: number;
}

/** What is added to the priority to stand above the integration's template (200). */
const OVERRIDE = 100;

const TEMPLATES: readonly Template[] = ALL as readonly Template[];

/** What the index templates are composed of. */
export const COMPONENT_TEMPLATES = TEMPLATES.filter(({ kind }) => kind === "component_template");

/** The index templates, one for each data stream. */
export function indexTemplates({ overrideIntegration }: { overrideIntegration: boolean }): IndexTemplate[] {
  return TEMPLATES.filter(({ kind }) => kind === "index_template").map((template) => {
    const { index_patterns: [pattern], priority } = template.body as { index_patterns: [string]; priority: number };
    const raised = priority + (overrideIntegration ? OVERRIDE : 0);
    return { ...template, body: { ...template.body, priority: raised }, pattern, priority: raised };
  });
}
