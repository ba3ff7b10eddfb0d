import { type JsonObject, lastText, objectOf, textOf } from "./json.ts";

/**
 * Id or ARN of the model that a prompt router chose for an answer: on the response, or on an element of a streamed one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PromptRouterTrace.html
 */
export function invokedModelOf(answered: readonly JsonObject[]): string | undefined {
  return lastText(answered, modelIn);
}

/** Direct reads instead of paths: it looks at many elements of a stream. */
function modelIn({ trace, metadata }: JsonObject): string | undefined {
  return modelOfTrace(trace) ?? modelOfTrace(objectOf(metadata)["trace"]);
}

function modelOfTrace(trace: unknown): string | undefined {
  return textOf(objectOf(objectOf(trace)["promptRouter"])["invokedModelId"]);
}
