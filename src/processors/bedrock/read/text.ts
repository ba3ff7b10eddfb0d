const encoder = new TextEncoder();

/** The beginning of a text that has at most this many UTF-8 bytes, cut at a code point. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes));
  return read === text.length ? text : text.slice(0, read);
}
