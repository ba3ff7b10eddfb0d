import type { Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";

export interface LimitOptions {
  readonly concurrency: number;
  /** Counts the requests that were let through and have not settled. */
  readonly onTheWay: { requests: number };
}

/** Lets at most `concurrency` requests through to `next` at once; the others wait their turn. */
export function limit<T extends Item>(next: Consumer<T>, { concurrency, onTheWay }: LimitOptions): Consumer<T> {
  let free = concurrency;
  const queue: (() => void)[] = [];
  return {
    async consume(batch) {
      if (free > 0) free--;
      else await new Promise<void>((turn) => queue.push(turn));
      onTheWay.requests++;
      try {
        await next.consume(batch);
      } finally {
        onTheWay.requests--;
        const turn = queue.shift();
        if (turn === undefined) free++;
        else turn();
      }
    },
  };
}
