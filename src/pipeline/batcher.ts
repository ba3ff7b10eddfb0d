import { type Batch, batchesOf, type Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { allDelivered } from "./fan_out.ts";
import type { Isolator } from "./isolate.ts";
import type { ReaderActivity } from "../component/reader_activity.ts";

export interface BatcherOptions {
  readonly maxItems: number;
  /** A single item may be larger; it is then sent alone. */
  readonly maxBytes: number;
  readonly flushTimeoutMs: number;
  readonly readers: ReaderActivity;
}

interface Waiting<T extends Item> {
  readonly chunk: Batch<T>;
  readonly settle: PromiseWithResolvers<void>;
}

/**
 * Merges the chunks of many callers into requests, and settles each caller's promise from what became of its own
 * chunk. A request leaves when it is full, after the flush time-out, or at once when every worker waits.
 */
export class Batcher<T extends Item> implements Consumer<T> {
  readonly #isolator: Isolator<T>;
  readonly #options: BatcherOptions;
  #waiting: Waiting<T>[] = [];
  #items = 0;
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(isolator: Isolator<T>, options: BatcherOptions) {
    this.#isolator = isolator;
    this.#options = options;
    options.readers.onAllWaiting(() => this.#flushSoon());
  }

  async consume(batch: Batch<T>): Promise<void> {
    await allDelivered(Array.from(batchesOf(batch.items, this.#options), (piece) => this.#add(piece)));
  }

  /** Sends what has been gathered. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#items = 0;
    this.#bytes = 0;
    void this.#send(waiting);
  }

  #add(chunk: Batch<T>): Promise<void> {
    if (this.#waiting.length > 0 && !this.#fits(chunk)) this.flush();
    const settle = Promise.withResolvers<void>();
    this.#waiting.push({ chunk, settle });
    this.#items += chunk.items.length;
    this.#bytes += chunk.sizeBytes;
    if (this.#items >= this.#options.maxItems || this.#bytes >= this.#options.maxBytes) this.flush();
    else {
      this.#timer ??= setTimeout(() => this.flush(), this.#options.flushTimeoutMs);
      if (this.#options.readers.allWaiting) this.#flushSoon();
    }
    return settle.promise;
  }

  /** Flushes unless a worker goes on within this turn: several may hand on their chunks one after the other. */
  #flushSoon(): void {
    queueMicrotask(() => this.#options.readers.allWaiting && this.flush());
  }

  #fits(chunk: Batch<T>): boolean {
    return this.#items + chunk.items.length <= this.#options.maxItems &&
      this.#bytes + chunk.sizeBytes <= this.#options.maxBytes;
  }

  async #send(waiting: readonly Waiting<T>[]): Promise<void> {
    const outcomes = await this.#isolator.deliver(waiting.map(({ chunk }) => chunk));
    waiting.forEach(({ settle }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) settle.resolve();
      else settle.reject(outcome.error);
    });
  }
}
