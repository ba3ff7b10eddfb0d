import type { Item } from "./batch.ts";
import type { Consumer } from "./consumer.ts";

/** Lets at most `concurrency` requests through to `next` at once; the others wait their turn. */
export function limit<T extends Item>(next: Consumer<T>, concurrency: number): Consumer<T> {
  let free = concurrency;
  const queue: (() => void)[] = [];
  return {
    async consume(batch) {
      if (free > 0) free--;
      else await new Promise<void>((turn) => queue.push(turn));
      try {
        await next.consume(batch);
      } finally {
        const turn = queue.shift();
        if (turn === undefined) free++;
        else turn();
      }
    },
  };
}
