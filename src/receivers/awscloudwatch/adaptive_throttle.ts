import { awsErrorKind, awsErrorMessage } from "../../aws/aws_error.ts";
import { sleep } from "../../async/abortable.ts";
import { retryDelayMs } from "../../async/retry.ts";
import type { Events } from "./events.ts";

/** A call is given up after so many tries in a row. */
const MAX_TRIES = 8;
const FIRST_BACK_OFF_MS = 200;
const MAX_INTERVAL_MS = 30_000;
/** Of a call that fails alone. */
const BACK_OFF = { initialMs: 2 * FIRST_BACK_OFF_MS, factor: 2, maxMs: MAX_INTERVAL_MS };
/** How much of the interval is left with each call that succeeds. */
const RECOVERY = 0.5;

export interface AdaptiveThrottleOptions {
  /** Least time between the beginnings of two calls. */
  readonly intervalMs: number;
  readonly events: Events;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly maxTries?: number | undefined;
}

/**
 * Keeps the calls of all workers apart, as CloudWatch Logs counts them by account and region: further the more often it
 * throttles, and gradually closer again. A call that fails for another reason waits alone: one group must not slow others.
 */
export class AdaptiveThrottle {
  readonly #options: AdaptiveThrottleOptions;
  #intervalMs: number;
  /** When the next call may begin, by performance.now(). */
  #nextMs = 0;

  constructor(options: AdaptiveThrottleOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs;
  }

  /** Makes a call in its turn, and again while its failure is transient. Rejects with its error, or the signal's reason. */
  async call<T>(send: () => Promise<T>, { signal, maxTries = MAX_TRIES }: CallOptions): Promise<T> {
    for (let tries = 1;; tries++) {
      await this.#turn(signal);
      try {
        const result = await send();
        this.#intervalMs = Math.max(this.#options.intervalMs, this.#intervalMs * RECOVERY);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (awsErrorKind(error) !== "transient" || tries >= maxTries) throw error;
        const isThrottled = error instanceof Error && error.name === "ThrottlingException";
        const delayMs = isThrottled ? this.#slowDown() : retryDelayMs(BACK_OFF, tries);
        this.#options.events.emit("awscloudwatch.slowed_down", {
          reason: isThrottled ? "throttled" : "failed",
          error: awsErrorMessage(error),
          delay_ms: delayMs,
        });
        if (!isThrottled) await sleep(delayMs, signal);
      }
    }
  }

  /** For all calls; how long the next one waits. */
  #slowDown(): number {
    this.#intervalMs = Math.min(Math.max(this.#intervalMs * 2, FIRST_BACK_OFF_MS), MAX_INTERVAL_MS);
    this.#nextMs = performance.now() + this.#intervalMs;
    return this.#intervalMs;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const nowMs = performance.now();
    const turnMs = Math.max(nowMs, this.#nextMs);
    this.#nextMs = turnMs + this.#intervalMs;
    if (turnMs > nowMs) await sleep(turnMs - nowMs, signal);
  }
}
