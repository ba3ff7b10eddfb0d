import { isTree, type Tree } from "../../../config/yaml_files.ts";

/** What processors of a stream add to its records. */
export interface Additions {
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly tags: readonly string[];
}

/**
 * Beats processors that add constant fields or tags, as such; all others are told to `warn`.
 *
 * @see https://www.elastic.co/docs/reference/beats/filebeat/filtering-enhancing-data
 */
export function additionsOf(
  processors: unknown,
  { path, warn }: { path: string; warn: (warning: string) => void },
): Additions {
  const fields: Record<string, string | number | boolean> = {};
  const tags: string[] = [];
  const list: readonly unknown[] = Array.isArray(processors) ? processors : [processors];
  for (const [index, processor] of list.entries()) {
    const place = `${path}[${index}]`;
    const [name, settings] = isTree(processor) ? Object.entries(processor)[0] ?? [] : [];
    if (isTree(settings) && settings["when"] !== undefined) {
      warn(`${place}: not carried over: ${name} has a condition (when), and ours are for every record`);
      continue;
    }
    if (isTree(settings)) {
      if (name === "add_fields" && isTree(settings["fields"]) && !hasList(settings["fields"])) {
        const { target } = settings;
        addFields(fields, { prefix: typeof target === "string" ? target : "fields", added: settings["fields"] });
        continue;
      }
      if (name === "add_tags" && Array.isArray(settings["tags"]) && (settings["target"] ?? "tags") === "tags") {
        tags.push(...settings["tags"].map(String));
        continue;
      }
    }
    warn(
      `${place}: not carried over: the processor ${
        name ?? "without a name"
      } has no counterpart (fields, tags and exclude do)`,
    );
  }
  return { fields, tags };
}

/** Attributes of ours have one value. */
function hasList(fields: Tree): boolean {
  return Object.values(fields).some((value) => Array.isArray(value) || (isTree(value) && hasList(value)));
}

function addFields(
  fields: Record<string, string | number | boolean>,
  { prefix, added }: { prefix: string; added: Tree },
): void {
  for (const [name, value] of Object.entries(added)) {
    const path = prefix === "" ? name : `${prefix}.${name}`;
    if (isTree(value)) addFields(fields, { prefix: path, added: value });
    else if (typeof value === "number" || typeof value === "boolean") fields[path] = value;
    else fields[path] = String(value);
  }
}
