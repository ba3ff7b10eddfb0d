/**
 * Which modes of the mapping survive on the way to which endpoint. The OTel Collector's `elasticsearch` exporter takes
 * all of them, APM Server keeps the original text only, Elastic's own OTLP endpoints store OTel's own structure.
 */
const LOG_MODES: Readonly<Record<string, readonly string[]>> = {
  collector: ["ecs", "integration", "otel", "raw"],
  apm: ["raw"],
  elastic: ["otel"],
};

/** The modes of log records that a target (`otlp_http.target`) keeps; undefined for an unknown target. */
export function logModesOf(target: string): readonly string[] | undefined {
  return LOG_MODES[target];
}
