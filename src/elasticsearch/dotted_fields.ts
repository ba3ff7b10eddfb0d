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
    const fields = this.#fields;
    if (fields.length === 0) return undefined;
    let names = "";
    for (const { name, text } of fields) names += text === undefined ? `${name}\0\0` : `${name}\0`;
    let form = forms.get(names);
    if (form === undefined) {
      if (forms.size >= MAX_FORMS) forms.clear();
      forms.set(names, form = formOf(fields));
    }
    let json = "";
    for (const { before, field } of form.parts) json += before + (fields[field] as Field).text;
    return json + form.end;
  }
}

/** What stands around the values of documents with these names: records have the same ones again and again. */
interface Form {
  /** `field`: index of the value in the order of adding. */
  readonly parts: readonly { readonly before: string; readonly field: number }[];
  readonly end: string;
}

/** By the names of the fields in the order of adding; what callers name themselves must not fill the memory. */
const forms = new Map<string, Form>();
const MAX_FORMS = 500;

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

/** A field without its value. */
interface Place {
  readonly name: string;
  readonly field: number;
  readonly isEmpty: boolean;
}

function inOrder(a: Place, b: Place): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.field - b.field;
}

/** The fields in the order of their names, those in the way of an object renamed. */
function resolved(places: Place[]): Place[] {
  places.sort(inOrder);
  let isRenamed = false;
  for (let index = 0; index < places.length - 1; index++) {
    const place = places[index] as Place;
    const { name } = place;
    const { name: next } = places[index + 1] as Place;
    if (next.length <= name.length || next[name.length] !== "." || !next.startsWith(name)) continue;
    places[index] = { ...place, name: `${name}.value` };
    isRenamed = true;
  }
  return isRenamed ? places.sort(inOrder) : places;
}

/** Neighbours that begin alike stand in one object. Of one name the last counts. */
function formOf(fields: readonly Field[]): Form {
  const places = resolved(fields.map(({ name, text }, field) => ({ name, field, isEmpty: text === undefined })));
  const parts: { before: string; field: number }[] = [];
  let before = "{";
  let comma = "";
  let open: readonly string[] = [];
  for (let index = 0; index < places.length; index++) {
    const { name, field, isEmpty } = places[index] as Place;
    if (isEmpty || name === places[index + 1]?.name) continue;
    const { parents, key } = pathOfName(name);
    let shared = 0;
    while (shared < open.length && shared < parents.length && open[shared] === parents[shared]) shared++;
    before += "}".repeat(open.length - shared);
    for (let level = shared; level < parents.length; level++) {
      before += `${comma}${parents[level]}:{`;
      comma = "";
    }
    parts.push({ before: `${before}${comma}${key}:`, field });
    before = "";
    comma = ",";
    open = parents;
  }
  return { parts, end: before + "}".repeat(open.length + 1) };
}

/** A name at its dots, each part as JSON. */
interface NamePath {
  readonly parents: readonly string[];
  readonly key: string;
}

function pathOfName(name: string): NamePath {
  const parents = name.split(".").map(stringText);
  return { key: parents.pop() as string, parents };
}

/** A time as it stands in such a document: `2026-03-04T03:13:23.000000000Z`. */
export function isoTime(time: HrTime): string {
  const nanos = nanosOf(time);
  const seconds = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(nanos % 1_000_000_000n).padStart(9, "0")}Z`;
}
