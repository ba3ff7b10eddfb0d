import type { Signal } from "../component/batch.ts";

/**
 * Which modes of the mapping survive on the way to which endpoint. The OTel Collector's `elasticsearch` exporter takes
 * all of them, APM Server keeps the original text only, Elastic's own OTLP endpoints store OTel's own structure.
 */
const MODES: Readonly<Record<string, Readonly<Record<Signal, readonly string[]>>>> = {
  collector: { logs: ["ecs", "integration", "otel", "raw"], metrics: ["ecs", "integration", "otel"] },
  // Names of metrics arrive as they are, dimensions as labels.
  apm: { logs: ["raw"], metrics: ["ecs", "integration", "otel"] },
  elastic: { logs: ["otel"], metrics: ["otel"] },
};

/** The modes of a signal that a target (`otlp_http.target`) keeps; undefined for an unknown target. */
export function modesOf(signal: Signal, target: string): readonly string[] | undefined {
  return MODES[target]?.[signal];
}
