import { abortable } from "./abortable.ts";

/** Gives out a number of slots; who finds none free waits, first come, first served. */
export class Semaphore {
  #free: number;
  /** Those who wait; each is given a slot by calling it. */
  readonly #queue = new Set<() => void>();

  constructor(size: number) {
    this.#free = size;
  }

  /** How many slots nobody holds. */
  get free(): number {
    return this.#free;
  }

  /** Whether anybody waits for a slot. */
  get isWanted(): boolean {
    return this.#queue.size > 0;
  }

  /** Takes a slot; dispose of it to give it back. Rejects with the signal's reason, holding nothing. */
  async acquire(signal?: AbortSignal): Promise<Disposable> {
    signal?.throwIfAborted();
    if (this.#free > 0) this.#free--;
    else await this.#turn(signal);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#release();
        isHeld = false;
      },
    };
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue.add(resolve);
    if (signal === undefined) return await promise;
    try {
      await abortable(promise, signal);
    } catch (error) {
      // Given a slot in the same moment: it goes to the next.
      if (!this.#queue.delete(resolve)) this.#release();
      throw error;
    }
  }

  #release(): void {
    const [next] = this.#queue;
    if (next === undefined) {
      this.#free++;
      return;
    }
    this.#queue.delete(next);
    next();
  }
}
