import { s3Event } from "../../aws/s3/s3_event.ts";
import { MAX_BATCH } from "../../receivers/awss3/queue/queue.ts";
import type { BackfillObject } from "./job.ts";

/** A message for the queue: an event notification as S3 sends it. */
export interface BackfillMessage {
  readonly body: string;
  readonly objects: readonly BackfillObject[];
}

/** Messages that are sent in one call. */
export interface MessageBatch {
  readonly messages: readonly BackfillMessage[];
  /** Of all messages. */
  readonly objects: readonly BackfillObject[];
}

/** SQS takes about so many bytes in one call. */
const MAX_BYTES = 250_000;

const encoder = new TextEncoder();

/** Messages that announce objects, up to `objectsPerMessage` in each, in batches that SQS takes in one call. */
export async function* messageBatches(
  objects: AsyncIterable<BackfillObject>,
  { objectsPerMessage, region }: { objectsPerMessage: number; region: string | undefined },
): AsyncGenerator<MessageBatch, void, void> {
  let batch: BackfillMessage[] = [];
  let bytes = 0;
  for await (const group of groupsOf(objects, objectsPerMessage)) {
    for (const message of messagesOf(group, region)) {
      const size = encoder.encode(message.body).length;
      if (batch.length === MAX_BATCH || bytes + size > MAX_BYTES) {
        yield batchOf(batch);
        batch = [];
        bytes = 0;
      }
      batch.push(message);
      bytes += size;
    }
  }
  if (batch.length > 0) yield batchOf(batch);
}

function batchOf(messages: readonly BackfillMessage[]): MessageBatch {
  return { messages, objects: messages.flatMap(({ objects }) => objects) };
}

async function* groupsOf<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[], void, void> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** One message, or two halves where it would be too large for SQS. */
function messagesOf(objects: readonly BackfillObject[], region: string | undefined): BackfillMessage[] {
  const body = JSON.stringify(s3Event(objects, { region }));
  if (objects.length === 1 || encoder.encode(body).length <= MAX_BYTES) return [{ body, objects }];
  const middle = objects.length >> 1;
  return [...messagesOf(objects.slice(0, middle), region), ...messagesOf(objects.slice(middle), region)];
}
