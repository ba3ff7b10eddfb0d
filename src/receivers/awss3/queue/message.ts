import { awsErrorMessage } from "../../../aws/aws_error.ts";
import type { DeadLetter } from "../../../component/component.ts";
import type { Acknowledger } from "./acknowledger.ts";
import type { QueueConfig } from "../config.ts";
import { deliverObjects, type ObjectContext } from "../deliver_objects.ts";
import { Lease, LeaseEndedError } from "./lease.ts";
import { parseNotification } from "./notification.ts";
import { grownVisibilityMs, type Poison, poisonRecord } from "../poison.ts";
import type { Queue, QueueMessage } from "./queue.ts";

/** What work on messages needs, the same for all of them. */
export interface MessageContext extends ObjectContext {
  readonly queue: Queue;
  readonly acknowledger: Acknowledger;
  readonly deadLetter: DeadLetter | undefined;
  readonly config: Pick<QueueConfig, "queue_url" | "visibility_timeout" | "sqs">;
  /** Gives up: what is unfinished is returned at once. */
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
    /** Settles when the queue was told; never rejects. */
    readonly givenBack: Promise<void>;
  };

/** One received message, from its receipt until it is deleted or back in the queue. Never rejects. */
export async function handleMessage(message: QueueMessage, context: MessageContext): Promise<MessageOutcome> {
  const lease = hold(message, context);
  try {
    const isDone = await process(message, { context, signal: lease.signal });
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
async function process(
  message: QueueMessage,
  { context, signal }: { context: MessageContext; signal: AbortSignal },
): Promise<boolean> {
  const notification = parseNotification(message.body);
  if (notification.kind === "unknown") {
    const poison = { reason: "not_a_notification", problem: notification.problem, object: undefined } as const;
    return await settlePoison(message, { context, poison: [poison] });
  }
  if (notification.kind === "ignored") {
    context.events.emit("awss3.message_ignored", { message_id: message.id, reason: notification.reason });
    return true;
  }
  const { poison, refused } = await deliverObjects(notification.objects, { context, signal });
  const [refusal] = refused;
  if (refusal !== undefined) {
    context.events.emit("awss3.message_refused", {
      message_id: message.id,
      error: refusal.message,
      receive_count: message.receiveCount,
    });
  }
  const isSettled = poison.length === 0 || await settlePoison(message, { context, poison });
  return isSettled && refusal === undefined;
}

/** Says what is wrong with a message; true when it is safe elsewhere, or to be deleted all the same. */
async function settlePoison(
  message: QueueMessage,
  { context, poison }: { context: MessageContext; poison: readonly Poison[] },
): Promise<boolean> {
  const { events, deadLetter, config: { sqs, queue_url: queueUrl } } = context;
  const { id: message_id, receiveCount: receive_count } = message;
  for (const { reason, problem, object } of poison) {
    events.emit("awss3.poison", { message_id, reason, source: object, error: problem, receive_count });
  }
  if (message.receiveCount < sqs.max_receive_count) return false;
  if (deadLetter !== undefined) {
    try {
      for (const one of poison) await deadLetter.write([poisonRecord(one, { message, queueUrl })], one.problem);
      return true;
    } catch {
      // The dead letter has said so; the message stays until it can be written.
      return false;
    }
  }
  if (sqs.delete_poison_messages) events.emit("awss3.poison_deleted", { message_id, receive_count });
  return sqs.delete_poison_messages;
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
