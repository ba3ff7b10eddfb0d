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
    return this.#fields.length === 0 ? undefined : nestedText(withoutRepeats(withoutConflicts(sorted(this.#fields))));
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

function sorted(fields: readonly Field[]): Field[] {
  return fields.toSorted(({ name: a }, { name: b }) => a < b ? -1 : a > b ? 1 : 0);
}

function withoutConflicts(fields: Field[]): Field[] {
  const renamed = fields.map((field, index) => {
    const isObjectToo = fields[index + 1]?.name.startsWith(`${field.name}.`);
    return isObjectToo ? { name: `${field.name}.value`, text: field.text } : field;
  });
  return sorted(renamed);
}

function withoutRepeats(fields: Field[]): Field[] {
  return fields.filter(({ name }, index) => name !== fields[index + 1]?.name);
}

/** Neighbours that begin alike stand in one object. */
function nestedText(fields: readonly Field[]): string {
  let json = "{";
  let comma = "";
  const open: string[] = [];
  for (const { name, text } of fields) {
    if (text === undefined) continue;
    const parents = name.split(".");
    const key = parents.pop() as string;
    let shared = 0;
    while (shared < open.length && shared < parents.length && open[shared] === parents[shared]) shared++;
    json += "}".repeat(open.length - shared);
    open.length = shared;
    for (const parent of parents.slice(shared)) {
      json += `${comma}${stringText(parent)}:{`;
      comma = "";
      open.push(parent);
    }
    json += `${comma}${stringText(key)}:${text}`;
    comma = ",";
  }
  return `${json}${"}".repeat(open.length)}}`;
}

/** A time as it stands in such a document: `2026-03-04T03:13:23.000000000Z`. */
export function isoTime(time: HrTime): string {
  const nanos = nanosOf(time);
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}
