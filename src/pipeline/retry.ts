import type { Events } from "./events.ts";
import { retry as retryCall, type RetryPolicy } from "../async/retry.ts";
import type { Batch, Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import type { GateKeeper } from "../async/gate.ts";
import { DataFaultError, EndpointFaultError, PartialDeliveryError, TooLargeError } from "../component/outcome.ts";

/** A `Retry-After` beyond this is taken for a mistake of the endpoint. */
const MAX_RETRY_AFTER_MS = 15 * 60_000;

export interface RetryOptions {
  /** Id of the exporter, for the log. */
  readonly id: string;
  readonly policy: RetryPolicy;
  /** Of those who deliver to the exporter. */
  readonly gate: GateKeeper;
  readonly events: Events;
  /** Ends the waiting: the program stops. */
  readonly signal: AbortSignal;
}

/**
 * Tries again whatever is not marked as the data's fault: with back-off, jitter and the endpoint's `Retry-After`,
 * for as long as the policy says. While any request is being retried the gate is closed, so that
 * receivers take nothing new; not where only one place behind the endpoint is at fault.
 */
export function retry<T extends Item>(next: Consumer<T>, options: RetryOptions): Consumer<T> {
  const fault = new Fault(options);
  return { consume: (batch) => deliver(next, batch, { ...options, fault }) };
}

/** A place behind the endpoint; undefined: the endpoint as a whole. */
type Destination = string | undefined;

/** Whether the endpoint is at fault, as its requests see it. */
class Fault {
  readonly #options: RetryOptions;
  /** Requests that try again, each with what was at fault last. */
  readonly #retrying = new Map<unknown, Destination>();
  /** What was reported. */
  readonly #faulty = new Set<Destination>();

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** A request failed and will try again. */
  seenBy(request: unknown, error: unknown): void {
    const destination = error instanceof EndpointFaultError ? error.destination : undefined;
    this.#retrying.set(request, destination);
    this.#faulty.add(destination);
    if (destination === undefined) this.#options.gate.close(request);
    else {
      this.#options.gate.open(request);
      // Who tells of one place has answered.
      this.#recover([undefined]);
    }
  }

  /** A request was answered. */
  answered(request: unknown): void {
    this.leftBy(request);
    this.#recover([...this.#faulty]);
  }

  /** Each is well for which no request still tries again. */
  #recover(destinations: readonly Destination[]): void {
    const { events, id: exporter } = this.#options;
    const failing = new Set(this.#retrying.values());
    for (const destination of destinations) {
      if (failing.has(destination) || !this.#faulty.delete(destination)) continue;
      events.emit("export.recovered", { exporter, destination });
    }
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
  { policy, events, id: exporter, signal, fault }: RetryOptions & { fault: Fault },
): Promise<void> {
  // Not Date: a clock that is put right uses up no time.
  const startedMs = performance.now();
  const request = {};
  let last: unknown;
  try {
    await retryCall(() => next.consume(batch), {
      policy,
      signal,
      isTransient(error) {
        last = error;
        if (isDataFault(error)) return false;
        fault.seenBy(request, error);
        return true;
      },
      leastDelayMs: askedDelayMs,
      onRetry: ({ error, delayMs: delay_ms }) =>
        events.emit("export.retry", { exporter, ...described(error), records: batch.items.length, delay_ms }),
    });
    fault.answered(request);
  } catch (error) {
    if (isDataFault(error)) fault.answered(request);
    else if (!signal.aborted) {
      const elapsed_ms = Math.round(performance.now() - startedMs);
      events.emit("export.gave_up", { exporter, ...described(error), elapsed_ms });
    }
    // What was in the way tells more than that the program stops.
    throw last ?? error;
  } finally {
    fault.leftBy(request);
  }
}

function isDataFault(error: unknown): boolean {
  return error instanceof DataFaultError || error instanceof TooLargeError || error instanceof PartialDeliveryError;
}

function askedDelayMs(error: unknown): number {
  const askedMs = error instanceof EndpointFaultError ? error.retryAfterMs ?? 0 : 0;
  return Math.min(askedMs, MAX_RETRY_AFTER_MS);
}

function described(error: unknown): { reason: string; error: string; destination: string | undefined } {
  const fault = error instanceof EndpointFaultError ? error : undefined;
  return {
    reason: fault?.reason ?? "other",
    destination: fault?.destination,
    error: error instanceof Error ? error.message : String(error),
  };
}
