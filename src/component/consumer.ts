import type { Batch, Item } from "./batch.ts";

/**
 * The one rule of delivery: **a promise that resolves is a batch that was delivered**, accepted by the next hop.
 * Until then the caller keeps what it would need to deliver the batch again: it deletes no message and moves no
 * checkpoint. A promise that rejects says that nothing is promised about any item of the batch.
 */
export interface Consumer<T extends Item> {
  /**
   * @throws {DataFaultError} when items are refused for what they are, and no dead letter took them.
   * @throws {Error} anything else: not delivered now, may be tried again.
   */
  consume(batch: Batch<T>): Promise<void>;
}
