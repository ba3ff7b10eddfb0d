import { defineEvents } from "../component/events.ts";

/** Events of sending the program's own metrics and logs. */
export const TELEMETRY_EVENTS = defineEvents({
  "telemetry.failed": {
    level: "warn",
    message: "Cannot send the program's own telemetry; deliveries go on",
  },
  "telemetry.recovered": { level: "info", message: "The program's own telemetry is delivered again" },
});
