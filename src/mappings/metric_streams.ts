/** The data streams of metrics, by the namespaces of CloudWatch that they are of. */
import { METRIC_STREAMS } from "./generated/metric_streams.ts";
import type { MetricStream } from "./metric.ts";

/** What a namespace is called in a configuration: by its short name, or by CloudWatch's. */
export const NAMESPACES: readonly string[] = METRIC_STREAMS.flatMap(({ name, namespace }) => [name, namespace]);

/** Those that are read unless the configuration says otherwise. */
export const DEFAULT_NAMESPACES: readonly string[] = METRIC_STREAMS.filter(({ isDefault }) => isDefault)
  .map(({ name }) => name);

/** The data stream that a namespace's metrics go to; undefined when there is no table for it. */
export function streamOf(namespace: string): MetricStream | undefined {
  return METRIC_STREAMS.find((stream) => stream.name === namespace || stream.namespace === namespace);
}
