import { isNumber, isObject, type JsonObject, jsonTextOf, listOf, objectOf } from "../../read/json.ts";

/** UTF-16 units. */
const MAX_LENGTH = 32_766;

/**
 * The text of an answer, from the places where the integration looks for it: `body` is the response body under the
 * integration's names. A reassembled stream is read like a stream. Cut at a code point.
 */
export function completionTextOf(body: unknown, { isReassembled }: { isReassembled: boolean }): string {
  const parts = isReassembled && isObject(body) ? partsOfReassembled(body) : partsOf(body);
  const text = parts.map((part) => isNumber(part) || typeof part !== "object" ? jsonTextOf(part) ?? "" : "").join("");
  if (text.length <= MAX_LENGTH) return text;
  const cutsPair = (text.codePointAt(MAX_LENGTH - 1) as number) > 0xffff;
  return text.slice(0, cutsPair ? MAX_LENGTH - 1 : MAX_LENGTH);
}

function partsOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body.filter(isObject).flatMap(partsOfEvent);
  if (!isObject(body)) return typeof body === "string" ? [body] : [];
  const { output, content } = body;
  return textsOf(isObject(output) ? objectOf(output["message"])["content"] : content);
}

/** The texts of a stream's body; Titan's have another name than in its elements. */
function partsOfReassembled(body: JsonObject): readonly unknown[] {
  const parts = partsOf(body);
  if (parts.length > 0) return parts;
  return Array.isArray(body["results"])
    ? body["results"].filter(isObject).map(({ outputText }) => outputText)
    : partsOfEvent(body);
}

/** The texts of one element of a stream: Anthropic, Mistral, Llama or Titan. */
function partsOfEvent({ delta, outputs, generation, outputText }: JsonObject): readonly unknown[] {
  if (isObject(delta) && delta["text"] !== undefined) return [delta["text"]];
  if (Array.isArray(outputs)) return textsOf(outputs);
  return [generation !== undefined ? generation : outputText];
}

function textsOf(parts: unknown): unknown[] {
  return listOf(parts).filter(isObject).map(({ text }) => text);
}
