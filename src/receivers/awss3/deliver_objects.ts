import { awsErrorMessage } from "../../aws/aws_error.ts";
import { ObjectMissingError, ObjectUnreadableError } from "../../objects/object_error.ts";
import { sleep } from "../../pipeline/abortable.ts";
import type { LogRecord } from "../../pipeline/batch.ts";
import type { Consumer } from "../../pipeline/consumer.ts";
import { deliverRecords } from "../../pipeline/deliver_records.ts";
import type { Delivery } from "../../pipeline/delivery.ts";
import { DataFaultError } from "../../pipeline/outcome.ts";
import { isNeverLogObject } from "./never_log_objects.ts";
import type { Events } from "../../telemetry/events.ts";
import type { NotifiedObject } from "./notification.ts";
import { nameOfObject } from "./object_store.ts";
import type { Poison } from "./poison.ts";
import type { Selector } from "./selection.ts";

/** Reads the records of an object; see `object.ts` for what it throws. */
export type ReadObject = (
  object: NotifiedObject,
  options: { expandField: string | undefined; signal: AbortSignal },
) => AsyncIterable<readonly LogRecord[]>;

/** What work on objects needs, the same for all messages. */
export interface ObjectContext {
  readonly read: ReadObject;
  readonly select: Selector;
  readonly allowedBuckets: ReadonlySet<string> | undefined;
  readonly consumer: Consumer<LogRecord>;
  readonly delivery: Delivery;
  readonly events: Events;
  /** Give up at the first failure that might pass: the caller takes what is there now. */
  readonly once: boolean;
}

/** What became of the objects of a message; both empty: all were delivered. */
export interface ObjectsOutcome {
  readonly poison: readonly Poison[];
  /** The endpoint refuses records of them, and there is no dead letter. */
  readonly refused: readonly DataFaultError[];
}

const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/**
 * Delivers the objects of a message one after the other; one that fails for good does not stop the others. What may
 * pass (the store or the endpoint is at fault) is tried again for as long as the message is ours, except in `once`.
 *
 * @throws the signal's reason; in `once` also what may pass.
 */
export async function deliverObjects(
  objects: readonly NotifiedObject[],
  options: { context: ObjectContext; signal: AbortSignal },
): Promise<ObjectsOutcome> {
  const poison: Poison[] = [];
  const refused: DataFaultError[] = [];
  for (const object of objects) {
    const failure = await deliverUntilSettled(object, options);
    if (failure instanceof DataFaultError) refused.push(failure);
    else if (failure !== undefined) poison.push(failure);
  }
  return { poison, refused };
}

type Failure = Poison | DataFaultError | undefined;

async function deliverUntilSettled(
  object: NotifiedObject,
  { context, signal }: { context: ObjectContext; signal: AbortSignal },
): Promise<Failure> {
  let delayMs = FIRST_DELAY_MS;
  for (;;) {
    try {
      return await deliverObject(object, { context, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (context.once) throw error;
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

async function deliverObject(
  object: NotifiedObject,
  { context, signal }: { context: ObjectContext; signal: AbortSignal },
): Promise<Failure> {
  const { events, consumer, delivery } = context;
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
  try {
    await delivery.workers.run(() => {
      const records = context.read(object, { expandField: selection.expandField, signal });
      return deliverRecords(records, { consumer, delivery, signal });
    });
  } catch (error) {
    if (error instanceof DataFaultError) return error;
    if (error instanceof ObjectUnreadableError) {
      return { reason: error.reason, problem: error.message, object: source };
    }
    if (!(error instanceof ObjectMissingError)) throw error;
    events.emit("awss3.object_missing", { source, error: error.message });
    return undefined;
  }
  events.emit("awss3.object_delivered", { source });
  return undefined;
}
