import { emptyResource } from "@opentelemetry/resources";
import type { UnreadableReason } from "../../objects/object_error.ts";
import type { LogRecord } from "../../pipeline/batch.ts";
import type { QueueMessage } from "./queue.ts";

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
  poison: Poison,
  { message, queueUrl }: { message: QueueMessage; queueUrl: string },
): LogRecord {
  const now = hrTimeNow();
  const sizeBytes = poison.object === undefined ? message.body.length : 0;
  return {
    hrTime: now,
    hrTimeObserved: now,
    ...(poison.object === undefined ? { body: message.body } : {}),
    attributes: { "error.message": poison.problem, "aws.sqs.message_id": message.id },
    droppedAttributesCount: 0,
    resource: emptyResource(),
    instrumentationScope: { name: "bedrock-otel" },
    sizeBytes,
    origin: {
      source: { name: poison.object ?? `sqs:${queueUrl}` },
      position: poison.object === undefined ? message.id : 0,
      id: message.id,
      sizeBytes,
    },
  };
}

function hrTimeNow(): [number, number] {
  const nowMs = Date.now();
  return [Math.floor(nowMs / 1000), (nowMs % 1000) * 1e6];
}
