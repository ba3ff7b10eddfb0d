import { abortable } from "../../../async/abortable.ts";
import { awsErrorMessage } from "../../../aws/aws_error.ts";
import { retryDelayMs } from "../../../async/retry.ts";
import type { Acknowledger } from "./acknowledger.ts";
import type { QueueConfig } from "../config.ts";
import type { SettleFailures } from "./failed_message.ts";
import { Lease, LeaseEndedError } from "./lease.ts";
import { parseNotification } from "./notification.ts";
import type { Queue, QueueMessage } from "./queue.ts";
import type { Successes } from "./successes.ts";
import type { Place } from "./workers.ts";
import { CountedTries, type DeliveryFailure, type ObjectContext, type Patience, tryDeliver } from "../try_deliver.ts";

/** After so many failures, or when it fails for so long, an object is its message's own trouble, where others are read. */
const FEW_TRIES = 3;
const LONG_MS = 60_000;
const MAX_GROWN_VISIBILITY_MS = 11 * 3_600_000;

/** What work on messages needs, the same for all of them. */
export interface MessageContext extends ObjectContext {
  readonly queue: Queue;
  readonly acknowledger: Acknowledger;
  readonly settle: SettleFailures;
  readonly config: Pick<QueueConfig, "visibility_timeout">;
  readonly successes: Successes;
  /** How often an object is tried before it counts as failed, where others say nothing about it. Unset: as others fare. */
  readonly tries?: number | undefined;
  /** Aborted when nothing more is received. */
  readonly draining: AbortSignal;
  /** Gives up: what is unfinished is returned at once. */
  readonly signal: AbortSignal;
}

/** What the work on one message has for itself. */
interface Work {
  readonly context: MessageContext;
  readonly place: Place;
  readonly signal: AbortSignal;
}

/** How the work on a message ended. The worker is free then; a delete may still be under way. */
export type MessageOutcome =
  | { readonly kind: "done"; readonly deleted: Promise<boolean> }
  /** Hidden for a while, as trying again at once cannot help. */
  | { readonly kind: "set_aside" }
  /** Given back to be received again at once, or on its way back by itself (`lost`). */
  | {
    readonly kind: "returned";
    readonly reason: "stopping" | "failed" | "held_too_long" | "lost";
    /** Settles once the queue has answered; never rejects. */
    readonly givenBack: Promise<void>;
  };

/** One received message, from its receipt until it is deleted or back in the queue. Never rejects. */
export async function handleMessage(
  message: QueueMessage,
  { context, place }: { context: MessageContext; place: Place },
): Promise<MessageOutcome> {
  const lease = hold(message, context);
  try {
    const isDone = await process(message, { context, place, signal: lease.signal });
    if (isDone) return { kind: "done", deleted: remove(message, { context, lease }) };
    await lease.giveBack(grownVisibilityMs(message, context.config.visibility_timeout));
    return { kind: "set_aside" };
  } catch (error) {
    return giveUp(message, { context, lease, error });
  }
}

/** Gives a message back that no work was begun on. */
export function returnUnbegun(message: QueueMessage, context: MessageContext): MessageOutcome {
  context.events.emit("awss3.message_returned", { message_id: message.id, reason: "stopping" });
  return { kind: "returned", reason: "stopping", givenBack: hold(message, context).giveBack(0) };
}

function hold(message: QueueMessage, { queue, events, config, signal }: MessageContext): Lease {
  return new Lease(message, { queue, events, visibilityTimeoutMs: config.visibility_timeout, giveUp: signal });
}

/** Does what the message asks for; true when it may be deleted. */
async function process(message: QueueMessage, work: Work): Promise<boolean> {
  const { context, place, signal } = work;
  const { objects } = message;
  await place.take(signal);
  const notification = objects === undefined ? parseNotification(message.body) : { kind: "objects" as const, objects };
  if (notification.kind === "unknown") {
    const failure = { reason: "not_a_notification", error: notification.problem, source: undefined } as const;
    return await context.settle(message, [failure]);
  }
  if (notification.kind === "ignored") {
    context.events.emit("awss3.message_ignored", { message_id: message.id, reason: notification.reason });
    return true;
  }
  // One after the other; one that fails does not stop the others.
  const failures: DeliveryFailure[] = [];
  for (const object of notification.objects) {
    const failure = await tryDeliver(object, { context, patience: patienceFor(work), signal });
    if (failure !== undefined) failures.push(failure);
  }
  const transient = failures.find(({ reason }) => reason === "transient");
  if (context.once && context.tries === undefined && transient !== undefined) await untilOthersSucceed(transient, work);
  return failures.length === 0 || await context.settle(message, failures);
}

/**
 * How long the work on an object goes on that fails: while nothing else succeeds either, as the store is at fault then, which
 * costs no receipt. Once it failed a few times the worker is left to others, which shows whose fault it is.
 */
function patienceFor({ context: { tries, once, successes }, place }: Work): Patience {
  if (tries !== undefined || once) return new CountedTries(tries ?? 1);
  let failures = 0;
  let begunMs: number | undefined;
  let failedMs: number | undefined;
  return {
    async begin(signal) {
      await place.take(signal);
      begunMs ??= performance.now();
    },
    failed() {
      const nowMs = performance.now();
      failedMs ??= nowMs;
      if (++failures < FEW_TRIES && nowMs - (begunMs ?? nowMs) < LONG_MS) return true;
      // What went well before it failed does not show that the store works now.
      if (successes.since(failedMs)) return false;
      place.leave();
      return true;
    },
  };
}

/**
 * In `once`: waits until another message shows that the store works, so that this one is set aside.
 *
 * @throws {Error} none did when nothing more is received, or as many failed as there are workers: the store is at fault.
 */
async function untilOthersSucceed({ error }: DeliveryFailure, { context, place, signal }: Work): Promise<void> {
  const { successes, draining } = context;
  if (place.leave()) await abortable(successes.any, AbortSignal.any([draining, signal])).catch(() => {});
  signal.throwIfAborted();
  if (!successes.since(-Infinity)) throw new Error(error);
}

/** For how long a message that failed stays hidden: longer after each receipt, up to 11 hours. */
export function grownVisibilityMs({ receiveCount }: QueueMessage, visibilityTimeoutMs: number): number {
  const maxMs = Math.max(visibilityTimeoutMs, MAX_GROWN_VISIBILITY_MS);
  return retryDelayMs({ initialMs: visibilityTimeoutMs, factor: 2, maxMs }, receiveCount);
}

/** Deletes the message; it stays hidden until that is done. */
async function remove(
  message: QueueMessage,
  { context, lease }: { context: MessageContext; lease: Lease },
): Promise<boolean> {
  const isDeleted = await context.acknowledger.delete(message);
  lease.end();
  if (isDeleted) context.events.emit("awss3.message_done", { message_id: message.id });
  return isDeleted;
}

function giveUp(
  message: QueueMessage,
  { context, lease, error }: { context: MessageContext; lease: Lease; error: unknown },
): MessageOutcome {
  if (error instanceof LeaseEndedError && error.reason === "lost") {
    return { kind: "returned", reason: "lost", givenBack: Promise.resolve() };
  }
  const reason = error instanceof LeaseEndedError ? "held_too_long" : context.signal.aborted ? "stopping" : "failed";
  context.events.emit("awss3.message_returned", {
    message_id: message.id,
    reason,
    ...(reason === "failed" ? { error: awsErrorMessage(error) } : {}),
  });
  return { kind: "returned", reason, givenBack: lease.giveBack(0) };
}
