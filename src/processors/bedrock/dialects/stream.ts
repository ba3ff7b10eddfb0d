/** Putting the events of a stream together: what all dialects of streams share. Null counts as absent. */
import { plainNumber } from "../../../mappings/exact_number.ts";
import { isObject, type JsonObject, jsonTextOf, objectOf, setMember, valueAt } from "../read/json.ts";

/** A part of a streamed answer (a content block, a choice, a tool's call): what began it, and what came after that. */
export interface StreamedBlock<Event> {
  readonly start: JsonObject | undefined;
  readonly deltas: readonly Event[];
}

/** The blocks of events that each carry the index of theirs, in the order in which the blocks began. */
export function blocksOf<Event>(
  events: readonly Event[],
  { indexOf, startOf = () => undefined }: { indexOf: (event: Event) => unknown; startOf?: (event: Event) => unknown },
): StreamedBlock<Event>[] {
  return [...groupedBy(events, indexOf).values()].map((own) => {
    const at = own.findLastIndex((event) => startOf(event) !== undefined);
    return { start: at < 0 ? undefined : objectOf(startOf(own[at] as Event)), deltas: own.slice(at + 1) };
  });
}

/** Values by what they say of where they belong: equal numbers are one place however they are written, `0` or `0.0`. */
export function groupedBy<T>(values: readonly T[], placeOf: (value: T) => unknown): Map<unknown, T[]> {
  return Map.groupBy(values, (value) => {
    const place = plainNumber(placeOf(value));
    return typeof place === "object" && place !== null ? jsonTextOf(place) : place;
  });
}

/** The texts, and those in lists of texts, that these values have at a path, as one. */
export function joinedText(values: readonly unknown[], path: string): string {
  let text = "";
  for (const value of values) {
    const piece = valueAt(value, path);
    if (typeof piece === "string") text += piece;
    else if (Array.isArray(piece)) text += piece.map(textIn).join("");
  }
  return text;
}

function textIn(element: unknown): string {
  const text = isObject(element) ? element["text"] : element;
  return typeof text === "string" ? text : "";
}

/**
 * What these values have at a path, texts or lists of blocks, as one: the text, or all blocks, of which neighbours that are
 * texts of the same kind become one. Undefined when there is nothing.
 */
export function joinedContent(values: readonly unknown[], path: string): unknown {
  const pieces = values.map((value) => valueAt(value, path)).filter(isPresent);
  if (!pieces.some((piece) => typeof piece === "object")) {
    return pieces.length > 0 ? joinedText(values, path) : undefined;
  }
  const blocks: unknown[] = [];
  for (const piece of pieces.flat()) {
    addBlockPiece(blocks, typeof piece === "string" ? { type: "text", text: piece } : piece);
  }
  return blocks;
}

function addBlockPiece(blocks: unknown[], piece: unknown): void {
  const last = blocks.at(-1);
  const name = isObject(last) && isObject(piece) && last["type"] === piece["type"]
    ? ["text", "thinking"].find((name) => isText(last[name]) && isText(piece[name]) && Object.keys(piece).length <= 2)
    : undefined;
  if (name === undefined) blocks.push(piece);
  else {blocks[blocks.length - 1] = {
      ...last as JsonObject,
      [name]: joined((last as JsonObject)[name], (piece as JsonObject)[name]),
    };}
}

/** A text, or a list of texts as Mistral writes thoughts. */
function isText(value: unknown): boolean {
  return typeof value === "string" || Array.isArray(value);
}

function joined(one: unknown, other: unknown): unknown {
  return typeof one === "string" && typeof other === "string"
    ? one + other
    : joinedContent([[one], [other]].map(([piece]) => ({ piece })), "piece");
}

/** What the first of these values has at a path that has anything there. */
export function firstAt(values: readonly unknown[], path: string): unknown {
  return valueAt(values.find((value) => isPresent(valueAt(value, path))), path);
}

/** What the last of these values has at a path that has anything there. */
export function lastAt(values: readonly unknown[], path: string): unknown {
  return valueAt(values.findLast((value) => isPresent(valueAt(value, path))), path);
}

/**
 * The objects with counts that these values have at a path, as one: of members of the same name the last that has a value
 * counts, and no 0 in place of a count.
 */
export function mergedAt(values: readonly unknown[], path: string): JsonObject | undefined {
  let merged: Record<string, unknown> | undefined;
  for (const value of values) {
    const object = valueAt(value, path);
    if (!isObject(object)) continue;
    merged ??= {};
    for (const name of Object.keys(object)) {
      const value = object[name];
      if (!Object.hasOwn(merged, name) || (isPresent(value) && value !== 0)) setMember(merged, name, value);
    }
  }
  return merged;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
