import { abortable } from "./abortable.ts";
import { batchOf, type LogRecord } from "./batch.ts";
import type { Consumer } from "./consumer.ts";
import type { Delivery } from "./delivery.ts";
import { DataFaultError } from "./outcome.ts";

/** A chunk is at most so many records and bytes; a larger record is a chunk of its own. */
const MAX_CHUNK_ITEMS = 500;
const MAX_CHUNK_BYTES = 1024 * 1024;
/** Chunks of one caller that may be under way at once. */
const MAX_CHUNKS_IN_FLIGHT = 2;

export interface DeliverOptions {
  readonly consumer: Consumer<LogRecord>;
  readonly delivery: Delivery;
  /** Gives up: no more is read, and what is under way is no longer waited for. */
  readonly signal: AbortSignal;
}

/**
 * Delivers everything that one worker reads from one source, in chunks, with back-pressure: it reads no further than
 * its chunks in flight allow, and all workers together stay within the memory budget.
 *
 * Resolves when every record was delivered. When some were refused for what they are, the others are delivered all
 * the same and it rejects with {@linkcode DataFaultError}. When `records` throws, what came before is delivered and the
 * error is passed on. Any other failed delivery stops the reading and is passed on.
 */
export async function deliverRecords(
  records: AsyncIterable<readonly LogRecord[]>,
  { consumer, delivery, signal }: DeliverOptions,
): Promise<void> {
  const inFlight = new Set<Promise<void>>();
  const failures: { refused?: DataFaultError; failed?: { error: unknown } } = {};

  const waitFor = <T>(promise: Promise<T>) => delivery.workers.waitFor(abortable(promise, signal));

  const send = async (items: readonly LogRecord[]) => {
    const batch = batchOf(items);
    const memory = await delivery.workers.waitFor(delivery.budget.acquire(batch.sizeBytes, signal));
    const sent = consumer.consume(batch).catch((error: unknown) => {
      if (error instanceof DataFaultError) failures.refused ??= error;
      else failures.failed ??= { error };
    }).finally(() => {
      inFlight.delete(sent);
      memory[Symbol.dispose]();
    });
    inFlight.add(sent);
    // Here and not before the next chunk is sent: what waits is not read yet.
    while (inFlight.size >= MAX_CHUNKS_IN_FLIGHT) await waitFor(Promise.race(inFlight));
    if (failures.failed !== undefined) throw failures.failed.error;
  };

  let readError: { error: unknown } | undefined;
  try {
    for await (const chunk of chunksOf(records)) await send(chunk);
  } catch (error) {
    signal.throwIfAborted();
    readError = { error };
  }
  await waitFor(Promise.all(inFlight));
  const failure = failures.failed ?? readError;
  if (failure !== undefined) throw failure.error;
  if (failures.refused !== undefined) throw failures.refused;
}

/** Chunks of the records as they come; on an error in `records` the records before it come first. */
async function* chunksOf(records: AsyncIterable<readonly LogRecord[]>): AsyncGenerator<LogRecord[]> {
  let chunk: LogRecord[] = [];
  let bytes = 0;
  let thrown: { error: unknown } | undefined;
  try {
    for await (const group of records) {
      for (const record of group) {
        if (chunk.length === MAX_CHUNK_ITEMS || (chunk.length > 0 && bytes + record.sizeBytes > MAX_CHUNK_BYTES)) {
          yield chunk;
          chunk = [];
          bytes = 0;
        }
        chunk.push(record);
        bytes += record.sizeBytes;
      }
    }
  } catch (error) {
    thrown = { error };
  }
  if (chunk.length > 0) yield chunk;
  if (thrown !== undefined) throw thrown.error;
}
