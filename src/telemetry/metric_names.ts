/** Names under which counters and gauges of the event table are exported. */

/** What the OpenTelemetry Collector counts too, under its names, so that its dashboards and alerts fit. */
const COLLECTOR_NAMES: Readonly<Record<string, string>> = {
  "receiver.accepted_records": "otelcol_receiver_accepted_log_records",
  "receiver.accepted_points": "otelcol_receiver_accepted_metric_points",
  "receiver.refused_records": "otelcol_receiver_refused_log_records",
  "receiver.refused_points": "otelcol_receiver_refused_metric_points",
  "exporter.delivered_records": "otelcol_exporter_sent_log_records",
  "exporter.delivered_points": "otelcol_exporter_sent_metric_points",
  "exporter.refused_records": "otelcol_exporter_send_failed_log_records",
  "exporter.refused_points": "otelcol_exporter_send_failed_metric_points",
  "exporter.failed_records": "otelcol_exporter_send_failed_log_records",
  "exporter.failed_points": "otelcol_exporter_send_failed_metric_points",
};

/** Several counters may have one exported name: they add up. */
export function exportedName(name: string): string {
  return COLLECTOR_NAMES[name] ?? `bedrock_otel_${name.replace(/^bedrock\./, "").replaceAll(".", "_")}`;
}

/** The unit that the name tells. */
export function unitOf(name: string): string {
  if (name.endsWith("_bytes")) return "By";
  if (name.endsWith("_seconds")) return "s";
  return name.endsWith("_usd") ? "USD" : "";
}
