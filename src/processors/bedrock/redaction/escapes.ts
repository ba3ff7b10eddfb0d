/** Escapes of JSON in a text that is none as a whole: JSON in prose, or the arguments of a tool that were cut off. */

/** A text without escapes, and where its characters stand in the text with them. */
export interface Unescaped {
  readonly text: string;
  /** Index in the original of an index in `text`; that behind a character goes to behind its escape. */
  originalIndex(index: number): number;
}

/** JSON in a string of JSON has twice as many backslashes; bounded, so that a text of nothing else takes no longer. */
const ESCAPE = /\\{1,16}(?:u([0-9A-Fa-f]{4})|([nrtbf"/]))/g;
const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The text with what its escapes stand for; undefined when there are none. */
export function unescaped(original: string): Unescaped | undefined {
  if (!original.includes("\\")) return undefined;
  /** Where a stretch without escapes, or an escape, begins in both texts. */
  const indices: number[] = [0];
  const originalIndices: number[] = [0];
  let text = "";
  let at = 0;
  for (const { 0: escape, 1: code, 2: letter = "", index } of original.matchAll(ESCAPE)) {
    text += original.slice(at, index);
    indices.push(text.length, text.length + 1);
    text += code === undefined ? CHARACTERS[letter] ?? letter : String.fromCharCode(parseInt(code, 16));
    at = index + escape.length;
    originalIndices.push(index, at);
  }
  if (at === 0) return undefined;
  return {
    text: text + original.slice(at),
    originalIndex(index) {
      const last = lastUpTo(indices, index);
      return (originalIndices[last] as number) + index - (indices[last] as number);
    },
  };
}

/** Position of the last number that is not above `limit`, in a list that rises from 0. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  for (let high = numbers.length; high - low > 1;) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle;
  }
  return low;
}
