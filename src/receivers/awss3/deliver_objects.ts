import { awsErrorMessage } from "../../aws/aws_error.ts";
import { ObjectMissingError, ObjectUnreadableError } from "../../decode/object_error.ts";
import { sleep } from "../../async/abortable.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { deliverRecords, NotDeliveredError } from "../../pipeline/deliver_records.ts";
import type { Delivery } from "../../component/flow_control.ts";
import { inOrder } from "../../pipeline/in_order.ts";
import { DataFaultError } from "../../component/outcome.ts";
import { isNeverLogObject } from "../../aws/s3/never_log_objects.ts";
import type { Events } from "./events.ts";
import type { ReadObjectOptions } from "./object.ts";
import { nameOfObject, type ObjectRef } from "../../aws/s3/object_store.ts";
import type { Poison } from "./poison.ts";
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
  readonly delivery: Delivery;
  readonly events: Events;
  /** Give up at the first failure that might pass: the caller takes what is there now. */
  readonly once: boolean;
  /** How often a reading that fails for a reason that might pass is tried; unset: without limit. */
  readonly readTries?: number;
}

/** What the work on one object needs beside its place. */
export interface DeliverObjectOptions {
  readonly context: ObjectContext;
  readonly progress?: ReadingProgress;
  readonly signal: AbortSignal;
}

/** What became of the objects of a message; both empty: all were delivered. */
export interface ObjectsOutcome {
  readonly poison: readonly Poison[];
  /** The endpoint refuses records of them, and there is no dead letter. */
  readonly refused: readonly DataFaultError[];
}

/** Reasons that have to do with the bucket rather than with what is in the object. */
const STORE_FAULTS: ReadonlySet<string> = new Set(["forbidden", "no_bucket", "unavailable"]);

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/**
 * Delivers the objects of a message one after the other; one that fails for good does not stop the others. What may
 * pass (the store or the endpoint is at fault) is tried again for as long as the message is ours, except in `once`.
 *
 * @throws the signal's reason; in `once` also what may pass.
 */
export async function deliverObjects(
  objects: readonly ObjectRef[],
  options: { context: ObjectContext; signal: AbortSignal },
): Promise<ObjectsOutcome> {
  const poison: Poison[] = [];
  const refused: DataFaultError[] = [];
  for (const object of objects) {
    const failure = await deliverObject(object, options);
    if (failure instanceof DataFaultError) refused.push(failure);
    else if (failure !== undefined) poison.push(failure);
  }
  return { poison, refused };
}

/** Why an object is not delivered: it cannot be read, or the endpoint refuses records of it. */
type ObjectFailure = Poison | DataFaultError;

/**
 * Delivers one object; undefined when that is done, or there is nothing to do.
 *
 * @throws the signal's reason; in `once` what may pass; an error of reading that came `readTries` times.
 */
export async function deliverObject(
  object: ObjectRef,
  options: DeliverObjectOptions,
): Promise<ObjectFailure | undefined> {
  const { context, signal } = options;
  let failedReads = 0;
  let delayMs = FIRST_DELAY_MS;
  for (;;) {
    try {
      return await tryToDeliver(object, options);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof NotDeliveredError)) failedReads++;
      if (context.once || failedReads === context.readTries) throw error;
      context.events.emit("awss3.object_retry", {
        source: nameOfObject(object),
        error: awsErrorMessage(error),
        delay_ms: delayMs,
      });
      await sleep(delayMs, signal);
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
    }
  }
}

/** Why an object is not delivered, for an event. */
export interface WhyNot {
  /** `refused`: the endpoint does not take records of it; `transient`: reading it failed and may work later. */
  readonly reason: Poison["reason"] | "refused" | "transient";
  /** Holds no content. */
  readonly error: string;
}

/**
 * Like {@linkcode deliverObject}, but tells also what may pass, as far as the object is at fault.
 *
 * @throws {NotDeliveredError} the endpoint takes nothing; the signal's reason.
 */
export async function whyNotDelivered(object: ObjectRef, options: DeliverObjectOptions): Promise<WhyNot | undefined> {
  try {
    const failure = await deliverObject(object, options);
    if (failure instanceof DataFaultError) return { reason: "refused", error: failure.message };
    return failure && { reason: failure.reason, error: failure.problem };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof NotDeliveredError) throw error;
    return { reason: "transient", error: awsErrorMessage(error) };
  }
}

async function tryToDeliver(
  object: ObjectRef,
  { context, progress, signal }: DeliverObjectOptions,
): Promise<ObjectFailure | undefined> {
  const { events, delivery } = context;
  const source = nameOfObject(object);
  if (context.allowedBuckets?.has(object.bucket) === false) {
    const problem = `bucket ${object.bucket} is not among allowed_buckets`;
    return { reason: "bucket_not_allowed", problem, object: source };
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
    await delivery.workers.run(() => {
      const records = context.read(object, {
        expandField: selection.expandField,
        onOpened: progress?.onOpened.bind(progress),
        signal,
      });
      return deliverRecords(records, { consumer, delivery, signal });
    });
  } catch (error) {
    if (error instanceof DataFaultError) return error;
    if (error instanceof ObjectUnreadableError) {
      const { reason, message } = error;
      if (STORE_FAULTS.has(reason)) events.emit("awss3.store_failed", { source, reason });
      return { reason, problem: message, object: source };
    }
    if (!(error instanceof ObjectMissingError)) throw error;
    events.emit("awss3.object_missing", { source, error: error.message });
    return undefined;
  }
  events.emit("awss3.object_delivered", { source });
  return undefined;
}
