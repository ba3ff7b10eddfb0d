/**
 * Reranking of documents by Cohere and Amazon: a question and documents, and how much each has to do with it.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/rerank-supported.html
 */
import { plainNumber } from "../../../mappings/exact_number.ts";
import { countOf, isObject, type JsonObject, listOf, objectOf, valueAt } from "../read/json.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";
import { inputRequest, responseOf } from "./envelope.ts";
import { addJson, addText, type Parts } from "./messages.ts";
import { NO_USAGE } from "./usage.ts";

export const rerank: Dialect = {
  recognises: ({ request, response }) =>
    (request !== undefined && isRequest(request)) || listOf(response?.["results"]).some(isScore),
  request,
  response: (body) =>
    responseOf(body, [], {
      operation: "rerank",
      usage: { ...NO_USAGE, input: countOf(valueAt(body, "meta.billed_units.input_tokens")) },
    }),
  stream: () => ({}),
};

function isRequest({ query, documents }: JsonObject): boolean {
  return typeof query === "string" && Array.isArray(documents);
}

function isScore(result: unknown): boolean {
  const { relevance_score, relevanceScore } = objectOf(result);
  return typeof plainNumber(relevance_score ?? relevanceScore) === "number";
}

function request({ query, documents }: JsonObject): ModelRequest {
  const result: Parts = { parts: [], kinds: new Set() };
  addText(result, query);
  for (const document of listOf(documents)) {
    const text = isObject(document) ? document["text"] ?? document : document;
    if (typeof text === "string") addText(result, text, "document");
    else addJson(result, text, "document");
  }
  return inputRequest(result, { operation: "rerank", parameters: {} });
}
