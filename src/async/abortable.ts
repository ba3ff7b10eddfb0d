/** Settles like `promise`, or rejects with the signal's reason as soon as it is aborted; the promise goes on unheeded. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Can be aborted, and is aborted with `signal` until it is disposed of. AbortSignal.any would do, but what
 * somebody listens to stays reachable from `signal`, and that may live as long as the program.
 */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController();
  readonly #linked: AbortSignal;
  readonly #onAbort = () => this.#controller.abort(this.#linked.reason);

  constructor(signal: AbortSignal) {
    this.#linked = signal;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#linked.removeEventListener("abort", this.#onAbort);
  }
}

/** Waits `ms` milliseconds; rejects with the signal's reason when that is aborted first. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const slept = Promise.withResolvers<void>();
  const timer = setTimeout(slept.resolve, ms);
  try {
    await abortable(slept.promise, signal);
  } finally {
    clearTimeout(timer);
  }
}
