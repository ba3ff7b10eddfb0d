import type { RetrySettings } from "../component/component.ts";
import type { Events } from "./events.ts";
import { sleep } from "../async/abortable.ts";
import type { Batch, Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import type { Gate } from "../async/gate.ts";
import { DataFaultError, EndpointFaultError, TooLargeError } from "../component/outcome.ts";

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
  const fault = new Fault(options);
  return { consume: (batch) => deliver(next, batch, { ...options, fault }) };
}

/** Whether the endpoint is at fault, as its requests see it. */
class Fault {
  readonly #options: RetryOptions;
  readonly #retrying = new Set<unknown>();
  #isSaid = false;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** A request failed and will try again. */
  seenBy(request: unknown): void {
    this.#isSaid = true;
    this.#retrying.add(request);
    this.#options.gate.close(request);
  }

  /** A request was answered. The endpoint is well when no other one still tries again. */
  answered(request: unknown): void {
    this.leftBy(request);
    if (!this.#isSaid || this.#retrying.size > 0) return;
    this.#isSaid = false;
    this.#options.events.emit("export.recovered", { exporter: this.#options.id });
  }

  /** A request has ended, whichever way. */
  leftBy(request: unknown): void {
    this.#retrying.delete(request);
    this.#options.gate.open(request);
  }
}

async function deliver<T extends Item>(
  next: Consumer<T>,
  batch: Batch<T>,
  options: RetryOptions & { fault: Fault },
): Promise<void> {
  const { settings, events, id, signal, fault } = options;
  // Not Date: a clock that is put right uses up no time.
  const startedMs = performance.now();
  const request = {};
  let intervalMs = settings.initialIntervalMs;
  try {
    for (;;) {
      try {
        await next.consume(batch);
        fault.answered(request);
        return;
      } catch (error) {
        if (error instanceof DataFaultError || error instanceof TooLargeError) {
          fault.answered(request);
          throw error;
        }
        fault.seenBy(request);
        const delayMs = delay(intervalMs, settings, error);
        const elapsedMs = Math.round(performance.now() - startedMs);
        const exhausted = settings.maxElapsedTimeMs > 0 && elapsedMs + delayMs > settings.maxElapsedTimeMs;
        if (signal.aborted) throw error;
        if (!settings.enabled || exhausted) {
          events.emit("export.gave_up", {
            exporter: id,
            reason: reasonOf(error),
            error: messageOf(error),
            elapsed_ms: elapsedMs,
          });
          throw error;
        }
        events.emit("export.retry", {
          exporter: id,
          reason: reasonOf(error),
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
    fault.leftBy(request);
  }
}

function delay(intervalMs: number, settings: RetrySettings, error: unknown): number {
  const spread = settings.randomizationFactor * (2 * Math.random() - 1);
  const asked = error instanceof EndpointFaultError ? error.retryAfterMs ?? 0 : 0;
  return Math.round(Math.max(intervalMs * (1 + spread), Math.min(asked, MAX_RETRY_AFTER_MS)));
}

function reasonOf(error: unknown): string {
  return error instanceof EndpointFaultError ? error.reason : "other";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
