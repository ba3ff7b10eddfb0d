import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { doubleOf, intOf, isObject, type JsonObject, textOf, textsOf } from "../read/json.ts";

/** The attribute of each parameter, how its value is read, and how families spell its name. */
type Parameter = readonly [
  attribute: keyof InvocationAttributes,
  read: (value: unknown) => unknown,
  names: readonly string[],
];

const PARAMETERS: readonly Parameter[] = [
  ["gen_ai.request.max_tokens", intOf, [
    ...["max_tokens", "maxTokens", "max_new_tokens", "max_completion_tokens", "maxOutputTokens", "maxTokenCount"],
    ...["max_gen_len", "max_tokens_to_sample", "max_output_tokens"],
  ]],
  ["gen_ai.request.temperature", doubleOf, ["temperature"]],
  ["gen_ai.request.top_p", doubleOf, ["top_p", "topP", "p"]],
  ["gen_ai.request.top_k", doubleOf, ["top_k", "topK", "k"]],
  ["gen_ai.request.stop_sequences", textsOf, ["stop_sequences", "stopSequences", "stop"]],
  ["gen_ai.request.seed", intOf, ["seed", "random_seed"]],
  ["gen_ai.request.frequency_penalty", penaltyOf, ["frequency_penalty", "frequencyPenalty"]],
  ["gen_ai.request.presence_penalty", penaltyOf, ["presence_penalty", "presencePenalty"]],
  ["gen_ai.request.choice.count", intOf, ["n", "num_generations", "numResults", "numberOfImages", "samples"]],
  ["gen_ai.request.reasoning.level", textOf, ["reasoning_effort", "reasoningEffort", "maxReasoningEffort", "effort"]],
  ["gen_ai.request.previous_response.id", textOf, ["previous_response_id"]],
];

/** What a request for embeddings may ask for; its other parameters are about its input. */
const EMBEDDING_PARAMETERS: readonly Parameter[] = [
  ["gen_ai.embeddings.dimension.count", intOf, [
    ...["dimensions", "outputEmbeddingLength", "output_dimension", "embeddingDimension"],
  ]],
  ["gen_ai.request.encoding_formats", textsOf, ["embeddingTypes", "embedding_types", "encoding_format"]],
];

/** The parameters of a request as `gen_ai.request.*`. Where several objects have one, the first counts. */
export function parametersOf(...objects: readonly JsonObject[]): InvocationAttributes {
  return parametersIn(objects, { parameters: PARAMETERS, byName: BY_NAME });
}

/** The same of a request for embeddings. */
export function embeddingParametersOf(...objects: readonly JsonObject[]): InvocationAttributes {
  return parametersIn(objects, { parameters: EMBEDDING_PARAMETERS, byName: EMBEDDING_BY_NAME });
}

interface Parameters {
  readonly parameters: readonly Parameter[];
  readonly byName: ReadonlyMap<string, Parameter>;
}

function parametersIn(objects: readonly JsonObject[], { parameters, byName }: Parameters): InvocationAttributes {
  const attributes: Record<string, unknown> = {};
  const given = objects.map((object) => givenIn(object, byName));
  for (const parameter of parameters) {
    const [attribute, read, names] = parameter;
    for (const { object, parameters } of given) {
      if (!parameters.includes(parameter)) continue;
      const value = read(firstMember(object, names));
      if (value === undefined) continue;
      attributes[attribute] = value;
      break;
    }
  }
  return attributes as InvocationAttributes;
}

/** Most parameters are not given, and to look for each of their names takes long. */
function givenIn(
  object: JsonObject,
  byName: ReadonlyMap<string, Parameter>,
): { object: JsonObject; parameters: readonly Parameter[] } {
  const parameters: Parameter[] = [];
  for (const name in object) {
    const parameter = byName.get(name);
    if (parameter !== undefined) parameters.push(parameter);
  }
  return { object, parameters };
}

const BY_NAME = byNameOf(PARAMETERS);
const EMBEDDING_BY_NAME = byNameOf(EMBEDDING_PARAMETERS);

function byNameOf(parameters: readonly Parameter[]): ReadonlyMap<string, Parameter> {
  return new Map(parameters.flatMap((parameter) => parameter[2].map((name) => [name, parameter])));
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
export const PARAMETER_NAMES: readonly string[] = [...PARAMETERS, ...EMBEDDING_PARAMETERS].flatMap(([, , names]) =>
  names
);
