import { bodyValueOf } from "../read/body_value.ts";
import { isHeavy } from "../../../decode/weight.ts";
import { parsedJson } from "../read/json.ts";
import { isBase64Body, standInFor, textOfBase64 } from "./binary.ts";

/** Content types of streams. */
const STREAM_TYPE = /event-?stream|ndjson|json-?lines|jsonl/i;
/** Server-sent events, or JSON values one after another. */
const STREAM_TEXT = /^(?:event|data|id|retry):|[}\]][^\S\r\n]*[\r\n]\s*[[{]/m;

/**
 * A body as a value that can be searched: JSON text and base64 are read. Undefined for the text of a stream, which
 * may split a value, and for JSON text with too many values to be parsed.
 */
export function decodedBody(
  body: unknown,
  { contentType, isStreamed }: { contentType: unknown; isStreamed: boolean },
): unknown {
  const value = bodyValueOf(body);
  if (typeof value !== "string") return value;
  if (isHeavy(value)) return undefined;
  if (isBase64Body(value)) {
    const text = textOfBase64(value);
    return text === undefined ? standInFor(value) : decodedBody(text, { contentType, isStreamed });
  }
  const inner = value.startsWith('"') ? parsedJson(value) : undefined;
  if (inner !== undefined) return decodedBody(inner, { contentType, isStreamed });
  const isStream = isStreamed || STREAM_TEXT.test(value) ||
    (typeof contentType === "string" && STREAM_TYPE.test(contentType));
  return isStream ? undefined : value;
}
