import { sleep } from "./abortable.ts";

/** How long to wait between the tries of something that fails, and when to stop. */
export interface RetryPolicy {
  /** Wait after the first failure. */
  readonly initialMs: number;
  /** Each wait is so many times as long as the one before. */
  readonly factor: number;
  readonly maxMs: number;
  /** Each wait is made up to this part of it longer or shorter, by chance. Unset: 0. */
  readonly jitter?: number;
  /** Unset: without limit. */
  readonly maxTries?: number | undefined;
  /** No try begins later than this after the first one. Unset: without limit. */
  readonly limitMs?: number | undefined;
}

/** The wait after the `tries`-th failure in a row (1: the first), in ms. */
export function retryDelayMs({ initialMs, factor, maxMs, jitter = 0 }: RetryPolicy, tries: number): number {
  const delayMs = Math.min(initialMs * factor ** (tries - 1), maxMs);
  return delayMs * (1 + jitter * (2 * Math.random() - 1));
}

/** A failed try that another one will follow. */
export interface FailedTry {
  readonly error: unknown;
  /** Until the next try. */
  readonly delayMs: number;
}

export interface RetryOptions {
  readonly policy: RetryPolicy;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Whether another try may succeed. Unset: always. */
  readonly isTransient?: (error: unknown) => boolean;
  /** Least wait that the error itself asks for, in ms. */
  readonly leastDelayMs?: (error: unknown) => number;
  /** Called before each wait. */
  readonly onRetry?: (failed: FailedTry) => void;
}

/**
 * Calls until the call succeeds.
 *
 * @throws the error of the last try: it is not transient, or the policy allows no more; once it is aborted the signal's
 * reason instead of what is transient.
 */
export async function retry<T>(call: () => T | Promise<T>, options: RetryOptions): Promise<T> {
  const { policy, signal, isTransient = () => true, leastDelayMs = () => 0, onRetry } = options;
  const { maxTries = Infinity, limitMs = Infinity } = policy;
  // Not Date: a clock that is put right uses up no time.
  const startedMs = performance.now();
  for (let tries = 1;; tries++) {
    try {
      return await call();
    } catch (error) {
      if (!isTransient(error)) throw error;
      signal.throwIfAborted();
      if (tries >= maxTries) throw error;
      const delayMs = Math.round(Math.max(retryDelayMs(policy, tries), leastDelayMs(error)));
      if (performance.now() - startedMs + delayMs > limitMs) throw error;
      onRetry?.({ error, delayMs });
      await sleep(delayMs, signal);
    }
  }
}
