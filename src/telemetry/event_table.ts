/**
 * The registry of notable events: each has one name, one log line and, where it is worth counting, one counter with
 * a bounded set of reasons. What is counted here is exported (`metrics.ts`) and tells the components' health
 * (`health.ts`): an entry in the table is all that a new event needs.
 */

export type Level = "debug" | "info" | "warn" | "error";

/**
 * The attributes of an event's counters and gauges are its component (the field `exporter`, or `component`, which is
 * called by the first word of the counter's name: `receiver.…`, `processor.…`), its `reason` where the table lists
 * reasons, and the fields that `attributes` names.
 */
export interface EventDefinition {
  readonly level: Level;
  /** The log line's text: a constant; what varies goes into fields. Also the description of its metrics. */
  readonly message: string;
  /** Name of the counter that each event adds to, when it is counted: by the field `count`, default 1. */
  readonly counter?: string;
  /** More counters, each with the field by which it grows: `{ "receiver.read_bytes": "bytes" }`. */
  readonly sums?: Readonly<Record<string, string>>;
  /** Gauges, each with the field that holds its present value. */
  readonly gauges?: Readonly<Record<string, string>>;
  /** Fields that are attributes beside component and reason. They must take few values, and none from outside. */
  readonly attributes?: readonly string[];
  /** All values that the `reason` field may take, or that the configuration names them; others count as `other`. */
  readonly reasons?: readonly string[] | "configured";
  /** Log only the first time for each value of this field (later ones are counted only). */
  readonly oncePer?: string;
  /**
   * What it says of the component that the field `component` or `exporter` names: it does not work just now, or works
   * (again).
   */
  readonly health?: "failing" | "well";
  /** Where different things of a component may fail: which one. Default: the first word of the event's name. */
  readonly healthOf?: string;
}

/** Keeps the table's literal names while checking its entries. */
function table<T extends Record<string, EventDefinition>>(definitions: T): T {
  return definitions;
}

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
  "stopped",
  "write",
  ...httpReasons(301, 302, 303, 307, 308, 401, 403, 404, 405, 407, 408, 409, 415, 421, 429, 431),
  ...httpReasons(500, 501, 502, 503, 504, 505, 507, 511, 520, 521, 522, 523, 524, 529),
  "other",
];

export const EVENTS = table({
  // service
  "service.started": { level: "info", message: "Everything is ready" },
  "service.stopping": { level: "info", message: "Stopping: finishing what is in flight" },
  "service.stopped": { level: "info", message: "Stopped" },
  "service.failed": { level: "error", message: "A component failed" },
  "config.warning": { level: "warn", message: "Configuration" },

  // storage
  "storage.failed": {
    level: "error",
    message: "Cannot use the state: what it was to remember is done again",
    counter: "storage.failures",
    reasons: ["in_use", "damaged", "full", "read_only", "unavailable"],
    health: "failing",
  },
  "storage.recovered": { level: "info", message: "The state can be written again", health: "well" },

  // pipeline
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
    message: "Delivered data points that a receiver made",
    counter: "receiver.accepted_points",
    sums: { "receiver.accepted_bytes": "bytes" },
    attributes: ["transport"],
  },
  "receive.refused_points": {
    level: "debug",
    message: "Could not deliver data points that a receiver made",
    counter: "receiver.refused_points",
    attributes: ["transport"],
  },
  "export.delivered": { level: "debug", message: "Delivered", counter: "exporter.delivered_records" },
  "export.delivered_points": { level: "debug", message: "Delivered", counter: "exporter.delivered_points" },
  "export.duplicates": {
    level: "info",
    message: "The endpoint had these records already",
    counter: "exporter.duplicate_records",
  },
  "export.warning": {
    level: "warn",
    message: "The endpoint took the request with a warning",
    counter: "exporter.warnings",
  },
  "export.retry": {
    level: "warn",
    message: "Endpoint fault, will try again",
    counter: "exporter.retries",
    health: "failing",
    reasons: ENDPOINT_FAULTS,
  },
  "export.recovered": { level: "info", message: "The endpoint takes requests again", health: "well" },
  "export.gave_up": {
    level: "error",
    message: "Gave up on the endpoint",
    counter: "exporter.gave_up",
    reasons: ENDPOINT_FAULTS,
    health: "failing",
  },
  "export.failed": { level: "debug", message: "Not delivered", counter: "exporter.failed_records" },
  "export.failed_points": { level: "debug", message: "Not delivered", counter: "exporter.failed_points" },
  "export.isolating": {
    level: "warn",
    message: "The endpoint refused a request for its data: looking for the guilty records",
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
    message: "Written to the dead letter",
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
    message: "Could not write the dead letter",
    counter: "dead_letter.failures",
    health: "failing",
  },

  // processor bedrock
  "record.unreadable": {
    level: "warn",
    message: "This leaves as a pipeline error: it is no invocation record",
    counter: "bedrock.pipeline_errors",
    reasons: ["not_json", "not_an_object", "not_an_invocation", "too_large", "damaged", "unmappable"],
  },
  "record.excluded": {
    level: "debug",
    message: "Left out by the configuration",
    counter: "bedrock.excluded_records",
    reasons: ["operations", "models", "accounts"],
  },
  "record.redacted": {
    level: "debug",
    message: "Values were redacted, by rule",
    counter: "bedrock.redactions",
    reasons: "configured",
  },
  "record.unknown_version": {
    level: "warn",
    message: "Unknown schema version: records are mapped as far as it goes",
    counter: "bedrock.unknown_versions",
    oncePer: "version",
  },

  // processor bedrock: bodies stored beside the logs
  "body.not_joined": {
    level: "warn",
    message: "A body stays where it is stored: its record leaves with the path",
    counter: "bedrock.bodies_not_joined",
    reasons: [
      "bad_path",
      "other_bucket",
      "other_key",
      "missing",
      "forbidden",
      "no_bucket",
      "unavailable",
      "damaged",
      "too_large",
    ],
  },
  "body.awaited": { level: "debug", message: "A body is not there yet", counter: "bedrock.body_waits" },
  "body.retry": {
    level: "warn",
    message: "A body cannot be read now, will try again",
    counter: "bedrock.body_retries",
  },

  // AWS clients
  "aws.call": {
    level: "debug",
    message: "Called AWS",
    counter: "aws.calls",
    sums: { "aws.estimated_cost_usd": "usd" },
    attributes: ["service", "operation", "outcome"],
  },

  // the program's own metrics and logs
  "telemetry.failed": {
    level: "warn",
    message: "Cannot send the program's own telemetry; deliveries go on",
  },
  "telemetry.recovered": { level: "info", message: "The program's own telemetry arrives again" },

  // receiver awss3, queue mode
  "awss3.received": { level: "debug", message: "Received messages", counter: "receiver.received_messages" },
  "awss3.queue": {
    level: "debug",
    message: "State of the queue",
    gauges: {
      "receiver.queue_visible_messages": "visible",
      "receiver.queue_in_flight_messages": "in_flight",
      "receiver.queue_delayed_messages": "delayed",
      "receiver.queue_age_seconds": "age_s",
    },
  },
  "awss3.receive_failed": {
    level: "warn",
    message: "Cannot receive from the queue, will try again",
    counter: "receiver.receive_failures",
    reasons: ["setup", "credentials", "forbidden", "missing_queue", "wrong_region", "invalid", "transient"],
    health: "failing",
    healthOf: "queue",
  },
  "awss3.receive_recovered": {
    level: "info",
    message: "The queue can be received from again",
    health: "well",
    healthOf: "queue",
  },
  "awss3.probe": { level: "info", message: "The endpoint is still at fault: receiving one message as a probe" },
  "awss3.no_redrive_policy": {
    level: "warn",
    message: "The queue has no redrive policy: a message that can never be delivered comes back until it expires",
  },
  "awss3.redrive_unknown": { level: "debug", message: "Cannot see whether the queue has a redrive policy" },
  "awss3.message_done": { level: "debug", message: "Message done and deleted", counter: "receiver.done_messages" },
  "awss3.message_ignored": {
    level: "info",
    message: "Message names no new object",
    counter: "receiver.ignored_messages",
    reasons: ["test_event", "other_event"],
  },
  "awss3.object_delivered": {
    level: "debug",
    message: "Object delivered",
    counter: "receiver.delivered_objects",
    health: "well",
    healthOf: "objects",
  },
  "awss3.store_failed": {
    level: "debug",
    message: "The bucket cannot be read from",
    counter: "receiver.store_failures",
    reasons: ["forbidden", "no_bucket", "unavailable"],
    health: "failing",
    healthOf: "objects",
  },
  "awss3.object_skipped": {
    level: "debug",
    message: "Object left out",
    counter: "receiver.skipped_objects",
    reasons: ["never_log", "no_selector"],
  },
  "awss3.object_missing": {
    level: "warn",
    message: "Object does not exist any more",
    counter: "receiver.missing_objects",
    // The bucket answers.
    health: "well",
    healthOf: "objects",
  },
  "awss3.object_retry": {
    level: "warn",
    message: "Object not delivered yet, will try again",
    counter: "receiver.object_retries",
    health: "failing",
    healthOf: "objects",
  },
  "awss3.poison": {
    level: "error",
    message: "Message cannot be processed",
    counter: "receiver.poison_messages",
    reasons: [
      "not_a_notification",
      "bucket_not_allowed",
      "forbidden",
      "no_bucket",
      "unavailable",
      "damaged",
      "too_large",
    ],
  },
  "awss3.poison_deleted": {
    level: "error",
    message: "Deleted a message that cannot be processed",
    counter: "receiver.deleted_poison_messages",
  },
  "awss3.message_refused": {
    level: "error",
    message: "The endpoint refuses records of this message: it stays in the queue",
    counter: "receiver.refused_messages",
  },
  "awss3.message_returned": {
    level: "info",
    message: "Message returned to the queue",
    counter: "receiver.returned_messages",
    reasons: ["stopping", "held_too_long", "failed"],
  },
  "awss3.return_failed": {
    level: "warn",
    message: "Cannot return a message: it comes back after its visibility timeout",
    counter: "receiver.return_failures",
  },
  "awss3.extension_failed": {
    level: "warn",
    message: "Cannot extend a message's visibility: work on it stops",
    counter: "receiver.lost_messages",
    reasons: ["receipt", "other"],
  },
  "awss3.delete_failed": {
    level: "warn",
    message: "Cannot delete a delivered message: it comes again",
    counter: "receiver.delete_failures",
    reasons: ["receipt", "other"],
  },

  // receiver file
  "file.none_found": { level: "warn", message: "No file is there to read", oncePer: "component" },
  "file.delivered": { level: "debug", message: "File delivered", counter: "receiver.delivered_files" },
  "file.changed": { level: "info", message: "File changed while it was read: what it has now is read later" },
  "file.deleted": { level: "debug", message: "Delivered file deleted", counter: "receiver.deleted_files" },
  "file.kept": {
    level: "warn",
    message: "Records of a file are longer than max_bytes and were not delivered: it is not deleted",
    counter: "receiver.kept_files",
  },
  "file.delete_failed": {
    level: "warn",
    message: "Cannot delete a delivered file",
    counter: "receiver.file_delete_failures",
    oncePer: "source",
  },
  "file.failed": {
    level: "error",
    message: "File not delivered to its end: it stays, and is tried again",
    counter: "receiver.failed_files",
    reasons: [
      "forbidden",
      "no_file",
      "being_written",
      "damaged",
      "not_replayable",
      "refused",
      "not_delivered",
      "other",
    ],
    health: "failing",
  },
  "file.recovered": { level: "info", message: "No file is in the way any more", health: "well" },

  // receiver awss3, bucket listing
  "awss3.list_failed": {
    level: "warn",
    message: "Cannot list the bucket, will try again",
    counter: "receiver.list_failures",
    reasons: ["setup", "credentials", "forbidden", "missing_bucket", "wrong_region", "invalid", "transient"],
    health: "failing",
    healthOf: "listing",
  },
  "awss3.list_recovered": {
    level: "info",
    message: "The bucket can be listed again",
    health: "well",
    healthOf: "listing",
  },
  "awss3.none_listed": {
    level: "warn",
    message: "The bucket holds no object that begins with bucket_list_prefix",
  },
  "awss3.pass_done": { level: "debug", message: "Pass over the bucket done", counter: "receiver.passes" },
  "awss3.pass_failed": {
    level: "error",
    message: "Pass over the bucket not completed, the next one begins where this one did",
    counter: "receiver.failed_passes",
  },
  "awss3.archived": {
    level: "warn",
    message: "Archived objects are left out: what is to be read has to be restored into another storage class",
    oncePer: "component",
  },
  "awss3.object_held": {
    level: "error",
    message: "Object cannot be delivered: it is held back and tried again later, the others go on",
    counter: "receiver.held_objects",
    reasons: ["refused", "forbidden", "no_bucket", "unavailable", "damaged", "too_large", "transient"],
  },
  "awss3.objects_held": {
    level: "warn",
    message: "Objects are held back: they are tried again, more and more seldom",
    health: "failing",
    healthOf: "held_objects",
  },
  "awss3.none_held": {
    level: "info",
    message: "No object is held back any more",
    health: "well",
    healthOf: "held_objects",
  },

  // receiver awscloudwatch
  "awscloudwatch.window_read": {
    level: "debug",
    message: "Window of a log group delivered",
    counter: "receiver.delivered_events",
  },
  "awscloudwatch.slowed_down": {
    level: "warn",
    message: "CloudWatch Logs does not keep up: calls are made less often for a while",
    counter: "receiver.slowed_down_calls",
    reasons: ["throttled", "failed"],
  },
  "awscloudwatch.token_expired": {
    level: "info",
    message: "A paging token is no longer good: the window is read again from its beginning",
    counter: "receiver.expired_tokens",
  },
  "awscloudwatch.read_failed": {
    level: "warn",
    message: "Cannot read log events, will try again with the next scan",
    counter: "receiver.read_failures",
    reasons: [
      "setup",
      "credentials",
      "forbidden",
      "missing_group",
      "invalid",
      "transient",
      "not_delivered",
    ],
    health: "failing",
  },
  "awscloudwatch.window_held": {
    level: "error",
    message: "The endpoint refuses events of this time: they stay in the log group and are tried again with each sweep",
    counter: "receiver.held_windows",
    reasons: ["refused"],
    health: "failing",
  },
  "awscloudwatch.read_again": {
    level: "info",
    message: "All log groups are read without trouble again",
    health: "well",
  },

  // backfill
  "backfill.retry": { level: "warn", message: "Cannot reach the bucket or the queue, will try again" },
  "backfill.object_failed": {
    level: "error",
    message: "Object left: the same command tries it again",
    counter: "backfill.failed_objects",
    reasons: [
      "bucket_not_allowed",
      "forbidden",
      "no_bucket",
      "unavailable",
      "damaged",
      "too_large",
      "refused",
      "transient",
    ],
  },

  // receiver awscloudwatchmetrics
  "awscloudwatchmetrics.asked": {
    level: "debug",
    message: "Asking for metrics, which is what AWS bills",
    counter: "receiver.cloudwatch_metrics_asked",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.cost": { level: "info", message: "What all calls of AWS took" },
  "awscloudwatchmetrics.regions_left_out": {
    level: "info",
    message: "Regions that are not enabled for the account are left out",
  },
  "awscloudwatchmetrics.failed": {
    level: "warn",
    message: "Cannot bring these metrics up to date, will try again",
    counter: "receiver.cloudwatch_failures",
    attributes: ["region", "namespace"],
    reasons: ["setup", "credentials", "forbidden", "wrong_region", "invalid", "transient", "held", "not_delivered"],
    health: "failing",
  },
  "awscloudwatchmetrics.recovered": { level: "info", message: "All metrics are up to date again", health: "well" },
  "awscloudwatchmetrics.skipped": {
    level: "warn",
    message: "A time longer ago than max_lookback was not read and is left out",
    counter: "receiver.cloudwatch_skipped",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.late": {
    level: "info",
    message: "Data points of a period that was delivered before are added",
    counter: "receiver.late_points",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.changed": {
    level: "warn",
    message: "CloudWatch changed values that were sent: they stay as they are; raise latency to read them later",
    counter: "receiver.late_changes",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.unknown_metric": {
    level: "info",
    message: "A metric that the table does not know leaves as it is",
    counter: "receiver.unknown_metrics",
    oncePer: "metric",
  },
});

export type EventName = keyof typeof EVENTS;
