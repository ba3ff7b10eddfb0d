/** What Elasticsearch has of our templates, and how it stands to what the program ships. */
import { createHash } from "node:crypto";
import { isBefore } from "../../../elasticsearch/product.ts";
import type { Template } from "../../../elasticsearch/template.ts";
import { VERSION } from "../../../version.ts";
import { isObject, listAt, memberOf } from "../../../component/json.ts";
import type { SetupClient } from "./client.ts";

/** How a template stands to the one that Elasticsearch has under its name. */
export type Installed =
  | { readonly state: "missing" | "same" }
  /** As a version of this program installed it. */
  | { readonly state: "older" | "newer"; readonly version: string }
  /** Somebody changed it since, in these members among others. */
  | { readonly state: "edited"; readonly differences: readonly string[] };

/** The body that is installed: with the version that ships it, and a fingerprint by which an edit shows. */
export function shippedBody({ body }: Template): Readonly<Record<string, unknown>> {
  return { ...body, _meta: { ...body["_meta"] as object, version: VERSION, content: fingerprintOf(body) } };
}

/** Looks a template up. */
export async function lookUp(client: SetupClient, template: Template): Promise<Installed> {
  const installed = await installedOf(client, template);
  if (installed === undefined) return { state: "missing" };
  const content = fingerprintOf(installed);
  if (content === fingerprintOf(template.body)) return { state: "same" };
  if (memberOf(installed, "_meta", "content") !== content) {
    return { state: "edited", differences: differences(comparable(installed), comparable(template.body)) };
  }
  const version = String(memberOf(installed, "_meta", "version"));
  return { state: isBefore(VERSION, version) ? "newer" : "older", version };
}

/**
 * The mode of the template that Elasticsearch has under the name of one with a mode; undefined when it has none, or one of
 * a version that made no difference.
 */
export async function installedModeOf(client: SetupClient, template: Template): Promise<string | undefined> {
  const mode = memberOf(await installedOf(client, template), "_meta", "mode");
  return typeof mode === "string" ? mode : undefined;
}

/** The priority of the index template that Elasticsearch has under the name of one; undefined when it has none. */
export async function installedPriorityOf(client: SetupClient, template: Template): Promise<number | undefined> {
  const priority = memberOf(await installedOf(client, template), "priority");
  return priority === undefined ? undefined : Number(priority);
}

async function installedOf(client: SetupClient, template: Template): Promise<unknown> {
  const list = listAt(await client.get(pathOf(template)), `${template.kind}s`);
  return memberOf(list.find((entry) => memberOf(entry, "name") === template.name), template.kind);
}

/** Where a template is: `/_component_template/NAME`. */
export function pathOf({ kind, name }: Pick<Template, "kind" | "name">): string {
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

/** Members of `_meta` that tell of a version, and are no part of what it ships. */
const OF_VERSION: ReadonlySet<string> = new Set(["version", "content"]);

/** Of templates, and of whatever else Elasticsearch returns as it got it: numbers and booleans as text, names in order. */
export function fingerprintOf(body: unknown): string {
  return createHash("sha256").update(JSON.stringify(comparable(body))).digest("hex").slice(0, 16);
}

function comparable(body: unknown): unknown {
  const members = Object.fromEntries(MEMBERS.map((name) => [name, memberOf(body, name)]));
  const meta = Object.entries(members["_meta"] ?? {}).filter(([name]) => !OF_VERSION.has(name));
  return textual({ ...members, _meta: Object.fromEntries(meta), data_stream: memberOf(body, "data_stream") && {} });
}

/** Numbers and booleans as text, members without a value left out, the others in the order of their names. */
function textual(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(textual);
  if (isObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
    return Object.fromEntries(
      members.sort(([a], [b]) => a < b ? -1 : 1).map(([name, member]) => [name, textual(member)]),
    );
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

const MAX_DIFFERENCES = 3;

/** Where two values differ, as paths of members; the first of them. */
function differences(one: unknown, other: unknown, path = ""): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isObject(one) || !isObject(other)) return [path];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.flatMap((name) => differences(one[name], other[name], path === "" ? name : `${path}.${name}`))
    .slice(0, MAX_DIFFERENCES);
}
