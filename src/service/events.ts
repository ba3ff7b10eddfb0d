import { defineEvents, type Events as EventsOf } from "../component/events.ts";

/** Events of the program as a whole. */
export const SERVICE_EVENTS = defineEvents({
  "service.starting": { level: "info", message: "Starting" },
  "service.started": { level: "info", message: "Everything is ready" },
  "service.progress": { level: "info", message: "Delivered in the last minute" },
  "service.stopping": {
    level: "info",
    message: "Stopping: what is in flight is delivered first; another signal, two seconds later or more, stops at once",
  },
  "service.stopped": { level: "info", message: "Stopped" },
  "service.failed": { level: "error", message: "A component failed: the program stops" },
  "config.warning": { level: "warn", message: "The configuration is valid, with a warning" },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof SERVICE_EVENTS>;
