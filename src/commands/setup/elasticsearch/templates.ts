/** The templates that `setup elasticsearch` installs; `deno task generate` makes them from `mappings/`. */
import { TEMPLATES as ALL } from "../../../mappings/generated/elasticsearch/templates.ts";
import type { Signal } from "../../../component/batch.ts";
import type { Template, TemplateMode } from "../../../elasticsearch/template.ts";
import { fingerprintOf } from "./installed.ts";

export type { Template };

/** An index template of ours. */
export interface IndexTemplate extends Template {
  /** Of the data streams that it is for. */
  readonly pattern: string;
  readonly priority: number;
  /** Fingerprint of what it is composed of; its indices have it in their mappings, as `_meta.content`. */
  readonly content: string;
  /** Name of the component template that `--retention` makes. */
  readonly retentionComponent: string;
}

/** What is added to the priority to stand above the integration's template (200). */
const OVERRIDE = 100;

const TEMPLATES: readonly Template[] = ALL as readonly Template[];

/** Which templates are wanted. */
export interface TemplateChoice {
  readonly mode: TemplateMode;
  /** The only namespace whose data streams they are for; undefined: all that have no templates of their own. */
  readonly namespace?: string | undefined;
  /** Which of ours stand above the integration's. */
  readonly overrideIntegration: boolean | Signal;
}

/** What the index templates of a mode are composed of. */
export function componentTemplates(mode: TemplateMode): readonly Template[] {
  return TEMPLATES.filter((template) => template.kind === "component_template" && isOf(template, mode));
}

/** The index templates, one for each data stream. Those of a namespace have names of their own, and stand above the others. */
export function indexTemplates(choice: TemplateChoice): IndexTemplate[] {
  return TEMPLATES.filter((template) => template.kind === "index_template" && isOf(template, choice.mode))
    .map((template) => indexTemplateOf(template, choice));
}

function indexTemplateOf(
  template: Template,
  { mode, namespace, overrideIntegration }: TemplateChoice,
): IndexTemplate {
  const { index_patterns: [all], priority, composed_of } = template.body as {
    index_patterns: [string];
    priority: number;
    composed_of: readonly string[];
  };
  const pattern = namespace === undefined ? all : all.replace(/\*$/, namespace);
  const isAbove = overrideIntegration === true || all.startsWith(`${overrideIntegration}-`);
  const raised = priority + (isAbove ? OVERRIDE : 0) + (namespace === undefined ? 0 : 1);
  const name = namespace === undefined ? template.name : `${template.name}-${namespace}`;
  const content = fingerprintOf({ template: partsOf(mode, composed_of) });
  const renamed = (names: unknown) =>
    (names as readonly string[]).map((part) => part === `${template.name}@retention` ? `${name}@retention` : part);
  return {
    ...template,
    name,
    body: {
      ...template.body,
      index_patterns: [pattern],
      composed_of: renamed(composed_of),
      ignore_missing_component_templates: renamed(template.body["ignore_missing_component_templates"]),
      priority: raised,
      template: { mappings: { _meta: { content } } },
    },
    pattern,
    priority: raised,
    content,
    retentionComponent: `${name}@retention`,
  };
}

function partsOf(mode: TemplateMode, names: readonly string[]): unknown {
  return componentTemplates(mode).filter(({ name }) => names.includes(name)).map(({ body }) => body["template"]);
}

function isOf(template: Template, mode: TemplateMode): boolean {
  return template.mode === undefined || template.mode === mode;
}
