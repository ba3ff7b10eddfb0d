import { defineEvents, type Events as EventsOf } from "../component/events.ts";

/** Events of the program as a whole. */
export const SERVICE_EVENTS = defineEvents({
  "service.starting": { level: "info", message: "Starting" },
  "service.started": { level: "info", message: "Everything is ready" },
  "service.progress": { level: "info", message: "Delivered in the last minute" },
  "service.stopping": {
    level: "info",
    message: "Stopping: finishing what is in flight; a signal after two seconds or more ends it at once",
  },
  "service.stopped": { level: "info", message: "Stopped" },
  "service.failed": { level: "error", message: "A component failed" },
  "config.warning": { level: "warn", message: "Configuration" },
});

/** Reports them. */
export type Events = EventsOf<keyof typeof SERVICE_EVENTS>;
