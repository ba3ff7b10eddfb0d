import type { HrTime } from "@opentelemetry/api";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { elementType, isMap, MAX_DEPTH, nanosOf, pathOf, textOfNested } from "../otlp/values.ts";
import { isExactNumber } from "../mappings/exact_number.ts";
import { numberText, scalarText, stringText, type ValueContext } from "./json_text.ts";
import { type JsonWriter, writtenText } from "./json_writer.ts";

/**
 * A document as the Collector's `elasticsearch` exporter makes it of attributes in mode `ecs`: maps become dotted names, the
 * names are sorted, and their dots become objects.
 *
 * Where a value and an object have one name, the value is called `value` below it. The exporter looks for that between
 * neighbours only, and so does this: of `team`, `team-id` and `team.name` the first is not next to the third, the document
 * has the key `team` twice, and Elasticsearch refuses it.
 */
export class DottedFields {
  // In lists of their own, which are used again: objects would be most of what the collector has to look at.
  readonly #values: unknown[] = [];
  readonly #contexts: ValueContext[] = [];
  #count = 0;
  #form = FormNode.root();

  /** Forgets what was added, for the next document. */
  clear(): void {
    // What is long must not be held until the next one.
    this.#values.fill(undefined, 0, this.#count);
    this.#count = 0;
    this.#form = FormNode.root();
  }

  /** `null`, `undefined` and empty maps add nothing. Of several values of one name the last is kept. */
  add(name: string, value: unknown, context = NO_CONTEXT): void {
    const { depth = 0 } = context;
    if (typeof value !== "object" || value === null) {
      if (value !== undefined && value !== null) this.#push(name, value, context);
    } else if (depth < MAX_DEPTH && isMap(value)) {
      const below = { depth: depth + 1 };
      if (isLargeAndFlat(value)) return this.#push(name, value, context);
      for (const key of Object.keys(value)) this.add(pathOf(name, key), value[key], below);
    } else this.#push(name, value, context);
  }

  /** All members of a map, at the root; `names`: those that get another name. */
  addAll(
    members: Readonly<Record<string, unknown>>,
    typeOf: TypeOf,
    names: ReadonlyMap<string, string> = NO_NAMES,
  ): void {
    const keys = Object.keys(members);
    // Several times as fast as to look for each value by its key.
    const values = Object.values(members);
    for (let index = 0; index < keys.length; index++) {
      const name = keys[index] as string;
      const value = values[index];
      const as = names.get(name) ?? name;
      if (typeof value === "string") this.#pushText(as, value);
      else this.add(as, value, contextOf(typeOf(name)));
    }
  }

  /** Most values are texts, which are written without a context. */
  #pushText(name: string, text: string): void {
    this.#form = this.#form.after(name, true);
    this.#values[this.#count++] = text;
  }

  #push(name: string, value: unknown, context: ValueContext): void {
    this.#form = this.#form.after(name, hasText(value));
    this.#values[this.#count] = value;
    this.#contexts[this.#count++] = context;
  }

  /** Whether nothing was added that has a value. */
  get isEmpty(): boolean {
    return this.#form.form.parts.length === 0;
  }

  writeTo(writer: JsonWriter): void {
    const { parts, end } = this.#form.form;
    for (let index = 0; index < parts.length; index++) this.#writePart(writer, parts[index] as Part);
    writer.raw(end);
  }

  #writePart(writer: JsonWriter, part: Part): void {
    const value = this.#values[part.field];
    const isThere = part.edition === writer.edition;
    if (isThere && part.value === value) return writer.again(part.start, part.end);
    const start = writer.position;
    if (isThere) writer.again(part.start, part.valueStart);
    else writer.raw(part.before);
    part.start = start;
    part.valueStart = writer.position;
    if (typeof value === "string") writer.string(value);
    else writeField(writer, value, this.#contexts[part.field] as ValueContext);
    const isShort = typeof value === "string" ? value.length <= MAX_REPEATED_LENGTH : typeof value !== "object";
    part.value = isShort ? value : undefined;
    part.end = writer.position;
    part.edition = writer.edition;
  }

  /** The document as JSON; undefined when nothing was added. */
  toJson(): string | undefined {
    return this.#count === 0 ? undefined : writtenText((writer) => this.writeTo(writer));
  }
}

/** A map with more members is a value itself, as each name takes memory. */
const MAX_NAMES = 1000;

/** Whether a map has very many texts and nothing else, under names without dots. */
function isLargeAndFlat(map: Readonly<Record<string, unknown>>): boolean {
  if (Object.keys(map).length <= MAX_NAMES) return false;
  for (const name in map) if (typeof map[name] !== "string" || name.includes(".")) return false;
  return true;
}

/** A map that is a field's value is large and flat, or too deep. */
function writeField(writer: JsonWriter, value: unknown, context: ValueContext): void {
  if (isMap(value) && (context.depth ?? 0) < MAX_DEPTH) writeFlat(writer, value);
  else writeValue(writer, value, context);
}

function writeFlat(writer: JsonWriter, map: Readonly<Record<string, unknown>>): void {
  writer.json("{");
  for (const [index, name] of Object.keys(map).sort().entries()) {
    if (index > 0) writer.json(",");
    writer.string(name);
    writer.json(":");
    writer.string(map[name] as string);
  }
  writer.json("}");
}

const NO_CONTEXT: ValueContext = {};

function contextOf(type: OtlpType | undefined): ValueContext {
  return type === undefined ? NO_CONTEXT : { type };
}

const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** What stands around the values of documents with these names: records have the same ones again and again. */
interface Form {
  readonly parts: readonly Part[];
  readonly end: Uint8Array;
}

interface Part {
  readonly before: Uint8Array;
  /** Index of the value in the order of adding. */
  readonly field: number;
  /** What stood there last, if it is short, and where: many fields are the same in each document. */
  value: unknown;
  edition: number;
  start: number;
  valueStart: number;
  end: number;
}

/** Longer texts are rarely the same ones again. */
const MAX_REPEATED_LENGTH = 64;

/** What callers name themselves must not fill the memory. */
const MAX_NODES = 10_000;

/**
 * The names that were added so far, in their order, and the form of a document that has them: a tree, of which each node but the
 * root is a name.
 */
class FormNode {
  static #root = new FormNode();
  static #count = 0;
  /** Undefined of the root. */
  readonly #before: FormNode | undefined;
  readonly #place: Place | undefined;
  /** What came after it last: mostly that comes again. */
  #usual: FormNode | undefined;
  readonly #next = new Map<string, FormNode>();
  #form: Form | undefined;

  private constructor(before?: FormNode, place?: Place) {
    this.#before = before;
    this.#place = place;
  }

  static root(): FormNode {
    if (FormNode.#count > MAX_NODES) {
      FormNode.#root = new FormNode();
      FormNode.#count = 0;
    }
    return FormNode.#root;
  }

  /** The node of one name more. */
  after(name: string, hasText: boolean): FormNode {
    const usual = this.#usual;
    if (usual !== undefined && usual.#isOf(name, hasText)) return usual;
    const key = hasText ? name : `${name}\0`;
    let node = this.#next.get(key);
    if (node === undefined) {
      FormNode.#count++;
      const field = this.#place === undefined ? 0 : this.#place.field + 1;
      this.#next.set(key, node = new FormNode(this, { name, field, isEmpty: !hasText }));
    }
    return this.#usual = node;
  }

  #isOf(name: string, hasText: boolean): boolean {
    const place = this.#place;
    return place !== undefined && place.name === name && place.isEmpty !== hasText;
  }

  get form(): Form {
    return this.#form ??= formOf(FormNode.#placesTo(this));
  }

  static #placesTo(last: FormNode): Place[] {
    const places: Place[] = [];
    let node: FormNode | undefined = last;
    while (node !== undefined) {
      if (node.#place !== undefined) places.push(node.#place);
      node = node.#before;
    }
    return places.reverse();
  }
}

/** Whether a value that is no map is written: bytes and empty lists are not. */
function hasText(value: unknown): boolean {
  if (typeof value !== "object") {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  }
  return Array.isArray(value) ? value.length > 0 : !(value instanceof Uint8Array);
}

/** Whether it has written anything. In a list what is empty has a place too: `null`. */
function writeValue(writer: JsonWriter, value: unknown, { type, depth = 0 }: ValueContext): boolean {
  if (typeof value === "string") writer.string(value);
  else if (typeof value === "number") writer.json(numberText(value, type));
  else if (typeof value === "boolean") writer.json(value ? "true" : "false");
  else if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
  else if (isExactNumber(value)) writer.json(scalarText(value, type) ?? "null");
  else if (depth === MAX_DEPTH) writer.string(textOfNested(value));
  else if (Array.isArray(value)) writeList(writer, value, { type: elementType(type), depth: depth + 1 });
  else return writeMap(writer, value as Readonly<Record<string, unknown>>, depth);
  return true;
}

function writeList(writer: JsonWriter, list: readonly unknown[], context: ValueContext): void {
  writer.json("[");
  for (let index = 0; index < list.length; index++) {
    if (index > 0) writer.json(",");
    if (!writeValue(writer, list[index], context)) writer.json("null");
  }
  writer.json("]");
}

/** Names that stand for themselves, as JSON before a value. What callers name themselves must not fill the memory. */
const plainNames = new Map<string, string>();
const MAX_PLAIN_NAMES = 1000;

/** Nothing but letters, digits and `_`, which all come after the dot: such names are in order as their dotted paths are. */
const PLAIN_NAME = /^\w{1,50}$/;

function plainName(name: string): string | undefined {
  let text = plainNames.get(name);
  if (text === undefined && PLAIN_NAME.test(name)) {
    text = `"${name}":`;
    if (plainNames.size < MAX_PLAIN_NAMES) plainNames.set(name, text);
  }
  return text;
}

/** Of a few names each goes to its place, which is several times as fast as `sort`. */
function sorted(names: string[]): string[] {
  if (names.length > 8) return names.sort();
  for (let end = 1; end < names.length; end++) {
    const name = names[end] as string;
    let at = end;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
  return names;
}

/** A map inside a list. Most have plain names, and are written as they are. */
function writeMap(writer: JsonWriter, map: Readonly<Record<string, unknown>>, depth: number): boolean {
  const start = writer.position;
  const below = { depth: depth + 1 };
  let isFirst = true;
  for (const name of sorted(Object.keys(map))) {
    const before = plainName(name);
    if (before === undefined) {
      writer.rewind(start);
      return writeDotted(writer, map, depth);
    }
    const value = map[name];
    if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) continue;
    const here = writer.position;
    writer.json(isFirst ? "{" : ",");
    writer.json(before);
    if (writeValue(writer, value, below)) isFirst = false;
    else writer.rewind(here);
  }
  if (!isFirst) writer.json("}");
  return !isFirst;
}

function writeDotted(writer: JsonWriter, map: Readonly<Record<string, unknown>>, depth: number): boolean {
  if (isLargeAndFlat(map)) {
    writeFlat(writer, map);
    return true;
  }
  const fields = new DottedFields();
  fields.add("", map, { depth });
  if (fields.isEmpty) return false;
  fields.writeTo(writer);
  return true;
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

const encoder = new TextEncoder();

/** Neighbours that begin alike stand in one object. Of one name the last counts. */
function formOf(fields: Place[]): Form {
  const places = resolved(fields);
  const parts: Part[] = [];
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
    const bytes = encoder.encode(`${before}${comma}${key}:`);
    parts.push({ before: bytes, field, value: undefined, edition: 0, start: 0, valueStart: 0, end: 0 });
    before = "";
    comma = ",";
    open = parents;
  }
  return { parts, end: encoder.encode(before + "}".repeat(open.length + 1)) };
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

/** The last minute that was asked for: most records come in the order of their times. */
let lastMinute = { start: NaN, text: "" };

/** A time as it stands in such a document: `2026-03-04T03:13:23.000000000Z`. */
export function isoTime(time: HrTime): string {
  const [seconds, nanos] = isRegular(time) ? time : regular(nanosOf(time));
  const second = seconds % 60;
  const start = seconds - second;
  if (start !== lastMinute.start) lastMinute = { start, text: new Date(start * 1000).toISOString().slice(0, 17) };
  return `${lastMinute.text}${second < 10 ? "0" : ""}${second}.${String(nanos).padStart(9, "0")}Z`;
}

/** Whether it is written as it is, which most times are. */
function isRegular([seconds, nanos]: HrTime): boolean {
  return Number.isSafeInteger(seconds) && seconds >= 0 && Number.isSafeInteger(nanos) && nanos >= 0 && nanos < 1e9;
}

function regular(total: bigint): HrTime {
  return [Number(total / 1_000_000_000n), Number(total % 1_000_000_000n)];
}
