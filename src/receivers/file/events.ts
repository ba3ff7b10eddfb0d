import { defineEvents, type Events as EventsOf } from "../../component/events.ts";
import type { STORAGE_EVENTS } from "../../storage/events.ts";

/** Events of the receiver `file`. */
export const FILE_EVENTS = defineEvents({
  "file.none_found": { level: "warn", message: "No file matches include, so nothing is read", oncePer: "component" },
  "file.delivered": { level: "debug", message: "File delivered", counter: "receiver.delivered_files" },
  "file.changed": { level: "info", message: "The file changed while it was read: its new content is read later" },
  "file.deleted": { level: "debug", message: "Delivered file deleted", counter: "receiver.deleted_files" },
  "file.kept": {
    level: "warn",
    message: "The file is not deleted: a record longer than max_bytes, or one that is no text, was not delivered",
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
    message: "The file was not delivered to its end: it is tried again",
    counter: "receiver.failed_files",
    reasons: [
      "forbidden",
      "no_file",
      "being_written",
      "damaged",
      "incomplete",
      "not_replayable",
      "refused",
      "not_delivered",
      "unreadable_state",
      "other",
    ],
    health: "failing",
  },
  "file.recovered": { level: "info", message: "All files can be delivered again", health: "well" },
});

/** Reports them, and those of what it uses. */
export type Events = EventsOf<keyof typeof FILE_EVENTS | keyof typeof STORAGE_EVENTS>;
