/** Walking through JSON text without parsing it. */
import { BYTE } from "./value_scanner.ts";

/** The index behind the string that begins at `index`; the text's length when it does not end. */
export function skipString(text: string, index: number): number {
  for (let end = index;;) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let first = end;
    while (text.charCodeAt(first - 1) === BYTE.backslash) first--;
    if ((end - first) % 2 === 0) return end + 1;
  }
}
