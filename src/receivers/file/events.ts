import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { STORAGE_EVENTS } from "../../storage/events.ts";

/** Why a file is not delivered to its end. */
const FILE_PROBLEM_REASONS = [
  /** It may not be read. */
  "forbidden",
  /** It is a directory or a device. */
  "no_file",
  /** An exporter has it open. */
  "being_written",
  /** It is truncated or damaged gzip or zstd. */
  "damaged",
  /** It ends in the middle of a record, which waits for its rest. */
  "incomplete",
  /** It is a dead letter, and some of it names records without holding them. */
  "not_replayable",
  /** The endpoint refuses records of it, and there is no dead letter. */
  "refused",
  /** The endpoint did not take its records. */
  "not_delivered",
  /** What is remembered of it cannot be read. */
  "unreadable_state",
  "other",
] as const;
export type FileProblemReason = typeof FILE_PROBLEM_REASONS[number];

/** Events of the receiver `file`. */
export const FILE_EVENTS = defineEvents({
  "file.none_found": { level: "warn", message: "No file matches include, so nothing is read", oncePer: "component" },
  "file.delivered": { level: "debug", message: "File delivered", counter: "receiver.delivered_files" },
  "file.changed": { level: "info", message: "The file changed while it was read: its new content is read later" },
  "file.deleted": { level: "debug", message: "Delivered file deleted", counter: "receiver.deleted_files" },
  "file.kept": {
    level: "warn",
    message:
      "The file is not deleted: it has a record that did not leave whole (too large, no text, or in a dead letter that only refers to it)",
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
    message: "File not delivered to its end: it is deferred, the others go on",
    counter: "receiver.failed_files",
    reasons: FILE_PROBLEM_REASONS,
    health: "failing",
  },
  "file.recovered": { level: "info", message: "All files can be delivered again", health: "well" },
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<keyof typeof FILE_EVENTS | keyof typeof STORAGE_EVENTS>;
