/** Consumers that count what passes, as the Collector counts it. */
import { typeOf } from "../component/component_id.ts";
import type { Events } from "./events.ts";
import { type Batch, batchOf, type Item } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import { type Counting, unitsOf } from "./counting.ts";
import { DataFaultError, PartialDeliveryError } from "../component/outcome.ts";

export interface CountedOptions<T> {
  /** Id of the receiver or exporter. */
  readonly id: string;
  readonly counting: Counting<T>;
  readonly events: Events;
}

/** Counts what a receiver hands on: accepted once it is delivered, else refused. */
export function countReceived<T extends Item>(next: Consumer<T>, options: CountedOptions<T>): Consumer<T> {
  const { id, counting, events } = options;
  const transport = typeOf(id) === "file" ? "file" : "http";
  return {
    // Not async: what is under way must not keep the batch, as that holds the texts that were read.
    consume(batch) {
      const fields = { component: id, transport, count: unitsOf(batch.items, counting), bytes: batch.sizeBytes };
      return next.consume(batch).then(
        () => events.emit(counting.accepted, fields),
        (error: unknown) => {
          events.emit(counting.notAccepted, fields);
          throw error;
        },
      );
    },
  };
}

/**
 * Counts what an exporter delivered, request by request: a wrapper of the exporter itself, whatever stands in front of
 * it. What goes to a dead letter does not pass here. `onDelivered` is notified of each request that was delivered.
 */
export function countDelivered<T extends Item>(
  exporter: Consumer<T>,
  { id, counting, events, onDelivered }: CountedOptions<T> & { readonly onDelivered?: (batch: Batch<T>) => void },
): Consumer<T> {
  return {
    async consume(batch) {
      let delivered = batch;
      let partial: PartialDeliveryError | undefined;
      try {
        await exporter.consume(batch);
      } catch (error) {
        if (!(error instanceof PartialDeliveryError)) throw error;
        partial = error;
        delivered = batchOf(batch.items.filter((_, index) => !error.isMissing(index)));
      }
      if (delivered.items.length > 0) {
        events.emit(counting.delivered, { exporter: id, count: unitsOf(delivered.items, counting) });
        onDelivered?.(delivered);
      }
      if (partial !== undefined) throw partial;
    },
  };
}

/** Counts what could not be sent; what the endpoint refuses for what it is, is counted where it is found. */
export function countFailures<T extends Item>(next: Consumer<T>, options: CountedOptions<T>): Consumer<T> {
  const { id, counting, events } = options;
  return {
    consume(batch) {
      const count = unitsOf(batch.items, counting);
      return next.consume(batch).catch((error: unknown) => {
        if (!(error instanceof DataFaultError)) events.emit(counting.failed, { exporter: id, count });
        throw error;
      });
    },
  };
}
