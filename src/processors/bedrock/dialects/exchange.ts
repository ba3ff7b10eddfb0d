import { sideValueOf } from "../read/body_value.ts";
import { bodiesOf, type ModelRequest, type ModelResponse } from "./dialect.ts";
import { dialectOf } from "./dialects.ts";
import { invokedModelOf } from "../read/prompt_router.ts";
import { setBegunThoughtsApart } from "./reasoning_tags.ts";
import { isObject, type JsonObject, textOf } from "../read/json.ts";
import { outcomeOf } from "../read/outcome.ts";
import type { Invocation, Outcome } from "../read/record.ts";
import { mergedAt } from "./stream.ts";
import { type Usage, usageOf } from "./usage.ts";

/** The bodies of an invocation, read by the dialect that knows their shape. */
export interface Exchange extends Outcome {
  readonly operation: string;
  readonly requestBody: JsonObject | undefined;
  /** The response body as logged; one that was logged as JSON text is read. */
  readonly responseBody: unknown;
  readonly request: ModelRequest | undefined;
  readonly response: ModelResponse | undefined;
  /** What the response counts, also where no dialect knows its shape. */
  readonly usage: Usage;
  /** Model id or ARN of the model that a prompt router chose. */
  readonly invokedModel: string | undefined;
}

/** Reads the bodies; what has a shape that no dialect knows is undefined. */
export function exchangeOf(invocation: Invocation): Exchange {
  const { log } = invocation;
  const operation = textOf(log["operation"]) ?? "";
  const responseBody = sideValueOf(invocation, "output") ?? imageResponseOf(log);
  const bodies = bodiesOf(operation, {
    request: sideValueOf(invocation, "input") ?? imageRequestOf(log),
    response: responseBody,
  });
  const dialect = dialectOf(bodies);
  const request = bodies.request ?? (bodies.requestEvents && dialect?.stream(bodies.requestEvents));
  const response = bodies.response ?? (bodies.events && dialect?.stream(bodies.events));
  const asked = request && dialect?.request(request);
  const answer = response && dialect?.response(response);
  setBegunThoughtsApart(answer?.messages, asked?.messages);
  const outcome = outcomeOf(invocation);
  return {
    ...outcome,
    operation,
    requestBody: bodies.request,
    responseBody,
    request: asked,
    response: answer && withReason(answer, {
      reason: outcome.intervened ? "content_filter" : outcome.failure !== undefined ? "error" : undefined,
    }),
    usage: answer?.usage ?? usageOf(bodies.response ?? countedIn(bodies.events ?? [])),
    invokedModel: invokedModelOf(outcome.answered),
  };
}

/** What the events of an unknown stream count. */
function countedIn(events: readonly unknown[]): JsonObject {
  return { usage: mergedAt(events, "usage") ?? mergedAt(events, "delta.usage") };
}

/** The response with a reason for the answers that have none of their own. */
function withReason(response: ModelResponse, { reason }: { reason: string | undefined }): ModelResponse {
  for (const message of response.messages ?? []) {
    if (reason !== undefined && message.finish_reason === "unknown") message.finish_reason = reason;
  }
  return response;
}

/** The request for images that a record holds itself; undefined when there is none. */
function imageRequestOf(log: JsonObject): JsonObject | undefined {
  const { taskType, imageGenerationConfig, imageVariationParams } = log;
  const request = { taskType, imageGenerationConfig, imageVariationParams };
  return textOf(taskType) !== undefined || isObject(imageGenerationConfig) || isObject(imageVariationParams)
    ? request
    : undefined;
}

/** The images that a record holds itself; undefined when there are none. */
function imageResponseOf({ images, artifacts }: JsonObject): JsonObject | undefined {
  return Array.isArray(images) || Array.isArray(artifacts) ? { images, artifacts } : undefined;
}
