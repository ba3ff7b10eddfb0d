import type { Events } from "./events.ts";
import { type Batch, batchOf, type Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { DataFaultError, PartialDeliveryError, TooLargeError } from "../component/outcome.ts";

/** What isolation has to know of the items of a signal. */
export interface ItemTraits<T extends Item> {
  /** Whether the store recognises the item when it is sent again. */
  hasId(item: T): boolean;
  /** See `Reductions`. */
  withoutBodies(item: T): T | undefined;
}

/** An item that the endpoint refuses, and why. */
export interface RejectedItem<T extends Item> {
  readonly item: T;
  readonly error: DataFaultError;
}

/** Takes rejected items over: resolves once they are safe elsewhere (dead letter), rejects otherwise. */
export type RejectedHandler<T extends Item> = (rejected: readonly RejectedItem<T>[]) => Promise<void>;

export interface IsolateOptions<T extends Item> {
  readonly id: string;
  readonly traits: ItemTraits<T>;
  readonly onRejected: RejectedHandler<T>;
  readonly events: Events;
}

/** The outcome of each chunk of a merged request: undefined when delivered. */
export type ChunkOutcome = { readonly error: unknown } | undefined;

/**
 * Sends the chunks of many callers as one request and finds out whose fault it is when the endpoint refuses it: each
 * caller's chunk alone, then halves, down to the rejected items. Only these fail; a request too large is cut in halves.
 */
export class Isolator<T extends Item> {
  readonly #next: Consumer<T>;
  readonly #options: IsolateOptions<T>;

  constructor(next: Consumer<T>, options: IsolateOptions<T>) {
    this.#next = next;
    this.#options = options;
  }

  /** Never rejects: tells for each chunk what became of it. */
  async deliver(chunks: readonly Batch<T>[]): Promise<ChunkOutcome[]> {
    try {
      await this.#next.consume(batchOf(chunks.flatMap((chunk) => chunk.items)));
      return chunks.map(() => undefined);
    } catch (error) {
      if (error instanceof PartialDeliveryError) return await this.#settleRejected(chunks, error);
      if (chunks.length > 1 && error instanceof TooLargeError) {
        this.#sayIsolating(error);
        const middle = chunks.length >> 1;
        const halves = await Promise.all([this.deliver(chunks.slice(0, middle)), this.deliver(chunks.slice(middle))]);
        return halves.flat();
      }
      const isTriedAlone = chunks.map(({ items }) =>
        chunks.length > 1 && error instanceof DataFaultError && this.#maySendAgain(items, error)
      );
      if (isTriedAlone.includes(true)) this.#sayIsolating(error);
      return await Promise.all(
        chunks.map(({ items }, index) =>
          this.#settle(isTriedAlone[index] === true ? this.#search(items) : this.#afterRefusal(items, error))
        ),
      );
    }
  }

  /** The endpoint has named the rejected items: nothing is sent again to find them. */
  #settleRejected(chunks: readonly Batch<T>[], { rejected }: PartialDeliveryError): Promise<ChunkOutcome[]> {
    let first = 0;
    return Promise.all(chunks.map(({ items }) => {
      const own = rejectedOf(items, rejected, first);
      first += items.length;
      return this.#settle(Promise.resolve(own));
    }));
  }

  async #settle(search: Promise<RejectedItem<T>[]>): Promise<ChunkOutcome> {
    try {
      const rejected = await search;
      if (rejected.length > 0) await this.#options.onRejected(rejected);
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Delivers the items and returns those that the endpoint refuses. */
  async #search(items: readonly T[]): Promise<RejectedItem<T>[]> {
    try {
      await this.#next.consume(batchOf(items));
      return [];
    } catch (error) {
      return await this.#afterRefusal(items, error);
    }
  }

  async #afterRefusal(items: readonly T[], error: unknown): Promise<RejectedItem<T>[]> {
    if (error instanceof PartialDeliveryError) return rejectedOf(items, error.rejected);
    if (!(error instanceof DataFaultError || error instanceof TooLargeError)) throw error;
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      if (error instanceof TooLargeError) return await this.#sendShrunk(first, error);
      if (!error.onlyConflicts) return [{ item: first, error }];
      this.#options.events.emit("export.duplicates", { exporter: this.#options.id, count: 1 });
      return [];
    }
    if (error instanceof DataFaultError && !this.#maySendAgain(items, error)) {
      return items.map((item) => ({ item, error }));
    }
    this.#sayIsolating(error);
    const middle = items.length >> 1;
    const halves = await Promise.all([this.#search(items.slice(0, middle)), this.#search(items.slice(middle))]);
    return halves.flat();
  }

  /** Sends an item that is too large alone once more without its bulk. */
  async #sendShrunk(item: T, tooLarge: TooLargeError): Promise<RejectedItem<T>[]> {
    const shrunk = this.#options.traits.withoutBodies(item);
    const rejected = [{ item, error: new DataFaultError(tooLarge.message, { cause: tooLarge }) }];
    if (shrunk === undefined) return rejected;
    try {
      await this.#next.consume(batchOf([shrunk]));
    } catch (error) {
      const isRejected = error instanceof PartialDeliveryError && error.rejected.size > 0;
      if (error instanceof DataFaultError || error instanceof TooLargeError || isRejected) return rejected;
      if (!(error instanceof PartialDeliveryError)) throw error;
    }
    item.origin.source.keep?.();
    this.#options.events.emit("export.shrunk", {
      exporter: this.#options.id,
      source: item.origin.source.name,
      position: item.origin.position,
      size: item.origin.sizeBytes,
    });
    return [];
  }

  /** After a partial success the accepted items are sent again: only where the store recognises them. */
  #maySendAgain(items: readonly T[], error: DataFaultError): boolean {
    return !error.partial || items.every((item) => this.#options.traits.hasId(item));
  }

  #sayIsolating(error: unknown): void {
    const reason = error instanceof TooLargeError
      ? "too_large"
      : error instanceof DataFaultError && error.partial
      ? "partial_success"
      : "data_fault";
    this.#options.events.emit("export.isolating", { exporter: this.#options.id, reason });
  }
}

/** The items that are named by their index, counted from `first`. */
function rejectedOf<T extends Item>(
  items: readonly T[],
  rejected: PartialDeliveryError["rejected"],
  first = 0,
): RejectedItem<T>[] {
  return items.flatMap((item, index) => {
    const error = rejected.get(first + index);
    return error === undefined ? [] : [{ item, error }];
  });
}
