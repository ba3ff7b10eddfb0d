/** A number of bytes that may be in flight at once; who wants more waits its turn. */
export class Budget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  #queue: Waiter[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Takes `bytes` when they fit and nobody waits, otherwise undefined; dispose of the result to give them back. More
   * than the limit counts as the limit, so that it gets through alone.
   */
  tryAcquire(bytes: number): Disposable | undefined {
    const share = this.#shareOf(bytes);
    if (this.#queue.length > 0 || this.#usedBytes + share > this.#limitBytes) return undefined;
    this.#usedBytes += share;
    return this.#held(share);
  }

  /**
   * Like {@linkcode tryAcquire}, but waits its turn. Rejects with the signal's reason, holding nothing, when it is
   * aborted first.
   */
  async acquire(bytes: number, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    const now = this.tryAcquire(bytes);
    if (now !== undefined) return now;
    const share = this.#shareOf(bytes);
    await this.#turn(share, signal);
    return this.#held(share);
  }

  #shareOf(bytes: number): number {
    return Math.min(bytes, this.#limitBytes);
  }

  #held(share: number): Disposable {
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (!held) return;
        held = false;
        this.#usedBytes -= share;
        this.#grant();
      },
    };
  }

  async #turn(bytes: number, signal: AbortSignal): Promise<void> {
    const granted = Promise.withResolvers<void>();
    const waiter: Waiter = { bytes, grant: granted.resolve };
    const onAbort = () => {
      this.#queue = this.#queue.filter((other) => other !== waiter);
      granted.reject(signal.reason);
      this.#grant();
    };
    this.#queue.push(waiter);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await granted.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  #grant(): void {
    let next = this.#queue[0];
    while (next !== undefined && this.#usedBytes + next.bytes <= this.#limitBytes) {
      this.#queue.shift();
      this.#usedBytes += next.bytes;
      next.grant();
      next = this.#queue[0];
    }
  }
}

interface Waiter {
  readonly bytes: number;
  readonly grant: () => void;
}
