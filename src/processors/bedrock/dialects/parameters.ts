import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { doubleOf, intOf, isObject, type JsonObject, NOTHING, textOf, textsOf } from "../read/json.ts";

/** The attribute of each parameter, how its value is read, and how families spell its name. */
const PARAMETERS: readonly (readonly [keyof InvocationAttributes, (value: unknown) => unknown, readonly string[]])[] = [
  ["gen_ai.request.max_tokens", intOf, [
    ...["max_tokens", "maxTokens", "max_new_tokens", "max_completion_tokens", "maxOutputTokens", "maxTokenCount"],
    ...["max_gen_len", "max_tokens_to_sample", "max_output_tokens"],
  ]],
  ["gen_ai.request.temperature", doubleOf, ["temperature"]],
  ["gen_ai.request.top_p", doubleOf, ["top_p", "topP", "p"]],
  ["gen_ai.request.top_k", doubleOf, ["top_k", "topK", "k"]],
  ["gen_ai.request.stop_sequences", textsOf, ["stop_sequences", "stopSequences", "stop"]],
  ["gen_ai.request.seed", intOf, ["seed"]],
  ["gen_ai.request.frequency_penalty", penaltyOf, ["frequency_penalty", "frequencyPenalty"]],
  ["gen_ai.request.presence_penalty", penaltyOf, ["presence_penalty", "presencePenalty"]],
  ["gen_ai.request.choice.count", intOf, ["n", "num_generations", "numResults", "numberOfImages", "samples"]],
  ["gen_ai.request.reasoning.level", textOf, ["reasoning_effort", "reasoningEffort", "maxReasoningEffort", "effort"]],
  ["gen_ai.request.previous_response.id", textOf, ["previous_response_id"]],
];

/** The parameters of a request as `gen_ai.request.*`. Where several objects have one, the first counts. */
export function parametersOf(...objects: readonly JsonObject[]): InvocationAttributes {
  const attributes: Record<string, unknown> = {};
  const present = objects.filter((object) => object !== NOTHING);
  for (const [attribute, read, names] of PARAMETERS) {
    for (const object of present) {
      const value = read(firstMember(object, names));
      if (value === undefined) continue;
      attributes[attribute] = value;
      break;
    }
  }
  return attributes as InvocationAttributes;
}

function firstMember(object: JsonObject, names: readonly string[]): unknown {
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A number, or AI21's object around it. */
function penaltyOf(value: unknown): number | undefined {
  return doubleOf(isObject(value) ? value["scale"] : value);
}

/** All names of parameters. */
export const PARAMETER_NAMES: readonly string[] = PARAMETERS.flatMap(([, , names]) => names);
