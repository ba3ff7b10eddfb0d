import type { EventReporter } from "../telemetry/event_reporter.ts";

/** What a run came to, for its last line; of data points, where there are any. */
export function totals(events: EventReporter): Record<string, number> {
  const deadLetterPoints = events.count("dead_letter.points");
  return {
    ...byExporter(events, "delivered_records") ?? { delivered_records: 0 },
    ...byExporter(events, "delivered_points"),
    ...byExporter(events, "duplicate_records") ?? { duplicate_records: 0 },
    dead_letter_records: events.count("dead_letter.records"),
    ...deadLetterPoints > 0 && { dead_letter_points: deadLetterPoints },
  };
}

/**
 * One number, or one of each exporter under its id (`delivered_records.otlp_http`): every exporter of a pipeline gets the same
 * records, so that a sum would count them twice. Undefined when nothing was counted.
 */
function byExporter(events: EventReporter, field: string): Record<string, number> | undefined {
  const [first, ...others] = events.series(`exporter.${field}`);
  if (first === undefined) return undefined;
  if (others.length === 0) return { [field]: first.value };
  return Object.fromEntries(
    [first, ...others].map(({ attributes, value }) => [`${field}.${attributes["exporter"]}`, value]),
  );
}
