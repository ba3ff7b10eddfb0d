import type { DeadLetter } from "../component.ts";
import type { Events } from "../telemetry/events.ts";
import { batchOf, type LogRecord } from "./batch.ts";
import type { Consumer } from "./consumer.ts";
import type { Guilty, GuiltyHandler } from "./isolate.ts";
import { DataFaultError } from "./outcome.ts";

export interface DeadLetterOptions {
  /** Id of the exporter that writes it. */
  readonly id: string;
  /** What may be kept of a record: itself where content may leave the program, otherwise its place and metadata. */
  readonly reduce: (record: LogRecord) => LogRecord;
  readonly events: Events;
}

/**
 * The dead letter: records that can never be delivered, written as OTLP JSON with `dead_letter.reason`, `.source` and
 * `.position`. A write that fails rejects, so that nothing is acknowledged.
 */
export function createDeadLetter(exporter: Consumer<LogRecord>, { id, reduce, events }: DeadLetterOptions): DeadLetter {
  return {
    async write(records, reason) {
      const letters = records.map((record) => letterOf(reduce(record), reason));
      try {
        await exporter.consume(batchOf(letters));
      } catch (error) {
        events.emit("dead_letter.failed", {
          exporter: id,
          error: error instanceof Error ? error.message : String(error),
        });
        throw new Error(`Cannot write the dead letter: exporter ${id} failed`, { cause: error });
      }
      for (const { origin } of records) {
        events.emit("dead_letter.written", {
          exporter: id,
          source: origin.source.name,
          position: origin.position,
          reason,
        });
      }
    },
  };
}

function letterOf(record: LogRecord, reason: string): LogRecord {
  const { source, position } = record.origin;
  const attributes = {
    ...record.attributes,
    "dead_letter.reason": reason,
    "dead_letter.source": source.name,
    "dead_letter.position": position,
  };
  return { ...record, attributes };
}

/**
 * What becomes of records that an endpoint refuses: they go to the dead letter and count as delivered; without one
 * their delivery fails, and they stay where they came from.
 */
export function deadLetterOrFail(
  { id, deadLetter, events }: { id: string; deadLetter: DeadLetter | undefined; events: Events },
): GuiltyHandler<LogRecord> {
  return async (guilty) => {
    for (const { item: { origin }, error } of guilty) {
      const { source, position } = origin;
      events.emit("export.refused", { exporter: id, source: source.name, position, error: error.message });
    }
    if (deadLetter === undefined) throw refusal(guilty);
    const byReason = Map.groupBy(guilty, ({ error }) => error.message);
    for (const [reason, group] of byReason) await deadLetter.write(group.map(({ item }) => item), reason);
  };
}

function refusal(guilty: readonly Guilty<LogRecord>[]): DataFaultError {
  const [first] = guilty;
  const place = `${first?.item.origin.source.name} at ${first?.item.origin.position}`;
  const others = guilty.length > 1 ? ` (and ${guilty.length - 1} more)` : "";
  return new DataFaultError(`${first?.error.message}: ${place}${others}`, { cause: first?.error });
}
