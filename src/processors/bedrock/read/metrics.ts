import { countOf, type JsonObject, objectOf } from "./json.ts";

/** What Bedrock measured of an invocation. */
export interface Metrics {
  readonly totalMs: number | undefined;
  readonly firstByteMs: number | undefined;
  /** The body, or the element of a stream, with Bedrock's own counts of tokens. */
  readonly measuredBody: JsonObject | undefined;
}

/** Metrics in a response; in a stream one of the last elements has Bedrock's counts, and one the latency (Converse). */
export function metricsOf(answered: readonly JsonObject[]): Metrics {
  const measuredBody = answered.findLast((element) => element[MEASURED] !== undefined);
  const timed = answered.findLast((element) => latencyOf(element) !== undefined);
  const counts = objectOf(measuredBody?.[MEASURED]);
  return {
    totalMs: countOf(timed && latencyOf(timed)) ?? countOf(counts["invocationLatency"]),
    firstByteMs: countOf(counts["firstByteLatency"]),
    measuredBody,
  };
}

const MEASURED = "amazon-bedrock-invocationMetrics";

function latencyOf({ metrics, metadata }: JsonObject): unknown {
  return objectOf(metrics)["latencyMs"] ?? objectOf(objectOf(metadata)["metrics"])["latencyMs"];
}
