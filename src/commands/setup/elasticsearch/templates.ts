/** The templates that `setup elasticsearch` installs; `deno task generate` makes them from `mappings/`. */
import { TEMPLATES as ALL } from "../../../mappings/generated/elasticsearch/templates.ts";
import type { Template, TemplateMode } from "../../../elasticsearch/template.ts";

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

/** Which templates are wanted. */
export interface TemplateChoice {
  readonly mode: TemplateMode;
  /** The only namespace whose data streams they are for; undefined: all that have no templates of their own. */
  readonly namespace?: string | undefined;
  readonly overrideIntegration: boolean;
}

/** What the index templates of a mode are composed of. */
export function componentTemplates(mode: TemplateMode): readonly Template[] {
  return TEMPLATES.filter((template) => template.kind === "component_template" && isOf(template, mode));
}

/** The index templates, one for each data stream. Those of a namespace have names of their own, and stand above the others. */
export function indexTemplates({ mode, namespace, overrideIntegration }: TemplateChoice): IndexTemplate[] {
  return TEMPLATES.filter((template) => template.kind === "index_template" && isOf(template, mode)).map((template) => {
    const { index_patterns: [all], priority } = template.body as { index_patterns: [string]; priority: number };
    const pattern = namespace === undefined ? all : all.replace(/\*$/, namespace);
    const raised = priority + (overrideIntegration ? OVERRIDE : 0) + (namespace === undefined ? 0 : 1);
    return {
      ...template,
      name: namespace === undefined ? template.name : `${template.name}-${namespace}`,
      body: { ...template.body, index_patterns: [pattern], priority: raised },
      pattern,
      priority: raised,
    };
  });
}

function isOf(template: Template, mode: TemplateMode): boolean {
  return template.mode === undefined || template.mode === mode;
}
