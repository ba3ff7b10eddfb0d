/**
 * TwelveLabs Pegasus, which answers questions about videos; Marengo makes embeddings.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-pegasus.html
 */
import { isObject, type JsonObject, objectOf } from "../read/json.ts";
import { addMedium, addText, type Modality, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { joined, promptRequest, textResponse } from "./completion.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";

export const twelveLabs: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["inputPrompt"] === "string" || isAnswer(response) ||
    events?.some(isAnswer) === true,
  request,
  response: (body) => textResponse([{ text: body["message"], reason: body["finishReason"] }], { body }),
  stream(events) {
    const { text, reason } = joined(events, (event) => {
      const { message, finishReason } = objectOf(event);
      return { text: message, reason: finishReason };
    });
    return { message: text, finishReason: reason };
  },
};

function isAnswer(value: unknown): boolean {
  const { message, finishReason } = objectOf(value);
  return typeof message === "string" && typeof finishReason === "string";
}

function request(body: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  addText(result, body["inputPrompt"]);
  addMediaSource(result, "video", body["mediaSource"]);
  return {
    ...promptRequest(undefined, {
      parameters: parametersOf(body),
      outputType: isObject(body["responseFormat"]) ? "json" : "text",
    }),
    messages: result.parts.length > 0 ? [{ role: "user", parts: result.parts }] : undefined,
    kinds: result.kinds,
  };
}

/** Adds a medium as both of TwelveLabs' models name it: base64, or its place in S3. */
export function addMediaSource(result: Parts, modality: Modality, source: unknown): void {
  if (!isObject(source)) return;
  addMedium(result, {
    modality,
    mediaType: `${modality}/*`,
    kind: modality,
    data: source["base64String"],
    uri: objectOf(source["s3Location"])["uri"],
  });
}
