import { retry } from "../async/retry.ts";
import { type AwsErrorKind, awsErrorKind, awsErrorMessage, isPermanentAtStart } from "./aws_error.ts";

/** Between the tries of a call that fails. */
const POLICY = { initialMs: 1000, factor: 2, maxMs: 60_000 };
/** In `once`: how long a failing service is tried. */
export const ONCE_RETRY_LIMIT_MS = 60_000;

export interface RetryingCallsOptions {
  /** For errors: "Cannot receive from queue …". */
  readonly cannot: string;
  readonly once: boolean;
  /** Ends the calls and the waiting between them. */
  readonly signal: AbortSignal;
  /** Notified once of each error message in a row. */
  readonly onFailed: (failure: { readonly reason: AwsErrorKind; readonly error: string }) => void;
  readonly onRecovered?: () => void;
}

/** Calls of an AWS service that a receiver lives by: what fails is tried again, with back-off, for as long as it takes. */
export class RetryingCalls {
  readonly #options: RetryingCallsOptions;
  /** Error of the last call, as reported; undefined when it succeeded. */
  #reported: string | undefined;

  constructor(options: RetryingCallsOptions) {
    this.#options = options;
  }

  /**
   * The first call, made once; undefined when it failed for a transient reason.
   *
   * @throws {Error} it can never work as configured, or the signal's reason.
   */
  async first<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return this.#succeeded(await call());
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (isPermanentAtStart(error)) throw this.#cannot(error);
      this.#failed(error);
      return undefined;
    }
  }

  /**
   * Tries until the call succeeds.
   *
   * @throws {Error} in `once` what is permanent or lasts for a minute; the signal's reason.
   */
  async retry<T>(call: () => Promise<T>): Promise<T> {
    const { once, signal } = this.#options;
    try {
      const answer = await retry(call, {
        policy: once ? { ...POLICY, limitMs: ONCE_RETRY_LIMIT_MS } : POLICY,
        signal,
        isTransient: (error) => !once || !isPermanentAtStart(error),
        onRetry: ({ error }) => this.#failed(error),
      });
      return this.#succeeded(answer);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#cannot(error);
    }
  }

  #succeeded<T>(answer: T): T {
    if (this.#reported !== undefined) this.#options.onRecovered?.();
    this.#reported = undefined;
    return answer;
  }

  #failed(error: unknown): void {
    const text = awsErrorMessage(error);
    if (text === this.#reported) return;
    this.#reported = text;
    this.#options.onFailed({ reason: awsErrorKind(error), error: text });
  }

  #cannot(error: unknown): Error {
    return new Error(`${this.#options.cannot}: ${awsErrorMessage(error)}`, { cause: error });
  }
}
