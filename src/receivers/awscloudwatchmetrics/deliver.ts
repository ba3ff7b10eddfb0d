import { abortable } from "../../async/abortable.ts";
import { batchOf, type MetricGroup } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Delivery } from "../../component/flow_control.ts";
import { DataFaultError } from "../../component/outcome.ts";

/** What settles together: few, so that one group that is refused makes few others be sent again. */
const MAX_CHUNK_GROUPS = 50;
const MAX_CHUNK_BYTES = 1024 * 1024;

/** A group and what its deliverer wants to know it by. */
export interface Parcel<T> {
  readonly group: MetricGroup;
  readonly label: T;
}

export interface Delivered<T> {
  /** Labels of what was delivered. */
  readonly delivered: readonly T[];
  /** Why others were refused. */
  readonly refused: DataFaultError | undefined;
  /** Any other reason why something was not delivered. */
  readonly failed: { readonly error: unknown } | undefined;
}

/** Delivers all groups at once, so that they share requests, and tells which were delivered. Never rejects. */
export async function deliverGroups<T>(
  parcels: readonly Parcel<T>[],
  { consumer, delivery, signal }: { consumer: Consumer<MetricGroup>; delivery: Delivery; signal: AbortSignal },
): Promise<Delivered<T>> {
  const delivered: T[] = [];
  let refused: DataFaultError | undefined;
  let failed: { error: unknown } | undefined;
  const { sizeBytes } = batchOf(parcels.map(({ group }) => group));
  try {
    using _memory = delivery.budget.tryAcquire(sizeBytes) ??
      await delivery.workers.waitFor(delivery.budget.acquire(sizeBytes, signal));
    const sent = Array.from(chunksOf(parcels), async (chunk) => {
      try {
        await consumer.consume(batchOf(chunk.map(({ group }) => group)));
        delivered.push(...chunk.map(({ label }) => label));
      } catch (error) {
        if (error instanceof DataFaultError) refused ??= error;
        else failed ??= { error };
      }
    });
    await delivery.workers.waitFor(abortable(Promise.all(sent), signal));
  } catch (error) {
    failed ??= { error };
  }
  return { delivered: [...delivered], refused, failed };
}

function* chunksOf<T>(parcels: readonly Parcel<T>[]): Generator<Parcel<T>[]> {
  let chunk: Parcel<T>[] = [];
  let bytes = 0;
  for (const parcel of parcels) {
    const { sizeBytes } = parcel.group;
    if (chunk.length === MAX_CHUNK_GROUPS || (chunk.length > 0 && bytes + sizeBytes > MAX_CHUNK_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(parcel);
    bytes += sizeBytes;
  }
  if (chunk.length > 0) yield chunk;
}
