import { defineEvents, type Events as EventsOf } from "../component/events.ts";

function httpReasons(...statuses: number[]): string[] {
  return statuses.map((status) => `http_${status}`);
}

/** What an endpoint can be at fault with. */
const ENDPOINT_FAULTS: readonly string[] = [
  "connect",
  "tls",
  "timeout",
  "interrupted",
  "unreadable_answer",
  "no_template",
  "template_of_other_mode",
  "no_pipeline",
  "shard_limit",
  "not_elasticsearch",
  "refused_all",
  "stopped",
  "write",
  ...httpReasons(301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 408, 409, 415, 421, 429, 431),
  ...httpReasons(500, 501, 502, 503, 504, 505, 507, 511, 520, 521, 522, 523, 524, 529),
  "other",
];

/** Events between receivers and exporters. */
export const PIPELINE_EVENTS = defineEvents({
  "receive.accepted": {
    level: "debug",
    message: "Delivered what a receiver read",
    counter: "receiver.accepted_records",
    sums: { "receiver.accepted_bytes": "bytes" },
    attributes: ["transport"],
  },
  "receive.refused": {
    level: "debug",
    message: "Could not deliver what a receiver read",
    counter: "receiver.refused_records",
    attributes: ["transport"],
  },
  "receive.accepted_points": {
    level: "debug",
    message: "Delivered data points that a receiver read",
    counter: "receiver.accepted_points",
    sums: { "receiver.accepted_bytes": "bytes" },
    attributes: ["transport"],
  },
  "receive.refused_points": {
    level: "debug",
    message: "Could not deliver data points that a receiver read",
    counter: "receiver.refused_points",
    attributes: ["transport"],
  },
  "export.delivered": { level: "debug", message: "Records delivered", counter: "exporter.delivered_records" },
  "export.delivered_points": { level: "debug", message: "Data points delivered", counter: "exporter.delivered_points" },
  "export.duplicates": {
    level: "info",
    message: "The endpoint had these records already",
    counter: "exporter.duplicate_records",
  },
  "export.set_aside": {
    level: "warn",
    message:
      "Elasticsearch took documents that are not in the data stream: a failure store keeps them, or an ingest pipeline dropped them",
    counter: "exporter.set_aside_records",
    attributes: ["destination"],
    reasons: ["failure_store", "pipeline"],
  },
  "export.warning": {
    level: "warn",
    message: "The endpoint took the request with a warning",
    counter: "exporter.warnings",
  },
  "export.retry": {
    level: "warn",
    message: "The endpoint is at fault, will try again",
    counter: "exporter.retries",
    health: "failing",
    reasons: ENDPOINT_FAULTS,
  },
  "export.recovered": { level: "info", message: "The endpoint takes requests again", health: "well" },
  "export.gave_up": {
    level: "error",
    message: "The endpoint was at fault for too long: these records are not delivered, and their source keeps them",
    counter: "exporter.gave_up",
    reasons: ENDPOINT_FAULTS,
    health: "failing",
  },
  "export.failed": { level: "debug", message: "Records not delivered", counter: "exporter.failed_records" },
  "export.failed_points": { level: "debug", message: "Data points not delivered", counter: "exporter.failed_points" },
  "export.isolating": {
    level: "warn",
    message: "The endpoint refused a request for its data: looking for the rejected records",
    counter: "exporter.isolations",
    reasons: ["data_fault", "partial_success", "too_large"],
  },
  "export.shrunk": {
    level: "warn",
    message: "A record is too large for the endpoint: its bodies are replaced by their size and path",
    counter: "exporter.shrunk_records",
  },
  "export.refused": {
    level: "error",
    message: "The endpoint refuses this record",
    counter: "exporter.refused_records",
  },
  "export.refused_points": {
    level: "error",
    message: "The endpoint refuses these data points",
    counter: "exporter.refused_points",
  },
  "dead_letter.written": {
    level: "warn",
    message: "Record written to the dead letter",
    counter: "dead_letter.records",
    health: "well",
  },
  "dead_letter.written_points": {
    level: "warn",
    message: "Data points written to the dead letter",
    counter: "dead_letter.points",
    health: "well",
  },
  "dead_letter.failed": {
    level: "error",
    message: "Cannot write the dead letter: the records stay with their source",
    counter: "dead_letter.failures",
    health: "failing",
  },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof PIPELINE_EVENTS>;
