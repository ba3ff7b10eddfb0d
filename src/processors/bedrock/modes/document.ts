/** Documents that are the body of a record: mode `integration`. */
import { type FieldDefinition, FieldLookup } from "../../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../../mappings/generated/invocation.ts";
import { MAX_DEPTH, textOfNested } from "../../../otlp/values.ts";
import { isObject, type JsonObject, setMember } from "../read/json.ts";

/** Values by name, nested; a name with dots is a field too. */
export type Document = { [name: string]: unknown };

/** The table's definition of a field of a document, by its path; undefined for a path that it does not list. */
export function fieldOf(path: string): FieldDefinition | undefined {
  return fields.get(path);
}

/** Whether the table lists fields below a path. */
export function hasFieldsBelow(path: string): boolean {
  return parents.has(path);
}

const entries = Object.entries<FieldDefinition>(INVOCATION_FIELDS).filter(([, { modes }]) =>
  modes.includes("integration")
);
const fields = new FieldLookup(Object.fromEntries(entries), (definition) => definition);
const parents: ReadonlySet<string> = new Set(
  entries.flatMap(([name]) => {
    const parts = name.split(".");
    return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("."));
  }),
);

/** A place in a document: what the table says of it, and of the places below it by their names. */
export interface FieldPlace {
  readonly path: string;
  readonly field: FieldDefinition | undefined;
  /** Undefined where no fields are below. */
  readonly members: Map<string, FieldPlace> | undefined;
}

/** The document itself. */
export const ROOT: FieldPlace = { path: "", field: undefined, members: new Map() };

/** The place of a member. Those of the table are known, as to put their paths together took longer than all else. */
export function placeIn({ path, members }: FieldPlace, name: string): FieldPlace {
  return members?.get(name) ?? placeAt(path === "" ? name : `${path}.${name}`);
}

function placeAt(path: string): FieldPlace {
  return known.get(path) ?? { path, field: fieldOf(path), members: undefined };
}

const known = new Map<string, FieldPlace>();
for (const path of new Set([...parents, ...entries.map(([name]) => name)])) {
  known.set(path, { path, field: fieldOf(path), members: parents.has(path) ? new Map() : undefined });
}
for (const place of known.values()) {
  const dot = place.path.lastIndexOf(".");
  const parent = dot < 0 ? ROOT : known.get(place.path.slice(0, dot));
  parent?.members?.set(place.path.slice(dot + 1), place);
}

/**
 * The document with the fields that `keep` returns a value for. It is called for each field of the table, and for each
 * value that is no field and has none below it.
 */
export function reducedDocument(
  document: JsonObject,
  keep: (path: string, value: unknown) => unknown,
): Document {
  return reduced(document, keep, "") ?? {};
}

function reduced(
  document: JsonObject,
  keep: (path: string, value: unknown) => unknown,
  prefix: string,
): Document | undefined {
  const kept = Object.entries(document).map(([name, value]) => {
    const path = prefix + name;
    const isField = fieldOf(path) !== undefined || !hasFieldsBelow(path) || !isObject(value);
    return [name, isField ? keep(path, value) : reduced(value, keep, `${path}.`)] as const;
  }).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

/** Sets a field by its path. Where a value is no object, the rest of the path stays one name with dots. */
export function place(document: Document, path: string, value: unknown): void {
  const dot = path.indexOf(".");
  const name = dot < 0 ? path : path.slice(0, dot);
  const existing = Object.hasOwn(document, name) ? document[name] : undefined;
  if (dot < 0 || (existing !== undefined && !isObject(existing))) return setMember(document, path, value);
  const inner = existing ?? {};
  if (existing === undefined) setMember(document, name, inner);
  place(inner, path.slice(dot + 1), value);
}

/** About how many bytes a value of a document takes. */
export function bytesOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + 4;
  if (typeof value !== "object" || value === null) return 10;
  if (depth === MAX_DEPTH) return textOfNested(value).length;
  let bytes = 8;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      bytes += `${index}`.length + 4 + bytesOf(value[index], depth + 1);
    }
    return bytes;
  }
  const object = value as JsonObject;
  for (const name in object) bytes += name.length + 4 + bytesOf(object[name], depth + 1);
  return bytes;
}
