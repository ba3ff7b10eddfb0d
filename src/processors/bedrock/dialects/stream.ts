/** Putting the events of a stream together: what all dialects of streams share. Null counts as absent. */
import { isObject, type JsonObject, objectOf, valueAt } from "../read/json.ts";

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
  return [...Map.groupBy(events, indexOf).values()].map((own) => {
    const at = own.findLastIndex((event) => startOf(event) !== undefined);
    return { start: at < 0 ? undefined : objectOf(startOf(own[at] as Event)), deltas: own.slice(at + 1) };
  });
}

/** The texts that these values have at a path, as one. */
export function joinedText(values: readonly unknown[], path: string): string {
  let text = "";
  for (const value of values) {
    const piece = valueAt(value, path);
    if (typeof piece === "string") text += piece;
  }
  return text;
}

/** What the first of these values has at a path that has anything there. */
export function firstAt(values: readonly unknown[], path: string): unknown {
  return valueAt(values.find((value) => isPresent(valueAt(value, path))), path);
}

/** What the last of these values has at a path that has anything there. */
export function lastAt(values: readonly unknown[], path: string): unknown {
  return valueAt(values.findLast((value) => isPresent(valueAt(value, path))), path);
}

/** The objects that these values have at a path, as one: of members of the same name the last that has a value counts. */
export function mergedAt(values: readonly unknown[], path: string): JsonObject | undefined {
  let merged: Record<string, unknown> | undefined;
  for (const value of values) {
    const object = valueAt(value, path);
    if (!isObject(object)) continue;
    merged ??= {};
    for (const [name, member] of Object.entries(object)) {
      if (isPresent(member) || !Object.hasOwn(merged, name)) {
        Object.defineProperty(merged, name, { value: member, configurable: true, enumerable: true, writable: true });
      }
    }
  }
  return merged;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
