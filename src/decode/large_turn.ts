import { inTime } from "../async/in_time.ts";
import type { Semaphore } from "../async/semaphore.ts";

/** While others wait for the turn, so many bytes have to come within so much waiting for the store. */
const MIN_BYTES = 64 * 1024;
const PATIENCE_MS = 3000;
/** A timer that is so much late shows that the program was busy with something else. */
const BUSY_MS = 250;

/** What is read comes too slowly for others to wait for its end. Transient: it is read again when it is its turn again. */
export class TooSlowError extends Error {
  override readonly name = "TooSlowError";

  constructor() {
    const rate = `${MIN_BYTES / 1024} KiB within ${PATIENCE_MS / 1000} s`;
    super(`Cannot read a large record: fewer than ${rate} come, and others wait for their turn to read such`);
  }
}

/** The turn of one reader, among those of whom one at a time reads what is large. */
export class LargeTurn implements Disposable {
  readonly #turns: Semaphore | undefined;
  readonly #signal: AbortSignal | undefined;
  #turn: Disposable | undefined;
  /** Of the wait for so many bytes: what came, and how long it took. */
  #gotBytes = 0;
  #waitedMs = 0;

  /** `turns`: has one place; unset: nobody else reads. */
  constructor(turns: Semaphore | undefined, signal: AbortSignal | undefined) {
    this.#turns = turns;
    this.#signal = signal;
  }

  /** Waits for it. Rejects with the signal's reason. */
  async take(): Promise<void> {
    if (this.#turn !== undefined) return;
    this.#turn = await this.#turns?.acquire(this.#signal);
    this.#beginWait();
  }

  leave(): void {
    this.#turn?.[Symbol.dispose]();
    this.#turn = undefined;
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  /** The chunks. @throws {TooSlowError} they come slowly, and others wait for the turn. */
  async *chunksOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    const iterator = chunks[Symbol.asyncIterator]();
    let isStalled = false;
    try {
      for (;;) {
        const next = await this.#inTime(iterator.next());
        if (next.done === true) return;
        this.#gotBytes += next.value.length;
        if (this.#gotBytes >= MIN_BYTES) this.#beginWait();
        yield next.value;
      }
    } catch (error) {
      isStalled = error instanceof TooSlowError;
      throw error;
    } finally {
      const ended = iterator.return?.();
      // What stalls would be waited for once more.
      if (isStalled) ended?.catch(() => {});
      else await ended;
    }
  }

  async #inTime<T>(next: Promise<T>): Promise<T> {
    while (this.#turn !== undefined) {
      const askedMs = performance.now();
      const timeoutMs = Math.max(0, PATIENCE_MS - this.#waitedMs);
      try {
        const result = await inTime(next, { timeoutMs, late: () => new TooSlowError() });
        this.#waitedMs += performance.now() - askedMs;
        return result;
      } catch (error) {
        if (!(error instanceof TooSlowError)) throw error;
        // Where the timer is late too, nothing was looked at meanwhile: what came is not known.
        const isBusy = performance.now() - askedMs > timeoutMs + BUSY_MS;
        if (this.#turns?.isWanted === true && !isBusy) throw error;
        this.#beginWait();
      }
    }
    return await next;
  }

  #beginWait(): void {
    this.#gotBytes = this.#waitedMs = 0;
  }
}
