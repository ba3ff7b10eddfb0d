import { receivedRecord } from "../../decode/log_records.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { QueueMessage } from "./queue/queue.ts";
import type { DeliveryFailure } from "./try_deliver.ts";

/**
 * The dead-letter entry of a message that cannot be processed: where the object is, or the message's text where no
 * object is known.
 */
export function messageEntry(
  { source, error }: DeliveryFailure,
  { message, queueUrl }: { message: QueueMessage; queueUrl: string },
): LogRecord {
  const isObject = source !== undefined;
  return entry({
    source: source ?? `sqs:${queueUrl}`,
    position: isObject ? 0 : message.id,
    id: message.id,
    attributes: { "error.message": error, "aws.sqs.message_id": message.id },
    ...(isObject ? {} : { body: message.body }),
  });
}

/** The dead-letter entry of an object that cannot be read, from `position` on. */
export function objectEntry({ source, error }: { source: string; error: string }, position: number): LogRecord {
  return entry({ source, position, id: source, attributes: { "error.message": error } });
}

function entry(
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
