/** A part of a budget that somebody holds; dispose of it to give it back. */
export interface Reservation extends Disposable {
  /** Gives back what is more than `bytes`. */
  shrinkTo(bytes: number): void;
}

/** So much of a budget may be taken by those who hold some already. */
const MORE_PART = 1 / 2;

/** A number of bytes that may be in flight at once; who wants more waits its turn. */
export class Budget {
  readonly #limitBytes: number;
  #usedBytes = 0;
  /** Of these: what was taken by {@linkcode acquireMore}. */
  #moreBytes = 0;
  /** Those who want more come first. */
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
  tryAcquire(bytes: number): Reservation | undefined {
    const request = { bytes: this.#shareOf(bytes), isMore: false };
    if (this.#queue.length > 0 || !this.#fits(request)) return undefined;
    this.#take(request);
    return this.#held(request);
  }

  /**
   * Like {@linkcode tryAcquire}, but waits its turn. Rejects with the signal's reason, holding nothing, when it is
   * aborted first.
   */
  async acquire(bytes: number, signal: AbortSignal): Promise<Reservation> {
    return await this.#acquire({ bytes: this.#shareOf(bytes), isMore: false }, signal);
  }

  /**
   * Like {@linkcode acquire}, for those who hold some already: they go before those who hold nothing, together up to
   * half of the limit, and when nobody holds any of this kind, over any limit. So holders never wait for each other
   * for ever.
   */
  async acquireMore(bytes: number, signal: AbortSignal): Promise<Reservation> {
    return await this.#acquire({ bytes: this.#shareOf(bytes), isMore: true }, signal);
  }

  #shareOf(bytes: number): number {
    return Math.min(bytes, this.#limitBytes);
  }

  #fits({ bytes, isMore }: Request): boolean {
    const isWithin = this.#usedBytes + bytes <= this.#limitBytes;
    if (!isMore) return isWithin;
    return this.#moreBytes === 0 || (isWithin && this.#moreBytes + bytes <= this.#limitBytes * MORE_PART);
  }

  #take({ bytes, isMore }: Request): void {
    this.#usedBytes += bytes;
    if (isMore) this.#moreBytes += bytes;
  }

  #held({ bytes, isMore }: Request): Reservation {
    let heldBytes = bytes;
    const shrinkTo = (bytes: number) => {
      if (bytes >= heldBytes) return;
      this.#take({ bytes: bytes - heldBytes, isMore });
      heldBytes = bytes;
      this.#grant();
    };
    return { shrinkTo, [Symbol.dispose]: () => shrinkTo(0) };
  }

  async #acquire(request: Request, signal: AbortSignal): Promise<Reservation> {
    signal.throwIfAborted();
    const granted = Promise.withResolvers<void>();
    const waiter: Waiter = { ...request, grant: granted.resolve };
    const onAbort = () => {
      this.#queue = this.#queue.filter((other) => other !== waiter);
      granted.reject(signal.reason);
      this.#grant();
    };
    const firstOther = request.isMore ? this.#queue.findIndex(({ isMore }) => !isMore) : -1;
    this.#queue.splice(firstOther < 0 ? this.#queue.length : firstOther, 0, waiter);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.#grant();
      await granted.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return this.#held(request);
  }

  #grant(): void {
    let next = this.#queue[0];
    while (next !== undefined && this.#fits(next)) {
      this.#queue.shift();
      this.#take(next);
      next.grant();
      next = this.#queue[0];
    }
  }
}

interface Request {
  readonly bytes: number;
  /** See {@linkcode Budget.acquireMore}. */
  readonly isMore: boolean;
}

interface Waiter extends Request {
  readonly grant: () => void;
}
