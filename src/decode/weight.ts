/**
 * What JSON takes in memory until it is delivered. Its bytes do not tell: `[]` becomes tens of times as much, a long
 * text a few times. Its values do.
 */
import { skipString } from "./json_text.ts";
import { BYTE } from "./value_scanner.ts";

/** About how many bytes a value takes, parsed and mapped (measured: 50 to 250). */
const VALUE_BYTES = 256;
/** A text is held as it was read, parsed, and written for the endpoint; beyond Latin-1 a character takes two bytes. */
export const COPIES = 4;
/** Smaller texts count as they are: however dense, what is read ahead of them is bounded. */
const MIN_WEIGHED_BYTES = 64 * 1024;
/** Most values of a JSON text that is parsed: by the rule above 64 MiB. */
export const MAX_VALUES = 256 * 1024;

/**
 * About how many bytes of memory a text of so many bytes takes until it is delivered. Brackets and commas in strings
 * count too: they may be JSON themselves. More values than are parsed count no further.
 */
export function weightOf(text: string, sizeBytes: number): number {
  if (sizeBytes < MIN_WEIGHED_BYTES) return sizeBytes;
  const values = valuesIn(text, { start: 0, end: text.length, limit: MAX_VALUES });
  return Math.max(COPIES * sizeBytes, VALUE_BYTES * Math.min(values, MAX_VALUES));
}

/** Whether a text has too many values to be parsed at once; those in its strings count too. */
export function isHeavy(text: string): boolean {
  return hasMoreValues(text, { start: 0, end: text.length, limit: MAX_VALUES });
}

/** Whether a JSON text has too many values to be parsed at once, those in its strings left out: these stay strings. */
export function isHeavyWithoutStrings(text: string): boolean {
  return text.length > MAX_VALUES &&
    valuesIn(text, { start: 0, end: text.length, limit: MAX_VALUES, skipsStrings: true }) > MAX_VALUES;
}

/** Whether a text has more values than `limit` from `start` to `end`. */
export function hasMoreValues(
  text: string,
  { start, end, limit }: { start: number; end: number; limit: number },
): boolean {
  // Each takes a character.
  return end - start > limit && valuesIn(text, { start, end, limit }) > limit;
}

/** How many values begin from `start` to `end`; counting ends beyond `limit`. */
function valuesIn(
  text: string,
  { start, end, limit, skipsStrings = false }: { start: number; end: number; limit: number; skipsStrings?: boolean },
): number {
  let values = 0;
  for (let at = start; at < end && values <= limit; at++) {
    const code = text.charCodeAt(at);
    if (skipsStrings && code === BYTE.quote) at = skipString(text, at) - 1;
    else if (code === BYTE.comma || code === BYTE.openList || code === BYTE.openObject) values++;
  }
  return values;
}
