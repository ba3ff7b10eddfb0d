/** Escapes of JSON in a text that is not JSON as a whole: JSON in prose, or truncated arguments of a tool. */

/** JSON in a JSON string has twice as many backslashes. Bounded, so that a text of backslashes takes no longer. */
const ESCAPE = /\\{1,16}(?:u([0-9A-Fa-f]{4})|([nrtbf"/]))/g;
const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The text with each escape replaced by its character. */
export function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_, code: string | undefined, letter: string) => {
    return code === undefined ? CHARACTERS[letter] ?? letter : String.fromCharCode(parseInt(code, 16));
  });
}

/**
 * Maps indices of an unescaped text to the original, in rising order: the index after a character is the one after its
 * escape.
 */
export function originalIndexIn(original: string): (index: number) => number {
  const escapes = original.matchAll(ESCAPE);
  let escape = escapes.next().value;
  let at = 0;
  let originalAt = 0;
  return (index) => {
    while (escape !== undefined && at + escape.index - originalAt < index) {
      at += escape.index - originalAt + 1;
      originalAt = escape.index + escape[0].length;
      escape = escapes.next().value;
    }
    return originalAt + index - at;
  };
}
