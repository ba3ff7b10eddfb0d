import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { AWS_EVENTS } from "../../aws/events.ts";
import type { AWSS3_EVENTS } from "../../receivers/awss3/events.ts";

/** Events of the command `backfill`. */
export const BACKFILL_EVENTS = defineEvents({
  "backfill.retry": { level: "warn", message: "Cannot reach the bucket or the queue, will try again" },
  "backfill.object_failed": {
    level: "error",
    message: "Object not delivered: run the same command again to try it",
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
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<keyof typeof BACKFILL_EVENTS | keyof typeof AWS_EVENTS | keyof typeof AWSS3_EVENTS>;
