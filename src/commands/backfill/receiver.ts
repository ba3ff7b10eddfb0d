import type { Receiver } from "../../component/component.ts";
import { sleep } from "../../async/abortable.ts";
import { type ObjectContext, type WhyNot, whyNotDelivered } from "../../receivers/awss3/deliver_objects.ts";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import { TaskReceiver } from "../../receivers/task_receiver.ts";
import type { Events } from "./events.ts";
import type { BackfillObject } from "./job.ts";

/** How often an object is read before it counts as failed, and how much longer each time until the next try. */
const READ_TRIES = 3;
const RETRY_MS = 1000;

export interface BackfillReceiverOptions {
  readonly context: ObjectContext;
  readonly events: Events;
  /** Does the work: calls `handle` for each object until all is done or `stopping` is aborted. */
  readonly work: (
    handle: (object: BackfillObject) => Promise<ReadonlySet<BackfillObject>>,
    stopping: AbortSignal,
  ) => Promise<void>;
  /** How many objects failed. */
  readonly failedCount: () => number;
  readonly close: () => void;
}

/** Stands in a pipeline where the configuration's own receiver would: delivers the objects of a backfill, then finishes. */
export function backfillReceiver({ context, events, work, failedCount, close }: BackfillReceiverOptions): Receiver {
  return new TaskReceiver({
    begin: ({ stopping, giveUp }) => async () => {
      try {
        await work((object) => deliver(object, { context, events, signal: giveUp }), stopping);
      } catch (error) {
        if (!stopping.aborted) throw error;
        // What is left is not counted: it is enough that there is something.
        return { undelivered: 1 + failedCount() };
      }
      return { undelivered: failedCount() };
    },
    close,
  });
}

interface DeliverOptions {
  readonly context: ObjectContext;
  readonly events: Events;
  /** Gives up. */
  readonly signal: AbortSignal;
}

/** @throws {NotDeliveredError} the endpoint does not take records; the signal's reason. */
async function deliver(object: BackfillObject, options: DeliverOptions): Promise<ReadonlySet<BackfillObject>> {
  const failure = await tried(object, options);
  if (failure === undefined) return new Set();
  options.events.emit("backfill.object_failed", { source: nameOfObject(object), ...failure });
  return new Set([object]);
}

/** Delivers an object, or tells why not; tries again what may pass. */
async function tried({ bucket, key }: BackfillObject, options: DeliverOptions): Promise<WhyNot | undefined> {
  for (let tries = 1;; tries++) {
    const failure = await whyNotDelivered({ bucket, key }, options);
    if (failure?.reason !== "transient" || tries === READ_TRIES) return failure;
    await sleep(RETRY_MS * tries, options.signal);
  }
}
