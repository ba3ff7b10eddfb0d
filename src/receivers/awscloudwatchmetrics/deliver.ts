import { abortable } from "../../async/abortable.ts";
import { batchesOf, batchOf, type MetricGroup } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import { DataFaultError } from "../../component/outcome.ts";

/** What settles together: few, so that one group that is refused makes few others be sent again. */
const CHUNK = { maxItems: 50, maxBytes: 1024 * 1024 };

export interface Delivered {
  readonly delivered: readonly MetricGroup[];
  /** Why others were refused. */
  readonly refused: DataFaultError | undefined;
  /** Any other reason why something was not delivered. */
  readonly failed: { readonly error: unknown } | undefined;
}

/** Delivers all groups at once, so that they share requests, and tells which were delivered. Never rejects. */
export async function deliverGroups(
  groups: readonly MetricGroup[],
  { consumer, flowControl, signal }: { consumer: Consumer<MetricGroup>; flowControl: FlowControl; signal: AbortSignal },
): Promise<Delivered> {
  const delivered: MetricGroup[] = [];
  let refused: DataFaultError | undefined;
  let failed: { error: unknown } | undefined;
  const { sizeBytes } = batchOf(groups);
  try {
    using _memory = flowControl.budget.tryAcquire(sizeBytes) ??
      await flowControl.readers.waitFor(flowControl.budget.acquire(sizeBytes, signal));
    const sent = Array.from(batchesOf(groups, CHUNK), async (batch) => {
      try {
        await consumer.consume(batch);
        delivered.push(...batch.items);
      } catch (error) {
        if (error instanceof DataFaultError) refused ??= error;
        else failed ??= { error };
      }
    });
    await flowControl.readers.waitFor(abortable(Promise.all(sent), signal));
  } catch (error) {
    failed ??= { error };
  }
  return { delivered: [...delivered], refused, failed };
}
