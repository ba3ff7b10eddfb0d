import type { RetrySettings } from "../component.ts";
import type { Events } from "../telemetry/events.ts";
import { sleep } from "./abortable.ts";
import type { Batch, Item } from "./batch.ts";
import type { Consumer } from "./consumer.ts";
import type { Gate } from "./gate.ts";
import { DataFaultError, EndpointFaultError, TooLargeError } from "./outcome.ts";

/** A `Retry-After` beyond this is taken for a mistake of the endpoint. */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

export interface RetryOptions {
  /** Id of the exporter, for the log. */
  readonly id: string;
  readonly settings: RetrySettings;
  readonly gate: Gate;
  readonly events: Events;
  /** Ends the waiting: the program stops. */
  readonly signal: AbortSignal;
}

/**
 * Tries again whatever is not marked as the data's fault: with back-off, jitter and the endpoint's `Retry-After`,
 * without limit when `maxElapsedTimeMs` is 0. While any request is being retried the gate is closed, so that
 * receivers take nothing new.
 */
export function retry<T extends Item>(next: Consumer<T>, options: RetryOptions): Consumer<T> {
  return { consume: (batch) => deliver(next, batch, options) };
}

async function deliver<T extends Item>(next: Consumer<T>, batch: Batch<T>, options: RetryOptions): Promise<void> {
  const { settings, gate, events, id, signal } = options;
  // Not Date: a clock that is put right uses up no time.
  const startedMs = performance.now();
  const holder = {};
  let intervalMs = settings.initialIntervalMs;
  try {
    for (;;) {
      try {
        await next.consume(batch);
        if (gate.open(holder)) events.emit("export.recovered", { exporter: id });
        return;
      } catch (error) {
        if (error instanceof DataFaultError || error instanceof TooLargeError) throw error;
        gate.close(holder);
        const delayMs = delay(intervalMs, settings, error);
        const elapsedMs = Math.round(performance.now() - startedMs);
        const exhausted = settings.maxElapsedTimeMs > 0 && elapsedMs + delayMs > settings.maxElapsedTimeMs;
        if (signal.aborted) throw error;
        if (!settings.enabled || exhausted) {
          events.emit("export.gave_up", { exporter: id, error: messageOf(error), elapsed_ms: elapsedMs });
          throw error;
        }
        events.emit("export.retry", {
          exporter: id,
          reason: error instanceof EndpointFaultError ? error.reason : "other",
          error: messageOf(error),
          records: batch.items.length,
          delay_ms: delayMs,
        });
        await sleep(delayMs, signal).catch(() => {
          throw error;
        });
        intervalMs = Math.min(intervalMs * settings.multiplier, settings.maxIntervalMs);
      }
    }
  } finally {
    gate.open(holder);
  }
}

function delay(intervalMs: number, settings: RetrySettings, error: unknown): number {
  const spread = settings.randomizationFactor * (2 * Math.random() - 1);
  const asked = error instanceof EndpointFaultError ? error.retryAfterMs ?? 0 : 0;
  return Math.round(Math.max(intervalMs * (1 + spread), Math.min(asked, MAX_RETRY_AFTER_MS)));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
