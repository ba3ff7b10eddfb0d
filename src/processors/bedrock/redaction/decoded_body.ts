import { bodyValueOf } from "../body_value.ts";
import { textOfBase64 } from "./binary.ts";

/** Content types of streams. */
const STREAM_TYPE = /event-?stream|ndjson|json-?lines|jsonl/i;
/** Server-sent events, or JSON values one after another. */
const STREAM_TEXT = /^(?:event|data|id|retry):|[}\]]\s*[\r\n]\s*[[{]/m;

/**
 * A body as a value that can be searched: JSON text and base64 are read. Undefined for the text of a stream, in which a
 * value may stand split.
 */
export function decodedBody(
  body: unknown,
  { contentType, isStreamed }: { contentType: unknown; isStreamed: boolean },
): unknown {
  const value = bodyValueOf(body);
  if (typeof value !== "string") return value;
  const decoded = textOfBase64(value);
  const content = decoded === undefined ? value : bodyValueOf(decoded);
  if (typeof content !== "string") return content;
  const isStream = isStreamed || STREAM_TEXT.test(content) ||
    (typeof contentType === "string" && STREAM_TYPE.test(contentType));
  return isStream ? undefined : content;
}
