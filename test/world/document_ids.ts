/** Finding documents in requests that are too many, or too heavy, to be decoded. */

/** An id as an attribute in protobuf (the length of its key, then two lengths and the text), in JSON, or of a bulk action. */
const DOCUMENT_ID =
  // deno-lint-ignore no-control-regex
  /elasticsearch\.document_id(?:\x12.\n([\s\S])|","value":\{"stringValue":"([^"]+)")|^\{"create":\{[^}]*"_id":"([^"]+)"/gm;

/** The documents' ids in a request, read as Latin-1, without decoding the rest. */
export function* idsIn(text: string): Generator<string> {
  for (const { 0: { length }, 1: size, 2: inJson, 3: inBulk, index } of text.matchAll(DOCUMENT_ID)) {
    const start = index + length;
    yield inJson ?? inBulk ?? text.slice(start, start + (size as string).charCodeAt(0));
  }
}
