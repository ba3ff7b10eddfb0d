import { type InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { put } from "../modes/attributes.ts";
import { doubleOf, intOf, isObject, type JsonObject, NOTHING, textsOf } from "../read/json.ts";

/**
 * The parameters of a request, however they are spelled, as `gen_ai.request.*`. Where several objects have one, the
 * first counts.
 */
export function parametersOf(...objects: readonly JsonObject[]): InvocationAttributes {
  const attributes: InvocationAttributes = {};
  for (const object of objects.toReversed()) {
    if (object === NOTHING) continue;
    put(attributes, "gen_ai.request.max_tokens", maxTokensOf(object));
    put(attributes, "gen_ai.request.temperature", doubleOf(object["temperature"]));
    put(attributes, "gen_ai.request.top_p", doubleOf(object["top_p"] ?? object["topP"] ?? object["p"]));
    put(attributes, "gen_ai.request.top_k", doubleOf(object["top_k"] ?? object["topK"] ?? object["k"]));
    put(
      attributes,
      "gen_ai.request.stop_sequences",
      textsOf(object["stop_sequences"] ?? object["stopSequences"] ?? object["stop"]),
    );
    put(attributes, "gen_ai.request.seed", intOf(object["seed"]));
    put(
      attributes,
      "gen_ai.request.frequency_penalty",
      penaltyOf(object["frequency_penalty"] ?? object["frequencyPenalty"]),
    );
    put(
      attributes,
      "gen_ai.request.presence_penalty",
      penaltyOf(object["presence_penalty"] ?? object["presencePenalty"]),
    );
    put(
      attributes,
      "gen_ai.request.choice.count",
      intOf(
        object["n"] ?? object["num_generations"] ?? object["numResults"] ?? object["numberOfImages"] ??
          object["samples"],
      ),
    );
  }
  return attributes;
}

/** A number, or AI21's object around it. */
function penaltyOf(value: unknown): number | undefined {
  return doubleOf(isObject(value) ? value["scale"] : value);
}

function maxTokensOf(object: JsonObject): number | undefined {
  return intOf(
    object["max_tokens"] ?? object["maxTokens"] ?? object["max_new_tokens"] ?? object["max_completion_tokens"] ??
      object["maxOutputTokens"] ??
      object["maxTokenCount"] ?? object["max_gen_len"] ?? object["max_tokens_to_sample"],
  );
}
