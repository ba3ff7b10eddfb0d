import { abortable } from "../async/abortable.ts";
import { collectGarbage } from "../async/collect_garbage.ts";
import { batchesOf, type LogBatch, type LogRecord } from "../component/batch.ts";
import type { Consumer } from "../component/consumer.ts";
import type { FlowControl } from "../component/flow_control.ts";
import { DataFaultError } from "../component/outcome.ts";

/** A chunk is at most so many records and bytes; a larger record is a chunk of its own. */
const CHUNK = { maxItems: 500, maxBytes: 1024 * 1024 };
/**
 * All workers together read ahead so much, and as much again for each request that an endpoint is working on: enough
 * for good requests and to keep a slow endpoint busy, and no more. In memory a record takes about three times its size,
 * and what waits for long is collected late.
 */
const READ_AHEAD_BYTES = CHUNK.maxBytes;

/** What larger chunks leave behind is collected before the next one. */
const LARGE_BYTES = 4 * CHUNK.maxBytes;

export interface DeliverOptions {
  readonly consumer: Consumer<LogRecord>;
  readonly flowControl: FlowControl;
  /** Gives up: no more is read, and what is under way is no longer waited for. */
  readonly signal: AbortSignal;
}

/** The consumer failed, not the reading: whatever it threw says nothing about the source. */
export class NotDeliveredError extends Error {
  override readonly name = "NotDeliveredError";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/**
 * Delivers everything that one worker reads from one source, in chunks, with back-pressure: it reads no further than its
 * share of the read-ahead, and all workers together stay within the memory budget. Each group of `records` is emptied when it
 * was handed on.
 *
 * Resolves when every record was delivered. When some were refused for what they are, the others are delivered all
 * the same and it rejects with {@linkcode DataFaultError}. When `records` throws, what came before is delivered and,
 * unless some was refused, the error is passed on. Any other failed delivery stops the reading and rejects with {@linkcode NotDeliveredError}.
 */
export async function deliverRecords(
  records: AsyncIterable<LogRecord[]>,
  { consumer, flowControl, signal }: DeliverOptions,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  let underWayBytes = 0;
  const failures: { refused?: DataFaultError; failed?: { error: unknown } } = {};

  const waitFor = <T>(promise: Promise<T>) => flowControl.readers.waitFor(abortable(promise, signal));

  const send = async (batch: LogBatch) => {
    const { sizeBytes } = batch;
    const memory = flowControl.budget.tryAcquire(sizeBytes) ??
      await flowControl.readers.waitFor(flowControl.budget.acquire(sizeBytes, signal));
    underWayBytes += sizeBytes;
    if (sizeBytes > LARGE_BYTES) collectGarbage();
    // The batch is passed, not captured: what is under way must not keep the texts that were read.
    const sent = Promise.try((read) => consumer.consume(read), batch).catch((error: unknown) => {
      if (error instanceof DataFaultError) failures.refused ??= error;
      else failures.failed ??= { error: new NotDeliveredError(error) };
    }).finally(() => {
      inFlight.delete(sent);
      underWayBytes -= sizeBytes;
      memory[Symbol.dispose]();
    });
    inFlight.add(sent);
  };

  const waitForShare = async () => {
    while (underWayBytes > 0 && underWayBytes >= shareOfReadAhead(flowControl)) await waitFor(Promise.race(inFlight));
    if (failures.failed !== undefined) throw failures.failed.error;
  };

  // Whoever waits for deliveries must not keep the texts either: the batches end with this call, and the group is emptied.
  const handOn = async (group: LogRecord[]) => {
    for (const batch of batchesOf(group, CHUNK)) {
      await waitForShare();
      await send(batch);
    }
    group.length = 0;
  };

  let readError: { error: unknown } | undefined;
  try {
    // What was read together leaves at once: what is mapped soon after it was read costs the least memory.
    for await (const group of records) {
      await handOn(group);
      await waitForShare();
    }
  } catch (error) {
    signal.throwIfAborted();
    readError = { error };
  }
  await waitFor(Promise.all(inFlight));
  if (failures.failed !== undefined) throw failures.failed.error;
  // Before a reading error: whoever gives up an object that cannot be read must not give up what was refused of it.
  if (failures.refused !== undefined) throw failures.refused;
  if (readError !== undefined) throw readError.error;
}

/** How many bytes one worker may have under way. */
function shareOfReadAhead({ readers, inFlight }: FlowControl): number {
  return READ_AHEAD_BYTES * (1 + inFlight.requests) / Math.max(1, readers.running);
}
