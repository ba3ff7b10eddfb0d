import { createHash } from "node:crypto";
import { cutToBytes } from "./text.ts";

/** Longest text that Elasticsearch takes as one term: UTF-8 bytes of what is cut, UTF-16 units of a whole record. */
const MAX_LENGTH = 32_766;

/** The beginning of a text that is no record, as long as `event.original` and a body may be. */
export function cutOriginal(text: string): string {
  return cutToBytes(text, MAX_LENGTH);
}

/** A record's text for `event.original`; of one that is too long its hash and length. */
export function originalOf(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `sha1-${createHash("sha1").update(text).digest("hex")}:${text.length}`;
}
