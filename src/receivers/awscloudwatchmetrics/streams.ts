import { GUARDRAILS } from "../../mappings/generated/guardrails.ts";
import { RUNTIME } from "../../mappings/generated/runtime.ts";
import type { MetricStream } from "../../mappings/metric.ts";

const STREAMS: readonly MetricStream[] = [RUNTIME, GUARDRAILS];

const OF_NAMESPACE = new Map(
  STREAMS.flatMap((stream) => stream.namespaces.map((namespace) => [namespace.name, { stream, namespace }] as const)),
);

/** The namespaces of CloudWatch that there are tables for. */
export const NAMESPACES: readonly string[] = [...OF_NAMESPACE.keys()];

/** Those that are read unless the configuration says otherwise. */
export const DEFAULT_NAMESPACES: readonly string[] = [...OF_NAMESPACE.values()]
  .filter(({ namespace }) => namespace.default).map(({ namespace }) => namespace.name);

/** The data stream that a namespace's metrics go to. */
export function streamOf(namespace: string): MetricStream {
  const found = OF_NAMESPACE.get(namespace);
  if (found === undefined) throw new Error(`Cannot map metrics: there is no table for namespace ${namespace}`);
  return found.stream;
}
