/** The data streams of metrics, by the namespaces of CloudWatch that they are of. */
import { METRIC_STREAMS } from "./generated/metric_streams.ts";
import type { MetricStream } from "./metric.ts";

const namespaces = METRIC_STREAMS.flatMap((stream) => stream.namespaces.map((namespace) => ({ stream, ...namespace })));

/** The namespaces of CloudWatch that there are tables for. */
export const NAMESPACES: readonly string[] = namespaces.map(({ name }) => name);

/** Those that are read unless the configuration says otherwise. */
export const DEFAULT_NAMESPACES: readonly string[] = namespaces.filter((one) => one.default).map(({ name }) => name);

/** The data stream that a namespace's metrics go to. Throws when there is no table for it. */
export function streamOf(namespace: string): MetricStream {
  const found = namespaces.find(({ name }) => name === namespace);
  if (found === undefined) throw new Error(`Cannot map metrics: there is no table for namespace ${namespace}`);
  return found.stream;
}
