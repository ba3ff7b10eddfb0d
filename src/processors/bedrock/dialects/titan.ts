/**
 * Amazon Titan Text.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-text.html
 */
import { countOf, type JsonObject, listOf, objectOf } from "../read/json.ts";
import { parametersOf } from "./parameters.ts";
import { NO_USAGE } from "./usage.ts";
import { joined, promptRequest, textResponse } from "./completion.ts";
import type { Dialect, ModelResponse } from "./dialect.ts";

export const titan: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["inputText"] === "string" ||
    typeof objectOf(listOf(response?.["results"])[0])["outputText"] === "string" ||
    typeof objectOf(events?.[0])["outputText"] === "string",
  request: (body) =>
    promptRequest(body["inputText"], { parameters: parametersOf(objectOf(body["textGenerationConfig"])) }),
  response,
  stream,
};

function response(body: JsonObject): ModelResponse {
  const results = listOf(body["results"]).map(objectOf);
  const completions = results.map(({ outputText, completionReason }) => ({
    text: outputText,
    reason: completionReason,
  }));
  const counts = results.map(({ tokenCount }) => countOf(tokenCount)).filter((count) => count !== undefined);
  const usage = {
    ...NO_USAGE,
    input: countOf(body["inputTextTokenCount"]),
    output: counts.length > 0 ? countOf(counts.reduce((sum, count) => sum + count)) : undefined,
  };
  return textResponse(completions, { body, usage });
}

function stream(events: readonly unknown[]): JsonObject {
  let inputTextTokenCount: unknown;
  let tokenCount: unknown;
  const { text, reason } = joined(events, (event) => {
    const chunk = objectOf(event);
    inputTextTokenCount ??= chunk["inputTextTokenCount"];
    tokenCount = chunk["totalOutputTextTokenCount"] ?? tokenCount;
    return { text: chunk["outputText"], reason: chunk["completionReason"] };
  });
  return { inputTextTokenCount, results: [{ outputText: text, completionReason: reason, tokenCount }] };
}
