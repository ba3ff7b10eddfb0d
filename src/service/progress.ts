import type { HrTime } from "@opentelemetry/api";
import type { Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import type { EventReporter } from "../telemetry/event_reporter.ts";
import { totals } from "./totals.ts";

const EVERY_MS = 60_000;
/** Delays are kept by their size, each class a tenth larger than the one before. */
const GROWTH = 1.1;

/** Reports once a minute what was delivered, while records flow or wait: silence means that there was nothing to do. */
export class Progress {
  readonly #events: EventReporter;
  /** How many records were delivered, by the class of their delay. */
  readonly #delays = new Map<number, number>();
  #before: Record<string, number>;
  #waiting = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(events: EventReporter) {
    this.#events = events;
    this.#before = totals(events);
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#report(), EVERY_MS);
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Counts what waits for its delivery behind a receiver. */
  watch<T extends Item>(next: Consumer<T>): Consumer<T> {
    return {
      consume: (batch) => {
        const count = batch.items.length;
        this.#waiting += count;
        return next.consume(batch).finally(() => this.#waiting -= count);
      },
    };
  }

  /** An exporter just delivered what happened at these times. */
  delivered(times: readonly (HrTime | undefined)[]): void {
    const nowS = Date.now() / 1000;
    for (const time of times) {
      if (time === undefined) continue;
      const delayS = Math.max(0.1, nowS - time[0] - time[1] / 1e9);
      const size = Math.ceil(Math.log(delayS) / Math.log(GROWTH));
      this.#delays.set(size, (this.#delays.get(size) ?? 0) + 1);
    }
  }

  #report(): void {
    const now = totals(this.#events);
    const grown = Object.entries(now).map(([name, value]) => [name, value - (this.#before[name] ?? 0)] as const)
      .filter(([, value]) => value > 0);
    const delay = this.#p95();
    this.#before = now;
    this.#delays.clear();
    if (grown.length === 0 && this.#waiting === 0) return;
    this.#events.emit("service.progress", {
      ...grown.some(([name]) => name.startsWith("delivered")) ? {} : { delivered_records: 0 },
      ...Object.fromEntries(grown),
      seconds: EVERY_MS / 1000,
      ...delay !== undefined && { delay_p95_s: delay },
      waiting: this.#waiting,
    });
  }

  #p95(): number | undefined {
    const count = [...this.#delays.values()].reduce((sum, value) => sum + value, 0);
    let seen = 0;
    for (const [size, value] of [...this.#delays].sort(([a], [b]) => a - b)) {
      seen += value;
      if (seen >= count * 0.95) return Number((GROWTH ** size).toPrecision(2));
    }
    return undefined;
  }
}
