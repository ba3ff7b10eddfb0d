import { receivedRecord } from "../../decode/log_records.ts";
import type { UnreadableReason } from "../../decode/object_error.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { QueueMessage } from "./queue/queue.ts";

/** Why a message, or one object of it, can never be delivered by trying again. */
export interface Poison {
  readonly reason: "not_a_notification" | "bucket_not_allowed" | UnreadableReason;
  /** What was in the way, for people. Holds no content. */
  readonly problem: string;
  /** The object's place (`s3://bucket/key`); undefined when it is the message itself. */
  readonly object: string | undefined;
}

const MAX_GROWN_VISIBILITY_MS = 11 * 3_600_000;

/** For how long a message that failed stays hidden: longer after each receipt, up to 11 hours. */
export function grownVisibilityMs(message: QueueMessage, visibilityTimeoutMs: number): number {
  const grownMs = visibilityTimeoutMs * 2 ** (message.receiveCount - 1);
  return Math.max(visibilityTimeoutMs, Math.min(grownMs, MAX_GROWN_VISIBILITY_MS));
}

/**
 * The record that stands for a poison message in the dead letter: where the object is, or the message's text where no
 * object is known.
 */
export function poisonRecord(
  { object, problem }: Poison,
  { message, queueUrl }: { message: QueueMessage; queueUrl: string },
): LogRecord {
  const isObject = object !== undefined;
  return letterRecord({
    source: object ?? `sqs:${queueUrl}`,
    position: isObject ? 0 : message.id,
    id: message.id,
    attributes: { "error.message": problem, "aws.sqs.message_id": message.id },
    ...(isObject ? {} : { body: message.body }),
  });
}

/** The record that stands in the dead letter for an object that cannot be read, from `position` on. */
export function unreadableRecord(
  { object, problem }: { object: string; problem: string },
  position: number,
): LogRecord {
  return letterRecord({ source: object, position, id: object, attributes: { "error.message": problem } });
}

function letterRecord(
  { source, position, id, attributes, body }: {
    source: string;
    position: number | string;
    id: string;
    attributes: Record<string, string>;
    body?: string;
  },
): LogRecord {
  const sizeBytes = body?.length ?? 0;
  const record = receivedRecord({
    ...(body === undefined ? {} : { body }),
    attributes,
    sizeBytes,
    origin: { source: { name: source }, position, id, sizeBytes },
  });
  return { ...record, hrTime: record.hrTimeObserved };
}
