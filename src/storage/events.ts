import { defineEvents, type Events as EventsOf } from "../component/events.ts";

/** Events of the state. */
export const STORAGE_EVENTS = defineEvents({
  "storage.failed": {
    level: "error",
    message: "Cannot use the state: receivers read nothing new until it can be written",
    counter: "storage.failures",
    reasons: ["in_use", "damaged", "full", "read_only", "unavailable"],
    health: "failing",
  },
  "storage.recovered": { level: "info", message: "The state can be written again", health: "well" },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof STORAGE_EVENTS>;
