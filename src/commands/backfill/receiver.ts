import type { Receiver } from "../../component/component.ts";
import { type ObjectContext, tryDeliver } from "../../receivers/awss3/try_deliver.ts";
import { RunLoop } from "../../receivers/run_loop.ts";
import type { Events } from "./events.ts";
import type { BackfillObject } from "./job.ts";

/** How often an object is read before it counts as failed. */
const READ_TRIES = 3;

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
  return new RunLoop({
    begin: ({ stopping, giveUp }) => ({
      async run() {
        try {
          await work((object) => deliver(object, { context, events, signal: giveUp }), stopping);
        } catch (error) {
          if (!stopping.aborted) throw error;
          // What is left is not counted: it is enough that there is something.
          return { undelivered: 1 + failedCount() };
        }
        return { undelivered: failedCount() };
      },
    }),
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
async function deliver(
  object: BackfillObject,
  { context, events, signal }: DeliverOptions,
): Promise<ReadonlySet<BackfillObject>> {
  const { bucket, key } = object;
  const failure = await tryDeliver({ bucket, key }, { context: { ...context, readTries: READ_TRIES }, signal });
  if (failure === undefined) return new Set();
  events.emit("backfill.object_failed", { ...failure });
  return new Set([object]);
}
