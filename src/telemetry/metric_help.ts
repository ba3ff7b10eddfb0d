/** What metrics count, where the text of their event says something else: an event tells what happened, a metric what adds up. */
const TEXTS: Readonly<Record<string, string>> = {
  otelcol_receiver_accepted_log_records: "Records that a receiver read and that were delivered",
  bedrock_otel_receiver_accepted_bytes: "Bytes of what a receiver read and what was delivered",
  otelcol_receiver_refused_log_records: "Records that a receiver read and that could not be delivered yet",
  otelcol_receiver_accepted_metric_points: "Data points that a receiver made and that were delivered",
  otelcol_receiver_refused_metric_points: "Data points that a receiver made and that could not be delivered yet",
  otelcol_exporter_sent_log_records: "Records that an endpoint accepted",
  otelcol_exporter_sent_metric_points: "Data points that an endpoint accepted",
  otelcol_exporter_send_failed_log_records: "Records that an endpoint refused or that could not be sent",
  otelcol_exporter_send_failed_metric_points: "Data points that an endpoint refused or that could not be sent",
  bedrock_otel_exporter_duplicate_records: "Records that the endpoint had already",
  bedrock_otel_exporter_set_aside_records:
    "Records that Elasticsearch put into a failure store, or that an ingest pipeline dropped, by reason",
  bedrock_otel_exporter_warnings: "Requests that the endpoint took with a warning",
  bedrock_otel_exporter_retries: "Tries of a request that failed through the endpoint's fault, by reason",
  bedrock_otel_exporter_gave_up: "Requests that were given up, by reason",
  bedrock_otel_exporter_isolations: "Requests that were split to find the records that the endpoint rejects",
  bedrock_otel_exporter_shrunk_records: "Records sent without their bodies, as they were too large for the endpoint",
  bedrock_otel_dead_letter_records: "Records written to the dead letter",
  bedrock_otel_dead_letter_points: "Data points written to the dead letter",
  bedrock_otel_dead_letter_failures: "Writes to the dead letter that failed",
  bedrock_otel_storage_failures: "Failures to read or write the state, by reason",
  bedrock_otel_aws_calls: "Calls to AWS, by service, operation and outcome",
  bedrock_otel_aws_estimated_cost_usd: "Estimated cost of the calls to AWS in US dollars, at list prices",
  bedrock_otel_receiver_received_messages: "Messages received from the queue",
  bedrock_otel_receiver_queue_visible_messages: "Messages in the queue that wait to be received",
  bedrock_otel_receiver_queue_in_flight_messages: "Messages that a reader has received and not deleted yet",
  bedrock_otel_receiver_queue_delayed_messages: "Messages in the queue that cannot be received yet",
  bedrock_otel_receiver_queue_age_seconds:
    "Age of the oldest message among those received last: time since it was sent",
  bedrock_otel_receiver_done_messages: "Messages whose records are all delivered, and that were deleted",
  bedrock_otel_receiver_ignored_messages: "Messages that name no new object, by reason",
  bedrock_otel_receiver_delivered_objects: "Objects of which every record was delivered",
  bedrock_otel_receiver_skipped_objects: "Objects left out by the configuration, by reason",
  bedrock_otel_receiver_missing_objects: "Objects that had been deleted before they were read",
  bedrock_otel_receiver_delivered_events: "Log events of CloudWatch Logs that were delivered",
  bedrock_otel_receiver_cloudwatch_metrics_asked: "Metrics that CloudWatch was asked for, which is what AWS bills",
  bedrock_otel_receiver_delivered_files: "Files of which every record was delivered",
  bedrock_otel_pipeline_errors: "Lines that are no invocation record and leave as pipeline errors, by reason",
  bedrock_otel_excluded_records: "Records left out by the configuration",
  bedrock_otel_redactions: "Values that were redacted, by rule",
};

/** The description of a metric by its exported name; `message` is the text of the event that makes it. */
export function metricHelp(name: string, message: string): string {
  return TEXTS[name] ?? `How often this happened: ${message}`;
}
