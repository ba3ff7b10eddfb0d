import { batchOf, type Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { allDelivered } from "./fan_out.ts";

/** Where names come from outside, more destinations than this share one consumer. */
const MAX_DESTINATIONS = 32;

/** Hands each item to the consumer of its destination, which is created when the first item goes there. */
export function byDestination<T extends Item>(
  destinationOf: (item: Item) => string,
  create: () => Consumer<T>,
): Consumer<T> {
  const consumers = new Map<string, Consumer<T>>();
  const consumerOf = (name: string) => {
    const key = consumers.has(name) || consumers.size < MAX_DESTINATIONS ? name : "";
    return consumers.getOrInsertComputed(key, create);
  };
  return {
    async consume(batch) {
      const groups = Map.groupBy(batch.items, destinationOf);
      const [only] = groups.keys();
      if (groups.size === 1 && only !== undefined) return await consumerOf(only).consume(batch);
      await allDelivered(Array.from(groups, ([name, items]) => consumerOf(name).consume(batchOf(items))));
    },
  };
}
