import type { DeadLetter } from "../../../component/component.ts";
import type { Events } from "../events.ts";
import type { QueueConfig } from "../config.ts";
import { messageEntry } from "../unreadable_record.ts";
import { type DeliveryFailure, isPermanent } from "../try_deliver.ts";
import type { QueueMessage } from "./queue.ts";

/** Deals with a message of which something is not delivered; true when it may be deleted all the same. */
export type SettleFailures = (message: QueueMessage, failures: readonly DeliveryFailure[]) => Promise<boolean>;

export interface SettleOptions {
  readonly events: Events;
  readonly deadLetter?: DeadLetter | undefined;
  readonly config: Pick<QueueConfig, "queue_url" | "sqs">;
}

/**
 * For messages of SQS: reports what failed. A message that can never be delivered may be deleted after
 * `max_receive_count` receipts, when it is in the dead letter or what it names is, or with `delete_poison_messages`.
 */
export function settleFailures(options: SettleOptions): SettleFailures {
  return async (message, failures) => {
    const { id: message_id, receiveCount: receive_count } = message;
    const refusal = failures.find(({ reason }) => reason === "refused");
    if (refusal !== undefined) {
      options.events.emit("awss3.message_refused", { message_id, error: refusal.error, receive_count });
    }
    const transient = failures.find(({ reason }) => reason === "transient");
    if (transient !== undefined) {
      const { source, error } = transient;
      options.events.emit("awss3.message_set_aside", { message_id, source, error, receive_count });
    }
    const permanent = failures.filter(isPermanent);
    const isSafe = permanent.length === 0 || await settlePermanent(message, permanent, options);
    return isSafe && permanent.length === failures.length;
  };
}

async function settlePermanent(
  message: QueueMessage,
  failures: readonly DeliveryFailure[],
  { events, deadLetter, config: { sqs, queue_url: queueUrl } }: SettleOptions,
): Promise<boolean> {
  const { id: message_id, receiveCount: receive_count } = message;
  for (const failure of failures) events.emit("awss3.poison", { message_id, ...failure, receive_count });
  if (receive_count < sqs.max_receive_count) return false;
  // A message that names no object is found nowhere else: a letter without its text would be all that is left of it.
  const isElsewhere = failures.every(({ source }) => source !== undefined);
  if (deadLetter !== undefined && (isElsewhere || deadLetter.keepsContent)) {
    try {
      for (const failure of failures) {
        await deadLetter.write([messageEntry(failure, { message, queueUrl })], failure.error, { isReported: true });
      }
      return true;
    } catch {
      // The dead letter reports it; the message stays until it can be written.
      return false;
    }
  }
  if (sqs.delete_poison_messages) events.emit("awss3.poison_deleted", { message_id, receive_count });
  return sqs.delete_poison_messages;
}
