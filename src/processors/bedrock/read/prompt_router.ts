import { listOf, objectOf, textOf } from "./json.ts";

/**
 * Id or ARN of the model that a prompt router chose for an answer: on the response, or on an element of a streamed one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PromptRouterTrace.html
 */
export function invokedModelOf(responseBody: unknown): string | undefined {
  return modelIn(responseBody) ?? modelIn(listOf(responseBody).findLast((event) => modelIn(event) !== undefined));
}

/** Direct reads instead of paths: it looks at every element of a stream. */
function modelIn(value: unknown): string | undefined {
  const { trace, metadata } = objectOf(value);
  return modelOfTrace(trace) ?? modelOfTrace(objectOf(metadata)["trace"]);
}

function modelOfTrace(trace: unknown): string | undefined {
  return textOf(objectOf(objectOf(trace)["promptRouter"])["invokedModelId"]);
}
