import { countOf, objectOf } from "./json.ts";

/** What Bedrock measured of an invocation. */
export interface Metrics {
  readonly totalMs: number | undefined;
  readonly firstByteMs: number | undefined;
  /** The body, or the element of a stream, with Bedrock's own counts of tokens. */
  readonly measuredBody: unknown;
}

/** Metrics in a response body; in a stream one of the last elements has them. Direct reads: streams have many elements. */
export function metricsOf(responseBody: unknown): Metrics {
  if (!Array.isArray(responseBody)) return metricsIn(objectOf(responseBody), objectOf(responseBody));
  const measured = responseBody.findLast((element) => objectOf(element)[MEASURED] !== undefined);
  return metricsIn(measured, responseBody.findLast((element) => latencyOf(element) !== undefined));
}

const MEASURED = "amazon-bedrock-invocationMetrics";

/** Of elements that have Bedrock's counts, and the latency of a Converse response or of the last event of its stream. */
function metricsIn(measured: unknown, timed: unknown): Metrics {
  const counts = objectOf(measured)[MEASURED];
  return {
    totalMs: countOf(latencyOf(timed)) ?? countOf(objectOf(counts)["invocationLatency"]),
    firstByteMs: countOf(objectOf(counts)["firstByteLatency"]),
    measuredBody: counts === undefined ? undefined : measured,
  };
}

function latencyOf(body: unknown): unknown {
  const { metrics, metadata } = objectOf(body);
  return objectOf(metrics)["latencyMs"] ?? objectOf(objectOf(metadata)["metrics"])["latencyMs"];
}
