import { coalesced } from "../async/coalesced.ts";
import type { Batch, Item, Origin } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";

/**
 * Reports how far a source has been delivered **without a gap**: batches may be delivered in any order, but `onDelivered`
 * gets the origin of an item only when it and everything before it was. A batch that fails is such a gap: nothing after it is reported.
 * One instance for one reading of one source, whose batches come in the source's order. What `onDelivered` throws
 * rejects the batch.
 */
export function inOrder<T extends Item>(next: Consumer<T>, onDelivered: (last: Origin) => void): Consumer<T> {
  let waiting: { readonly last: Origin | undefined; isDelivered: boolean }[] = [];

  const tell = coalesced(() => {
    const end = waiting.findIndex(({ isDelivered }) => !isDelivered);
    const delivered = waiting.slice(0, end === -1 ? undefined : end);
    waiting = waiting.slice(delivered.length);
    const last = delivered.findLast((entry) => entry.last !== undefined)?.last;
    if (last !== undefined) onDelivered(last);
  });

  return {
    // Not async: what is under way must not keep the batch, as that holds the texts that were read.
    consume(batch: Batch<T>) {
      const entry = { last: batch.items.at(-1)?.origin, isDelivered: false };
      waiting.push(entry);
      return next.consume(batch).then(() => {
        entry.isDelivered = true;
        return tell();
      });
    },
  };
}
