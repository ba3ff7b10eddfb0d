/** What Elasticsearch has of our templates. */
import { isDeepStrictEqual } from "node:util";
import { memberOf } from "../../../component/json.ts";
import type { ElasticsearchClient } from "./client.ts";
import type { Template } from "../../../elasticsearch/template.ts";

/** How a template stands to the one that Elasticsearch has under its name. */
export type TemplateState = "missing" | "different" | "same";

/** Looks a template up. */
export async function stateOf(client: ElasticsearchClient, template: Template): Promise<TemplateState> {
  const installed = await installedOf(client, template);
  if (installed === undefined) return "missing";
  return isDeepStrictEqual(comparable(installed), comparable(template.body)) ? "same" : "different";
}

/**
 * The mode of the template that Elasticsearch has under the name of one with a mode; undefined when it has none, or one of
 * a version that made no difference.
 */
export async function installedModeOf(client: ElasticsearchClient, template: Template): Promise<string | undefined> {
  const mode = memberOf(memberOf(await installedOf(client, template), "_meta"), "mode");
  return typeof mode === "string" ? mode : undefined;
}

async function installedOf(client: ElasticsearchClient, template: Template): Promise<unknown> {
  const list = memberOf(await client.get(pathOf(template)), `${template.kind}s`);
  const found = Array.isArray(list) ? list.find((entry) => memberOf(entry, "name") === template.name) : undefined;
  return memberOf(found, template.kind);
}

/** Where a template is: `/_component_template/NAME`. */
export function pathOf({ kind, name }: Template): string {
  return `/_${kind}/${encodeURIComponent(name)}`;
}

/** What the user decides of a template: Elasticsearch adds dates and defaults, and returns settings as text. */
const MEMBERS = [
  "index_patterns",
  "composed_of",
  "ignore_missing_component_templates",
  "priority",
  "version",
  "_meta",
  "template",
] as const;

function comparable(body: unknown): unknown {
  return { dataStream: memberOf(body, "data_stream") !== undefined, ...textual(membersOf(body)) };
}

function membersOf(body: unknown): Record<string, unknown> {
  return Object.fromEntries(MEMBERS.map((name) => [name, memberOf(body, name)]));
}

/** Numbers and booleans as text, members without a value left out. */
function textual<T>(value: T): T {
  if (Array.isArray(value)) return value.map(textual) as T;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(members.map(([name, member]) => [name, textual(member)])) as T;
  }
  return (typeof value === "number" || typeof value === "boolean" ? String(value) : value) as T;
}
