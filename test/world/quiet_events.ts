import { BACKFILL_EVENTS } from "../../src/commands/backfill/events.ts";
import { EVENTS } from "../../src/components.ts";
import { EventReporter } from "../../src/telemetry/event_reporter.ts";
import { createLog } from "../../src/telemetry/log.ts";

/** Events that keep their log lines instead of writing them. */
export function quietEvents(): { events: EventReporter; lines: string[] } {
  const lines: string[] = [];
  return {
    events: new EventReporter(createLog({ level: "debug", format: "text", sink: (line) => lines.push(line) }), {
      ...EVENTS,
      ...BACKFILL_EVENTS,
    }),
    lines,
  };
}
