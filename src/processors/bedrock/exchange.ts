import type { Dialect, ModelRequest, ModelResponse } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialects.ts";
import { hasIntervened } from "./guardrails.ts";
import { isObject, type JsonObject, textOf } from "./json.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import type { Invocation } from "./record.ts";

/** The bodies of an invocation, read by the dialect that knows their shape. */
export interface Exchange {
  readonly operation: string;
  readonly requestBody: JsonObject | undefined;
  /** The response body as logged. */
  readonly responseBody: unknown;
  readonly request: ModelRequest | undefined;
  readonly response: ModelResponse | undefined;
  readonly metrics: Metrics;
  readonly intervened: boolean;
}

/** Reads the bodies; what has a shape that no dialect knows is undefined. */
export function exchangeOf({ log, input, output }: Invocation): Exchange {
  const operation = textOf(log["operation"]) ?? "";
  const requestBody = isObject(input["inputBodyJson"]) ? input["inputBodyJson"] : undefined;
  const responseBody = output["outputBodyJson"];
  const response = isObject(responseBody) ? responseBody : undefined;
  const events = Array.isArray(responseBody) ? responseBody : undefined;
  const dialect = dialectOf({ operation, request: requestBody, response, events });
  const intervened = hasIntervened(responseBody);
  return {
    operation,
    requestBody,
    responseBody,
    request: requestBody && dialect?.request(requestBody),
    response: dialect && responseOf(dialect, { body: response ?? (events && dialect.stream(events)), intervened }),
    metrics: metricsOf(responseBody),
    intervened,
  };
}

function responseOf(
  dialect: Dialect,
  { body, intervened }: { body: JsonObject | undefined; intervened: boolean },
): ModelResponse | undefined {
  const response = body && dialect.response(body);
  if (!intervened) return response;
  for (const message of response?.messages ?? []) {
    if (message.finish_reason === "unknown") message.finish_reason = "content_filter";
  }
  return response;
}
