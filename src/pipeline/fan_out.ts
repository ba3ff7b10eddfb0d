import type { Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { DataFaultError } from "../component/outcome.ts";

/**
 * Delivers every batch to all of several consumers; delivered means by all of them. What one took and another did not
 * is sent again to both when the batch is read again.
 */
export function fanOut<T extends Item>(consumers: readonly Consumer<T>[]): Consumer<T> {
  const [only] = consumers;
  if (only !== undefined && consumers.length === 1) return only;
  return {
    consume: (batch) => allDelivered(consumers.map((consumer) => Promise.try(() => consumer.consume(batch)))),
  };
}

/** Waits for several deliveries, and rejects once all have settled when one of them failed. */
export async function allDelivered(deliveries: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(deliveries);
  const errors = results.filter((result) => result.status === "rejected").map(({ reason }) => reason as unknown);
  if (errors.length === 0) return;
  // A fault of the endpoint is to be retried as a whole, so it takes precedence over a fault of the data.
  throw errors.find((error) => !(error instanceof DataFaultError)) ?? errors[0];
}
