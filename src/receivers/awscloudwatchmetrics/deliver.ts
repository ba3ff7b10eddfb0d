import { abortable } from "../../async/abortable.ts";
import { batchOf, type MetricGroup } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { Delivery } from "../../component/flow_control.ts";
import { DataFaultError } from "../../component/outcome.ts";
import type { Entry } from "../../component/checkpoints.ts";
import type { KeyedGroup } from "./compare.ts";

/** What settles together: few, so that one group that is refused makes few others be sent again. */
const MAX_CHUNK_GROUPS = 50;
const MAX_CHUNK_BYTES = 1024 * 1024;

export interface Delivered {
  /** The sent checkpoints of what was delivered. */
  readonly sent: readonly Entry[];
  /** Why others were refused. */
  readonly refused: DataFaultError | undefined;
  /** Any other reason why something was not delivered. */
  readonly failed: { readonly error: unknown } | undefined;
}

/** Delivers all groups at once, so that they share requests, and tells which were delivered. Never rejects. */
export async function deliverGroups(
  groups: readonly KeyedGroup[],
  { consumer, delivery, signal }: { consumer: Consumer<MetricGroup>; delivery: Delivery; signal: AbortSignal },
): Promise<Delivered> {
  const sent: Entry[] = [];
  let refused: DataFaultError | undefined;
  let failed: { error: unknown } | undefined;
  const { sizeBytes } = batchOf(groups.map(({ group }) => group));
  try {
    using _memory = delivery.budget.tryAcquire(sizeBytes) ??
      await delivery.workers.waitFor(delivery.budget.acquire(sizeBytes, signal));
    const chunks = Array.from(chunksOf(groups), async (chunk) => {
      try {
        await consumer.consume(batchOf(chunk.map(({ group }) => group)));
        sent.push(...chunk.map((one) => one.sent));
      } catch (error) {
        if (error instanceof DataFaultError) refused ??= error;
        else failed ??= { error };
      }
    });
    await delivery.workers.waitFor(abortable(Promise.all(chunks), signal));
  } catch (error) {
    failed ??= { error };
  }
  return { sent: [...sent], refused, failed };
}

function* chunksOf(groups: readonly KeyedGroup[]): Generator<KeyedGroup[]> {
  let chunk: KeyedGroup[] = [];
  let bytes = 0;
  for (const one of groups) {
    const { sizeBytes } = one.group;
    if (chunk.length === MAX_CHUNK_GROUPS || (chunk.length > 0 && bytes + sizeBytes > MAX_CHUNK_BYTES)) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(one);
    bytes += sizeBytes;
  }
  if (chunk.length > 0) yield chunk;
}
