import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { AWS_EVENTS } from "../../aws/events.ts";
import type { STORAGE_EVENTS } from "../../storage/events.ts";

/** Events of the receiver `awscloudwatchmetrics`. */
export const AWSCLOUDWATCHMETRICS_EVENTS = defineEvents({
  "awscloudwatchmetrics.asked": {
    level: "debug",
    message: "Asking CloudWatch for metrics; AWS bills each one",
    counter: "receiver.cloudwatch_metrics_asked",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.cost": { level: "info", message: "What the calls to AWS so far cost" },
  "awscloudwatchmetrics.regions_left_out": {
    level: "info",
    message: "Regions that are not enabled for the account are left out",
  },
  "awscloudwatchmetrics.failed": {
    level: "warn",
    message: "Cannot read these metrics up to now: the next reading tries again",
    counter: "receiver.cloudwatch_failures",
    attributes: ["region", "namespace"],
    reasons: ["setup", "credentials", "forbidden", "wrong_region", "invalid", "transient", "deferred", "not_delivered"],
    health: "failing",
  },
  "awscloudwatchmetrics.recovered": { level: "info", message: "All metrics are read up to now again", health: "well" },
  "awscloudwatchmetrics.skipped": {
    level: "warn",
    message: "A time span before max_lookback was not read, and is left out",
    counter: "receiver.cloudwatch_skipped",
    attributes: ["region", "namespace"],
  },
  "awscloudwatchmetrics.late": {
    level: "info",
    message: "Late data points are added to a period that was delivered before",
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
    message: "This version does not know a metric of CloudWatch: it is sent as it is",
    counter: "receiver.unknown_metrics",
    oncePer: "metric",
  },
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<
  keyof typeof AWSCLOUDWATCHMETRICS_EVENTS | keyof typeof AWS_EVENTS | keyof typeof STORAGE_EVENTS
>;
