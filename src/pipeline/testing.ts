/** For tests of the pipeline: items without a signal, and a sink that can be told to fail. */
import { createLog } from "../telemetry/log.ts";
import { EventReporter } from "../telemetry/event_reporter.ts";
import type { Batch, Item, Source } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { BACKFILL_EVENTS } from "../commands/backfill/events.ts";
import { EVENTS } from "../components.ts";

export interface TestItem extends Item {
  readonly name: string;
}

const source: Source = { name: "test" };

/** Items named as given, each of `sizeBytes`. */
export function items(names: readonly string[], { sizeBytes = 10 } = {}): TestItem[] {
  return names.map((name, position) => ({ name, sizeBytes, origin: { source, position, id: name, sizeBytes } }));
}

/** Keeps what it delivered, request by request; `answer` may throw or wait first. */
export class TestSink<T extends Item> implements Consumer<T> {
  readonly requests: (readonly T[])[] = [];
  readonly delivered: T[] = [];
  answer: (items: readonly T[]) => void | Promise<void> = () => {};

  async consume(batch: Batch<T>): Promise<void> {
    this.requests.push(batch.items);
    await this.answer(batch.items);
    this.delivered.push(...batch.items);
  }
}

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
