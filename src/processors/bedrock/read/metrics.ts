import { countOf, valueAt } from "./json.ts";

/** What Bedrock measured of an invocation. */
export interface Metrics {
  readonly totalMs: number | undefined;
  readonly firstByteMs: number | undefined;
  /** The body, or the element of a stream, with Bedrock's own counts of tokens. */
  readonly measuredBody: unknown;
}

/** Metrics in a response body; in a stream one of the last elements has them. */
export function metricsOf(responseBody: unknown): Metrics {
  const elements: readonly unknown[] = Array.isArray(responseBody) ? responseBody : [responseBody];
  const measuredBody = elements.findLast((element) => valueAt(element, MEASURED) !== undefined);
  const latency = latencyOf(elements.findLast((element) => latencyOf(element) !== undefined));
  return {
    totalMs: countOf(latency) ?? countOf(valueAt(measuredBody, `${MEASURED}.invocationLatency`)),
    firstByteMs: countOf(valueAt(measuredBody, `${MEASURED}.firstByteLatency`)),
    measuredBody,
  };
}

const MEASURED = "amazon-bedrock-invocationMetrics";

/** `metrics.latencyMs` of a Converse response, or of the last event of its stream. */
function latencyOf(body: unknown): unknown {
  return valueAt(body, "metrics.latencyMs") ?? valueAt(body, "metadata.metrics.latencyMs");
}
