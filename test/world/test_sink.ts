import type { Batch, Item } from "../../src/component/batch.ts";
import type { Consumer } from "../../src/component/consumer.ts";

/** Keeps what it delivered, request by request; `answer` may throw or wait first. */
export class TestSink<T extends Item> implements Consumer<T> {
  readonly requests: (readonly T[])[] = [];
  readonly delivered: T[] = [];
  answer: (items: readonly T[]) => void | Promise<void> = () => {};

  async consume(batch: Batch<T>): Promise<void> {
    this.requests.push(batch.items);
    await this.answer(batch.items);
    this.delivered.push(...batch.items);
  }
}
