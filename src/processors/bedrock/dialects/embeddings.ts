/**
 * Embeddings of Amazon Titan and Cohere.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
 */
import { countOf, type JsonObject, textOf } from "../json.ts";
import { NO_USAGE } from "../usage.ts";
import { promptRequest, textResponse } from "./completion.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";

const REQUEST_MEMBERS = ["dimensions", "normalize", "embeddingTypes", "embeddingConfig", "embedding_types"];
const RESPONSE_MEMBERS = ["embedding", "embeddings", "embeddingsByType"];

export const embeddings: Dialect = {
  recognises: ({ request, response }) =>
    has(response, RESPONSE_MEMBERS) || has(request, REQUEST_MEMBERS) ||
    (Array.isArray(request?.["texts"]) && textOf(request["input_type"]) !== undefined),
  request,
  response: (body) =>
    textResponse([], {
      body,
      operation: "embeddings",
      usage: { ...NO_USAGE, input: countOf(body["inputTextTokenCount"]) },
    }),
  stream: () => ({}),
};

function request(body: JsonObject): ModelRequest {
  const text = body["inputText"] ?? body["texts"];
  const result = promptRequest(text, { operation: "embeddings", parameters: {} });
  const image = textOf(body["inputImage"]);
  if (image === undefined) return result;
  const parts = [{ type: "blob", mime_type: "image/*", modality: "image", content: image } as const];
  return {
    ...result,
    messages: [...result.messages ?? [], { role: "user", parts }],
    kinds: new Set([...result.kinds, "image"]),
  };
}

function has(body: JsonObject | undefined, members: readonly string[]): boolean {
  return body !== undefined && members.some((member) => body[member] !== undefined && body[member] !== null);
}
