import { awsErrorMessage } from "../../aws/aws_error.ts";
import {
  ObjectMissingError,
  ObjectNotReadError,
  ObjectUnreadableError,
  type UnreadableReason,
} from "../../decode/object_error.ts";
import { DeadLetterError } from "../../pipeline/dead_letter.ts";
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
) => AsyncIterable<LogRecord[]>;

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
  /** Give up when the endpoint was given up on: the caller takes what is there now. */
  readonly once: boolean;
  /** Called when the store and what is behind it dealt with an object, whatever became of it. */
  readonly onDealtWith?: (() => void) | undefined;
}

/** Follows the tries of one object that fails for transient reasons of its own: all but faults of the endpoint. */
export interface Patience {
  /** Resolves when the next try may begin. Rejects with the signal's reason. */
  begin(signal: AbortSignal): Promise<void>;
  /** A try failed; whether another one follows. */
  failed(): boolean;
}

/** So many tries. */
export class CountedTries implements Patience {
  #left: number;

  constructor(tries: number) {
    this.#left = tries;
  }

  begin(): Promise<void> {
    return Promise.resolve();
  }

  failed(): boolean {
    return --this.#left > 0;
  }
}

/** What the work on one object needs beside its place. */
export interface TryDeliverOptions {
  readonly context: ObjectContext;
  readonly progress?: ReadingProgress;
  readonly patience: Patience;
  readonly signal: AbortSignal;
}

/** Why an object, or the message that announces it, is not delivered. */
export interface DeliveryFailure {
  /**
   * - `refused`: the endpoint does not take records of it, and there is no dead letter
   * - `transient`: it failed as often as was tried, and may succeed later
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
 * Delivers one object; undefined when that is done, or there is nothing to do. What is transient is tried again: without
 * limit while the endpoint is at fault, except in `once`, and as patience has it for anything else.
 *
 * @throws {NotDeliveredError} in `once`: the endpoint takes nothing; the signal's reason.
 */
export async function tryDeliver(object: ObjectRef, options: TryDeliverOptions): Promise<DeliveryFailure | undefined> {
  const { context: { once, events }, patience, signal } = options;
  const source = nameOfObject(object);
  const attempt = async () => {
    await patience.begin(signal);
    return await deliver(object, options);
  };
  try {
    return await retry(attempt, {
      policy: POLICY,
      signal,
      isTransient: (error) => isEndpointFault(error) ? !once : patience.failed(),
      onRetry: ({ error, delayMs: delay_ms }) =>
        events.emit("awss3.object_retry", { source, error: awsErrorMessage(error), delay_ms }),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (isEndpointFault(error)) throw error;
    return { source, reason: "transient", error: awsErrorMessage(error) };
  }
}

/** What is read and written on the way to the endpoint (bodies, the dead letter) is none of it. */
function isEndpointFault(error: unknown): boolean {
  if (!(error instanceof NotDeliveredError)) return false;
  return !(error.cause instanceof ObjectNotReadError || error.cause instanceof DeadLetterError);
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
    const failure = asFailure(error, { source, events });
    context.onDealtWith?.();
    return failure;
  }
  events.emit("awss3.object_delivered", { source });
  context.onDealtWith?.();
  return undefined;
}

/** Why an object is not delivered, undefined when there is none any more. @throws the error when it is transient. */
function asFailure(
  error: unknown,
  { source, events }: { source: string; events: Events },
): DeliveryFailure | undefined {
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
