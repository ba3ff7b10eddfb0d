import { awsErrorMessage } from "../../aws/aws_error.ts";
import { ObjectMissingError, ObjectUnreadableError, type UnreadableReason } from "../../decode/object_error.ts";
import { retry } from "../../async/retry.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { deliverRecords, NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { FlowControl } from "../../component/flow_control.ts";
import { inOrder } from "../../pipeline/in_order.ts";
import { DataFaultError } from "../../component/outcome.ts";
import { isNeverLogObject } from "../../aws/s3/never_log_objects.ts";
import type { Events } from "./events.ts";
import type { ReadObjectOptions } from "./object.ts";
import { nameOfObject, type ObjectRef } from "../../aws/s3/object_store.ts";
import type { Selector } from "./selection.ts";

/** Reads the records of an object; see `object.ts` for what it throws. */
export type ReadObject = (
  object: ObjectRef,
  options: Pick<ReadObjectOptions, "onOpened" | "signal"> & { expandField: string | undefined },
) => AsyncIterable<readonly LogRecord[]>;

/** Follows one reading of an object, so that the next one can go on where it ended. */
export interface ReadingProgress {
  /** See {@linkcode ReadObjectOptions.onOpened}. */
  onOpened(etag: string): number | undefined;
  /** Everything up to and with the record at this position is delivered. What it throws stops the reading. */
  onDelivered(position: number): void;
}

/** What work on objects needs, the same for all of them. */
export interface ObjectContext {
  readonly read: ReadObject;
  readonly select: Selector;
  readonly allowedBuckets: ReadonlySet<string> | undefined;
  readonly consumer: Consumer<LogRecord>;
  readonly flowControl: FlowControl;
  readonly events: Events;
  /** Give up at the first transient failure: the caller takes what is there now. */
  readonly once: boolean;
  /** How often reading is tried, also in `once`, before its object counts as failed. Unset: without limit. */
  readonly readTries?: number | undefined;
}

/** What the work on one object needs beside its place. */
export interface TryDeliverOptions {
  readonly context: ObjectContext;
  readonly progress?: ReadingProgress;
  readonly signal: AbortSignal;
}

/** Why an object, or the message that announces it, is not delivered. */
export interface DeliveryFailure {
  /**
   * - `refused`: the endpoint does not take records of it, and there is no dead letter
   * - `transient`: reading it failed `readTries` times, and may succeed later
   * - the others: it can never be read as things are
   */
  readonly reason: "not_a_notification" | "bucket_not_allowed" | UnreadableReason | "refused" | "transient";
  /** What was in the way, for people. Holds no content. */
  readonly error: string;
  /** The object's place (`s3://bucket/key`); undefined when it is the message itself. */
  readonly source: string | undefined;
}

/** Whether trying again cannot help, so that the dead letter may take its place. */
export function isPermanent({ reason }: DeliveryFailure): boolean {
  return reason !== "refused" && reason !== "transient";
}

/** Reasons that have to do with the bucket rather than with what is in the object. */
const STORE_FAULTS: ReadonlySet<string> = new Set(["forbidden", "no_bucket", "unavailable"]);

const POLICY = { initialMs: 1000, factor: 2, maxMs: 60_000 };

/**
 * Delivers one object; undefined when that is done, or there is nothing to do. What is transient (the store or the
 * endpoint is at fault) is tried again: reading up to `readTries` times, delivering without limit except in `once`.
 *
 * @throws {NotDeliveredError} in `once`: the endpoint takes nothing; without `readTries` also what reading threw; the
 * signal's reason.
 */
export async function tryDeliver(
  object: ObjectRef,
  options: TryDeliverOptions,
): Promise<DeliveryFailure | undefined> {
  const { context: { once, readTries, events }, signal } = options;
  const source = nameOfObject(object);
  let failedReads = 0;
  try {
    return await retry(() => deliver(object, options), {
      policy: POLICY,
      signal,
      isTransient(error) {
        const isRead = !(error instanceof NotDeliveredError);
        if (isRead) failedReads++;
        return isRead && readTries !== undefined ? failedReads < readTries : !once;
      },
      onRetry: ({ error, delayMs: delay_ms }) =>
        events.emit("awss3.object_retry", { source, error: awsErrorMessage(error), delay_ms }),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof NotDeliveredError || readTries === undefined) throw error;
    return { source, reason: "transient", error: awsErrorMessage(error) };
  }
}

async function deliver(
  object: ObjectRef,
  { context, progress, signal }: TryDeliverOptions,
): Promise<DeliveryFailure | undefined> {
  const { events, flowControl } = context;
  const source = nameOfObject(object);
  if (context.allowedBuckets?.has(object.bucket) === false) {
    return { source, reason: "bucket_not_allowed", error: `bucket ${object.bucket} is not among allowed_buckets` };
  }
  const selection = context.select(object.key);
  if (isNeverLogObject(object.key) || selection === undefined) {
    events.emit("awss3.object_skipped", { source, reason: selection === undefined ? "no_selector" : "never_log" });
    return undefined;
  }
  const consumer = progress === undefined
    ? context.consumer
    : inOrder(context.consumer, ({ position }) => progress.onDelivered(Number(position)));
  try {
    await flowControl.readers.run(() => {
      const records = context.read(object, {
        expandField: selection.expandField,
        onOpened: progress?.onOpened.bind(progress),
        signal,
      });
      return deliverRecords(records, { consumer, flowControl, signal });
    });
  } catch (error) {
    if (error instanceof DataFaultError) return { source, reason: "refused", error: error.message };
    if (error instanceof ObjectUnreadableError) {
      const { reason, message } = error;
      if (STORE_FAULTS.has(reason)) events.emit("awss3.store_failed", { source, reason });
      return { source, reason, error: message };
    }
    if (!(error instanceof ObjectMissingError)) throw error;
    events.emit("awss3.object_missing", { source, error: error.message });
    return undefined;
  }
  events.emit("awss3.object_delivered", { source });
  return undefined;
}
