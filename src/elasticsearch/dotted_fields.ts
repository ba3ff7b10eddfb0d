import type { HrTime } from "@opentelemetry/api";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { elementType, isMap, MAX_DEPTH, nanosOf, pathOf, textOfNested } from "../otlp/values.ts";
import { scalarText, stringText, type ValueContext } from "./json_text.ts";

interface Field {
  readonly name: string;
  /** JSON; undefined: takes part in finding names that collide, and is then left out. */
  readonly text: string | undefined;
}

/**
 * A document as the Collector's `elasticsearch` exporter makes it of attributes in mode `ecs`: maps become dotted names, the
 * names are sorted, and their dots become objects.
 *
 * Where a value and an object have one name, the value is called `value` below it. The exporter looks for that between
 * neighbours only, and so does this: of `team`, `team-id` and `team.name` the first is not next to the third, the document
 * has the key `team` twice, and Elasticsearch refuses it.
 */
export class DottedFields {
  readonly #fields: Field[] = [];

  /** `null`, `undefined` and empty maps add nothing. Of several values of one name the last is kept. */
  add(name: string, value: unknown, { type, depth = 0 }: ValueContext = {}): void {
    if (value === undefined || value === null) return;
    if (isMap(value) && depth < MAX_DEPTH) {
      for (const key of Object.keys(value)) this.add(pathOf(name, key), value[key], { depth: depth + 1 });
    } else {
      this.#fields.push({
        name,
        text: Array.isArray(value) && value.length === 0 ? undefined : textOf(value, type, depth),
      });
    }
  }

  /** All members of a map, at the root. */
  addAll(members: Readonly<Record<string, unknown>>, typeOf: TypeOf): void {
    for (const name of Object.keys(members)) this.add(name, members[name], { type: typeOf(name) });
  }

  /** The document as JSON; undefined when it is empty. */
  toJson(): string | undefined {
    return this.#fields.length === 0 ? undefined : nestedText(resolved(this.#fields));
  }
}

/** In a list what is empty has a place too: `null`. Bytes are not stored. */
function textOf(value: unknown, type: OtlpType | undefined, depth: number): string | undefined {
  const scalar = scalarText(value, type);
  if (scalar !== undefined) return scalar;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return undefined;
  if (depth === MAX_DEPTH) return stringText(textOfNested(value));
  if (Array.isArray(value)) {
    return `[${value.map((item) => textOf(item, elementType(type), depth + 1) ?? "null").join()}]`;
  }
  const fields = new DottedFields();
  fields.add("", value, { depth });
  return fields.toJson();
}

function inOrder({ name: a }: Field, { name: b }: Field): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The fields in the order of their names, those in the way of an object renamed. Of one name the last counts. */
function resolved(fields: Field[]): Field[] {
  fields.sort(inOrder);
  let isRenamed = false;
  for (let index = 0; index < fields.length - 1; index++) {
    const { name, text } = fields[index] as Field;
    const { name: next } = fields[index + 1] as Field;
    if (next.length <= name.length || next[name.length] !== "." || !next.startsWith(name)) continue;
    fields[index] = { name: `${name}.value`, text };
    isRenamed = true;
  }
  return isRenamed ? fields.sort(inOrder) : fields;
}

/** Neighbours that begin alike stand in one object. */
function nestedText(fields: readonly Field[]): string {
  let json = "{";
  let comma = "";
  let open: readonly string[] = [];
  for (let index = 0; index < fields.length; index++) {
    const { name, text } = fields[index] as Field;
    if (text === undefined || name === fields[index + 1]?.name) continue;
    const { parents, key } = pathOfName(name);
    let shared = 0;
    while (shared < open.length && shared < parents.length && open[shared] === parents[shared]) shared++;
    for (let level = open.length; level > shared; level--) json += "}";
    for (let level = shared; level < parents.length; level++) {
      json += `${comma}${parents[level]}:{`;
      comma = "";
    }
    json += `${comma}${key}:${text}`;
    comma = ",";
    open = parents;
  }
  return json + "}".repeat(open.length + 1);
}

/** A name at its dots, each part as JSON. */
interface NamePath {
  readonly parents: readonly string[];
  readonly key: string;
}

/** Records have the same names again and again; what callers name themselves must not fill the memory. */
const paths = new Map<string, NamePath>();
const MAX_PATHS = 5000;

function pathOfName(name: string): NamePath {
  const known = paths.get(name);
  if (known !== undefined) return known;
  const parents = name.split(".").map(stringText);
  const path = { key: parents.pop() as string, parents };
  if (paths.size >= MAX_PATHS) paths.clear();
  paths.set(name, path);
  return path;
}

/** A time as it stands in such a document: `2026-03-04T03:13:23.000000000Z`. */
export function isoTime(time: HrTime): string {
  const nanos = nanosOf(time);
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}
