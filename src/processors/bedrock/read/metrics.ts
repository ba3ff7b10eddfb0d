import { countOf, objectOf, valueAt } from "./json.ts";

/** What Bedrock measured of an invocation. */
export interface Metrics {
  readonly totalMs: number | undefined;
  readonly firstByteMs: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
}

/** Metrics in a response body; in a stream one of the last elements has them. */
export function metricsOf(responseBody: unknown): Metrics {
  const body = Array.isArray(responseBody) ? responseBody.findLast(hasMetrics) : responseBody;
  const measured = objectOf(valueAt(body, "amazon-bedrock-invocationMetrics"));
  return {
    totalMs: countOf(latencyOf(body)) ?? countOf(measured["invocationLatency"]),
    firstByteMs: countOf(measured["firstByteLatency"]),
    inputTokens: countOf(measured["inputTokenCount"]),
    outputTokens: countOf(measured["outputTokenCount"]),
  };
}

function hasMetrics(element: unknown): boolean {
  return valueAt(element, "amazon-bedrock-invocationMetrics") !== undefined || latencyOf(element) !== undefined;
}

/** `metrics.latencyMs` of a Converse response, or of the last event of its stream. */
function latencyOf(body: unknown): unknown {
  return valueAt(body, "metrics.latencyMs") ?? valueAt(body, "metadata.metrics.latencyMs");
}
