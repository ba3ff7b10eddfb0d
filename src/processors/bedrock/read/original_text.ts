import { createHash } from "node:crypto";

/** Longest text that `event.original` holds, in UTF-16 units. */
const MAX_LENGTH = 32_766;

/** A record's text for `event.original`; of one that is too long its hash and length. */
export function originalOf(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `sha1-${createHash("sha1").update(text).digest("hex")}:${text.length}`;
}
