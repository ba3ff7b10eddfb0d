/**
 * Meta Llama.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-meta.html
 */
import { countOf, type JsonObject, listOf, objectOf, textOf } from "../read/json.ts";
import type { Part } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { NO_USAGE } from "./usage.ts";
import { joined, promptRequest, textResponse } from "./completion.ts";
import type { Dialect, ModelRequest } from "./dialect.ts";

export const llama: Dialect = {
  recognises: ({ request, response, events }) =>
    request?.["max_gen_len"] !== undefined ||
    typeof response?.["generation"] === "string" ||
    typeof objectOf(events?.[0])["generation"] === "string",
  request,
  response: (body) =>
    textResponse([{ text: body["generation"], reason: body["stop_reason"] }], {
      body,
      usage: {
        ...NO_USAGE,
        input: countOf(body["prompt_token_count"]),
        output: countOf(body["generation_token_count"]),
      },
    }),
  stream,
};

/** Llama 3.2 takes images beside its prompt. */
function request(body: JsonObject): ModelRequest {
  const result = promptRequest(body["prompt"], { parameters: parametersOf(body) });
  const images = listOf(body["images"]).filter((image) => textOf(image) !== undefined) as string[];
  const blobs = images.map((content): Part => ({ type: "blob", mime_type: "image/*", modality: "image", content }));
  if (blobs.length === 0) return result;
  const parts = [...result.messages?.[0]?.parts ?? [], ...blobs];
  return { ...result, messages: [{ role: "user", parts }], kinds: new Set([...result.kinds, "image"]) };
}

function stream(events: readonly unknown[]): JsonObject {
  const counts: Record<"prompt_token_count" | "generation_token_count", unknown> = {
    prompt_token_count: undefined,
    generation_token_count: undefined,
  };
  const { text, reason } = joined(events, (event) => {
    const { generation, stop_reason, prompt_token_count, generation_token_count } = objectOf(event);
    counts.prompt_token_count ??= prompt_token_count;
    counts.generation_token_count = generation_token_count ?? counts.generation_token_count;
    return { text: generation, reason: stop_reason };
  });
  return { generation: text, stop_reason: reason, ...counts };
}
