import { sleep } from "../async/abortable.ts";
import { type AwsErrorKind, awsErrorKind, awsErrorMessage, isPermanentAtStart } from "./aws_error.ts";

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** In `once`: how long a failing service is tried. */
const ONCE_PATIENCE_MS = 60_000;

export interface PatientCallsOptions {
  /** For errors: "Cannot receive from queue …". */
  readonly cannot: string;
  readonly once: boolean;
  /** Ends the calls and the waiting between them. */
  readonly signal: AbortSignal;
  /** Told once for each message in a row. */
  readonly onFailed: (failure: { readonly reason: AwsErrorKind; readonly error: string }) => void;
  readonly onRecovered?: () => void;
}

/** Calls of an AWS service that a receiver lives by: what fails is tried again, with back-off, for as long as it takes. */
export class PatientCalls {
  readonly #options: PatientCallsOptions;
  /** Error of the last call, as told; undefined when it was well. */
  #told: string | undefined;

  constructor(options: PatientCallsOptions) {
    this.#options = options;
  }

  /**
   * The first call, made once; undefined when it failed for a reason that may pass.
   *
   * @throws {Error} it can never work as configured, or the signal's reason.
   */
  async first<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return this.#wellWith(await call());
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (isPermanentAtStart(error)) throw this.#cannot(error);
      this.#tell(error);
      return undefined;
    }
  }

  /**
   * Tries until the call succeeds.
   *
   * @throws {Error} in `once` what does not pass within a minute; the signal's reason.
   */
  async untilItWorks<T>(call: () => Promise<T>): Promise<T> {
    const { once, signal } = this.#options;
    const startedMs = performance.now();
    for (let delayMs = FIRST_DELAY_MS;; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
      try {
        return this.#wellWith(await call());
      } catch (error) {
        signal.throwIfAborted();
        const isOver = performance.now() - startedMs + delayMs > ONCE_PATIENCE_MS || isPermanentAtStart(error);
        if (once && isOver) throw this.#cannot(error);
        this.#tell(error);
      }
      await sleep(delayMs, signal);
    }
  }

  #wellWith<T>(answer: T): T {
    if (this.#told !== undefined) this.#options.onRecovered?.();
    this.#told = undefined;
    return answer;
  }

  #tell(error: unknown): void {
    const text = awsErrorMessage(error);
    if (text === this.#told) return;
    this.#told = text;
    this.#options.onFailed({ reason: awsErrorKind(error), error: text });
  }

  #cannot(error: unknown): Error {
    return new Error(`${this.#options.cannot}: ${awsErrorMessage(error)}`, { cause: error });
  }
}
