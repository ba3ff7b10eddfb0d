import { bodyValueOf } from "../read/body_value.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";
import { dialectOf } from "./dialects.ts";
import { hasIntervened } from "../read/intervention.ts";
import { isObject, type JsonObject, textOf } from "../read/json.ts";
import { type Metrics, metricsOf } from "../read/metrics.ts";
import type { Invocation } from "../read/record.ts";

/** The bodies of an invocation, read by the dialect that knows their shape. */
export interface Exchange {
  readonly operation: string;
  readonly requestBody: JsonObject | undefined;
  /** The response body as logged; one that was logged as JSON text is read. */
  readonly responseBody: unknown;
  readonly request: ModelRequest | undefined;
  readonly response: ModelResponse | undefined;
  readonly metrics: Metrics;
  readonly intervened: boolean;
}

/** Reads the bodies; what has a shape that no dialect knows is undefined. */
export function exchangeOf({ log, input, output }: Invocation): Exchange {
  const operation = textOf(log["operation"]) ?? "";
  const loggedRequest = bodyValueOf(input["inputBodyJson"]) ?? imageRequestOf(log);
  const responseBody = bodyValueOf(output["outputBodyJson"]) ?? imageResponseOf(log);
  const { object: request, list: requestEvents } = shapeOf(loggedRequest);
  const { object: response, list: events } = shapeOf(responseBody);
  const dialect = dialectOf({ operation, request, requestEvents, response, events });
  const intervened = hasIntervened(responseBody);
  const failed = textOf(log["errorCode"]) !== undefined;
  return {
    operation,
    requestBody: request,
    responseBody,
    request: dialect && requestOf(dialect, request ?? (requestEvents && dialect.stream(requestEvents))),
    response: dialect && responseOf(dialect, {
      body: response ?? (events && dialect.stream(events)),
      reason: intervened ? "content_filter" : failed ? "error" : undefined,
    }),
    metrics: metricsOf(responseBody),
    intervened,
  };
}

function shapeOf(body: unknown): { object: JsonObject | undefined; list: readonly unknown[] | undefined } {
  return { object: isObject(body) ? body : undefined, list: Array.isArray(body) ? body : undefined };
}

function requestOf(dialect: Dialect, body: JsonObject | undefined): ModelRequest | undefined {
  return body && dialect.request(body);
}

/** `reason` is why an answer ended that does not say so itself. */
function responseOf(
  dialect: Dialect,
  { body, reason }: { body: JsonObject | undefined; reason: string | undefined },
): ModelResponse | undefined {
  const response = body && dialect.response(body);
  if (reason === undefined) return response;
  for (const message of response?.messages ?? []) {
    if (message.finish_reason === "unknown") message.finish_reason = reason;
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
