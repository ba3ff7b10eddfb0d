import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { AWS_EVENTS } from "../../aws/events.ts";
import type { STORAGE_EVENTS } from "../../storage/events.ts";

/** Events of the receiver `awscloudwatch`. */
export const AWSCLOUDWATCH_EVENTS = defineEvents({
  "awscloudwatch.window_read": {
    level: "debug",
    message: "Window of a log group delivered",
    counter: "receiver.delivered_events",
  },
  "awscloudwatch.slowed_down": {
    level: "warn",
    message: "CloudWatch Logs throttles or fails: calls are made less often for a while",
    counter: "receiver.slowed_down_calls",
    reasons: ["throttled", "failed"],
  },
  "awscloudwatch.token_expired": {
    level: "info",
    message: "A paging token has expired: the window is read again from its beginning",
    counter: "receiver.expired_tokens",
  },
  "awscloudwatch.read_failed": {
    level: "warn",
    message: "Cannot read log events: the next scan tries again",
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
  "awscloudwatch.window_deferred": {
    level: "error",
    message: "The endpoint refuses events of this window: it is deferred, and tried again with each sweep",
    counter: "receiver.deferred_windows",
    reasons: ["refused"],
    health: "failing",
  },
  "awscloudwatch.recovered": {
    level: "info",
    message: "All log groups are read again, and no window is deferred",
    health: "well",
  },
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<
  keyof typeof AWSCLOUDWATCH_EVENTS | keyof typeof AWS_EVENTS | keyof typeof STORAGE_EVENTS
>;
