import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { exactNumber } from "../../../mappings/exact_number.ts";
import type { Semconv } from "../../../mappings/semconv.ts";
import { put, take } from "./attributes.ts";

/**
 * Makes attributes follow a version of the GenAI conventions: they come under the names of 1.41, and with those that only
 * `genai-0.1.0` has. What a version has no place for is left out here, so that it stays in the kept body.
 */
export function followSemconv(attributes: InvocationAttributes, semconv: Semconv): void {
  if (semconv === "1.41") {
    for (const name of ONLY_NEWER) take(attributes, name);
    return;
  }
  const cacheWrite = take(attributes, "gen_ai.usage.cache_creation.input_tokens");
  put(attributes, "gen_ai.usage.cache_write.input_tokens", cacheWrite);
  const topK = attributes["gen_ai.request.top_k"];
  if (topK === undefined) return;
  // An integer in these conventions, a double in the others and in ECS: an exact number keeps its kind.
  if (Number.isSafeInteger(topK)) {
    (attributes as Record<string, unknown>)["gen_ai.request.top_k"] = exactNumber(String(topK));
  } else delete attributes["gen_ai.request.top_k"];
}

const MODALITIES = ["text", "image", "audio"] as const;

/** Attributes that 1.41 does not have. */
const ONLY_NEWER: readonly (keyof InvocationAttributes)[] = [
  ...["gen_ai.request.reasoning.level", "gen_ai.request.previous_response.id", "gen_ai.prompt.version"] as const,
  ...MODALITIES.flatMap((modality) =>
    [
      `gen_ai.usage.${modality}.input_tokens`,
      `gen_ai.usage.${modality}.output_tokens`,
      `gen_ai.usage.${modality}.cache_read.input_tokens`,
    ] as const
  ),
];
