import { priceOf } from "../../aws/prices.ts";
import { MAX_BATCH } from "../../receivers/awss3/queue/queue.ts";
import { count } from "../counted.ts";
import { size } from "./progress.ts";
import type { Source } from "./source.ts";

export interface EstimateOptions {
  /** Unset: the objects go straight through a pipeline. */
  readonly objectsPerMessage: number | undefined;
}

/** What a backfill would do, in lines for people. Nothing is read but the listing. */
export async function estimate(source: Source, { objectsPerMessage }: EstimateOptions): Promise<string> {
  let objects = 0;
  let bytes = 0;
  for await (const object of source.objects()) {
    objects++;
    bytes += object.sizeBytes;
  }
  const messages = objectsPerMessage === undefined ? 0 : Math.ceil(objects / objectsPerMessage);
  const batches = Math.ceil(messages / MAX_BATCH);
  // Sent here, received and deleted by those who read the queue.
  const sqs = 3 * batches;
  // Once to count and once to read.
  const lists = 2 * source.listRequests;
  const dollars = lists * priceOf("S3", "ListObjectsV2", {}) + objects * priceOf("S3", "GetObject", {}) +
    sqs * priceOf("SQS", "SendMessageBatch", {});
  const cost = dollars < 0.01 ? "less than $0.01" : `about $${dollars.toFixed(2)}`;
  const sending = `, ${count(batches)} to send messages, about ${count(2 * batches)} to receive and delete them`;
  const lines = [
    `Objects:  ${count(objects)}${bytes === 0 ? "" : `, ${size(bytes)} as they are stored`}`,
    ...source.archived === 0 ? [] : [`Archived: ${count(source.archived)} more, which have to be restored first`],
    ...messages === 0 ? [] : [`Messages: ${count(messages)}`],
    `Requests: ${count(lists)} to list, ${count(objects)} to read objects${messages === 0 ? "" : sending}`,
    `Cost:     ${cost} for requests at the list prices of us-east-1; transfer and KMS come on top`,
    "Nothing was sent: this was a dry run",
  ];
  return lines.map((line) => `${line}\n`).join("");
}
