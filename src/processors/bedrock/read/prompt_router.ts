import { listOf, textOf, valueAt } from "./json.ts";

/**
 * Id or ARN of the model that a prompt router chose for an answer: on the response, or on an element of a streamed one.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PromptRouterTrace.html
 */
export function invokedModelOf(responseBody: unknown): string | undefined {
  return modelIn(responseBody) ?? modelIn(listOf(responseBody).findLast((event) => modelIn(event) !== undefined));
}

function modelIn(value: unknown): string | undefined {
  return textOf(valueAt(value, "trace.promptRouter.invokedModelId")) ??
    textOf(valueAt(value, "metadata.trace.promptRouter.invokedModelId"));
}
