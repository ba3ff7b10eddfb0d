import { Semaphore } from "../async/semaphore.ts";
import type { Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";

export interface LimitOptions {
  readonly concurrency: number;
  /** Counts the requests that were let through and have not settled. */
  readonly inFlight: { requests: number };
}

/** Lets at most `concurrency` requests through to `next` at once; the others wait their turn. */
export function limit<T extends Item>(next: Consumer<T>, { concurrency, inFlight }: LimitOptions): Consumer<T> {
  const slots = new Semaphore(concurrency);
  return {
    async consume(batch) {
      using _slot = await slots.acquire();
      inFlight.requests++;
      try {
        await next.consume(batch);
      } finally {
        inFlight.requests--;
      }
    },
  };
}
