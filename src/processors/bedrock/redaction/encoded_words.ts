/** Words of base64 within a text: secrets of Kubernetes, keys in its configurations, `Authorization: Basic`. */
import { textOfBase64 } from "./binary.ts";
import { codeAt, type Subject, type TextSpan } from "./subject.ts";

/** A word of base64, with its padding. */
export interface EncodedWord extends TextSpan {
  /** What it encodes. */
  readonly decoded: string;
}

/** The words of base64 in a text that encode texts. */
export function encodedWords({ text, codes }: Subject): EncodedWord[] {
  const words: EncodedWord[] = [];
  for (const { start, end } of codes) {
    const decoded = beginsWithText(text, start) ? textOfBase64(text.slice(start, end)) : undefined;
    if (decoded === undefined) continue;
    const padding = text[end] !== "=" ? 0 : text[end + 1] !== "=" ? 1 : 2;
    words.push({ start, end: end + padding, decoded });
  }
  return words;
}

/** Whether the first four characters encode ASCII: of names and paths, which are no base64, one in twenty does. */
function beginsWithText(text: string, start: number): boolean {
  const second = sixBits(codeAt(text, start + 1));
  const third = sixBits(codeAt(text, start + 2));
  return isTextByte((sixBits(codeAt(text, start)) << 2) | (second >> 4)) &&
    isTextByte(((second & 15) << 4) | (third >> 2)) &&
    isTextByte(((third & 3) << 6) | sixBits(codeAt(text, start + 3)));
}

function sixBits(code: number): number {
  if (code >= 0x61) return code - 71;
  if (code >= 0x41) return code === 0x5f ? 63 : code - 65;
  if (code >= 0x30) return code + 4;
  return code === 0x2f ? 63 : 62;
}

/** Printable ASCII, or a line break or tab. */
function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
