import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { AWS_EVENTS } from "../../aws/events.ts";
import type { STORAGE_EVENTS } from "../../storage/events.ts";

/** Events of the receiver `awss3`: queue and listing. */
export const AWSS3_EVENTS = defineEvents({
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
    message: "The queue answers again",
    health: "well",
    healthOf: "queue",
  },
  "awss3.probe": { level: "info", message: "The endpoint is still at fault: receiving one message as a probe" },
  "awss3.no_redrive_policy": {
    level: "warn",
    message: "The queue has no redrive policy: a message that can never be delivered comes back until it expires",
  },
  "awss3.redrive_unknown": { level: "debug", message: "Cannot see whether the queue has a redrive policy" },
  "awss3.message_done": { level: "debug", message: "Message processed and deleted", counter: "receiver.done_messages" },
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
    message: "Cannot read from the bucket",
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
    message: "Message cannot be processed: it stays in the queue until it was received often enough",
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
  "awss3.message_set_aside": {
    level: "warn",
    message: "An object of this message fails while others are delivered: it is set aside and comes again later",
    counter: "receiver.set_aside_messages",
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
    message: "The bucket has no object whose key begins with bucket_list_prefix",
  },
  "awss3.pass_done": { level: "debug", message: "Listing pass completed", counter: "receiver.passes" },
  "awss3.pass_failed": {
    level: "error",
    message: "Listing pass not completed: the next one starts at the same place",
    counter: "receiver.failed_passes",
  },
  "awss3.archived": {
    level: "warn",
    message:
      "Archived objects are left out: restore them into another storage class, then have `bedrock-otel backfill` read them",
    oncePer: "component",
  },
  "awss3.object_deferred": {
    level: "error",
    message: "Object not delivered: it is deferred, the others go on",
    counter: "receiver.deferred_objects",
    reasons: ["refused", "forbidden", "no_bucket", "unavailable", "damaged", "too_large", "transient"],
  },
  "awss3.objects_deferred": {
    level: "warn",
    message: "Objects are deferred: a later pass tries them again",
    health: "failing",
    healthOf: "deferred_objects",
  },
  "awss3.none_deferred": {
    level: "info",
    message: "No object is deferred any more",
    health: "well",
    healthOf: "deferred_objects",
  },
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<keyof typeof AWSS3_EVENTS | keyof typeof AWS_EVENTS | keyof typeof STORAGE_EVENTS>;
