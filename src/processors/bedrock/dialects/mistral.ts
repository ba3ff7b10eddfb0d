/**
 * Mistral's text completions; its chat completions have OpenAI's shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-text-completion.html
 */
import { type JsonObject, listOf, objectOf } from "../read/json.ts";
import { parametersOf } from "./parameters.ts";
import { joined, promptRequest, textResponse } from "./completion.ts";
import type { Dialect } from "./dialect.ts";

export const mistral: Dialect = {
  recognises: ({ response, events }) => hasOutputs(response) || hasOutputs(events?.[0]),
  request: (body) => promptRequest(body["prompt"], { parameters: parametersOf(body) }),
  response: (body) => textResponse(outputsOf(body), { body }),
  stream(events): JsonObject {
    const { text, reason } = joined(events, (event) => outputsOf(event)[0] ?? { text: undefined, reason: undefined });
    return { outputs: [{ text, stop_reason: reason }] };
  },
};

function hasOutputs(value: unknown): boolean {
  return typeof objectOf(listOf(objectOf(value)["outputs"])[0])["text"] === "string";
}

function outputsOf(value: unknown) {
  return listOf(objectOf(value)["outputs"]).map(objectOf).map(({ text, stop_reason }) => ({
    text,
    reason: stop_reason,
  }));
}
