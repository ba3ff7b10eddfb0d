/** AWS's services on one loopback endpoint, and the one bucket and queue that most tests are about. */
import { gzipSync } from "node:zlib";
import type { StoredObject } from "../../src/aws/s3/s3_event.ts";
import { orError } from "./aws_service.ts";
import { Bedrock } from "./bedrock.ts";
import { CloudWatch } from "./cloudwatch.ts";
import { CloudWatchLogs } from "./cloudwatch_logs.ts";
import { HttpServer } from "./http_server.ts";
import { MemoryQueue, type QueueState } from "./memory_queue.ts";
import { type NotificationForm, notifications, testEvent } from "./notifications.ts";
import { S3 } from "./s3.ts";
import { Sqs } from "./sqs.ts";

export const BUCKET = "bedrock-logs";
const QUEUE = "invocations";
const DEAD_LETTER_QUEUE = "invocations-dlq";

export interface AwsOptions {
  /** Default of the queue, in seconds. */
  readonly visibilityTimeoutSeconds?: number;
  /** Of the redrive policy. */
  readonly maxReceiveCount?: number;
  /** Longest long poll, whatever is asked for. */
  readonly maxWaitSeconds?: number;
}

/** Each service is in memory, behind its own property; the endpoint speaks for all of them. */
export class Aws implements AsyncDisposable {
  readonly s3 = new S3();
  readonly sqs: Sqs;
  readonly logs = new CloudWatchLogs();
  readonly cloudWatch = new CloudWatch();
  readonly bedrock = new Bedrock();
  /** The bucket {@linkcode BUCKET}. */
  readonly bucket = this.s3.bucket(BUCKET);
  /** A queue whose messages go to {@linkcode deadLetterQueue} once they were received too often. */
  readonly queue = new MemoryQueue();
  readonly deadLetterQueue = new MemoryQueue();
  /** How many requests came, answered or not. */
  requests = 0;
  #server: HttpServer | undefined;

  private constructor({ visibilityTimeoutSeconds = 30, maxReceiveCount = 3, maxWaitSeconds = 0.1 }: AwsOptions) {
    this.sqs = new Sqs({ maxWaitMs: maxWaitSeconds * 1000 });
    this.sqs.add(QUEUE, this.queue);
    this.sqs.add(DEAD_LETTER_QUEUE, this.deadLetterQueue);
    this.queue.visibilityTimeoutMs = visibilityTimeoutSeconds * 1000;
    this.queue.redriveMaxReceiveCount = maxReceiveCount;
    this.queue.deadLetterQueue = this.deadLetterQueue;
  }

  static async start(options: AwsOptions = {}): Promise<Aws> {
    const aws = new Aws(options);
    const services = [aws.sqs, aws.logs, aws.cloudWatch, aws.bedrock];
    aws.#server = await HttpServer.start((request) => {
      aws.requests++;
      const service = services.find((service) => service.isFor(request)) ?? aws.s3;
      return orError(() => service.answer(request));
    }, { keep: false });
    return aws;
  }

  /** `http://127.0.0.1:PORT`, of all services. */
  get endpoint(): string {
    if (this.#server === undefined) throw new Error("The services were not started");
    return this.#server.url;
  }

  get queueUrl(): string {
    return this.sqs.urlOf(QUEUE, this.endpoint);
  }

  /** Writes an object: bytes as they are, records as NDJSON; `gzip` compresses first (default: for keys in `.gz`). */
  putLogs(
    key: string,
    content: Uint8Array | string | readonly unknown[],
    { gzip = key.endsWith(".gz") }: { gzip?: boolean } = {},
  ): StoredObject {
    const plain = content instanceof Uint8Array
      ? content
      : new TextEncoder().encode(typeof content === "string" ? content : ndjson(content));
    const bytes = gzip ? gzipSync(plain, { level: 1 }) : plain;
    return { bucket: BUCKET, key, sizeBytes: bytes.length, etag: this.bucket.put(key, bytes) };
  }

  /** Announces objects in one message (EventBridge: one message for each object). */
  notify(
    objects: readonly StoredObject[],
    { form = "s3" as NotificationForm, eventName = "ObjectCreated:Put" } = {},
  ): void {
    for (const body of notifications(objects, { form, eventName })) this.send(body);
  }

  send(body: string): void {
    this.queue.put(body);
  }

  /** What S3 sends to a queue when notifications are configured. */
  sendTestEvent({ sns = false } = {}): void {
    this.send(testEvent(BUCKET, { sns }));
  }

  /** Puts records into an object and announces it. */
  publish(key: string, content: Uint8Array | string | readonly unknown[]): StoredObject {
    const object = this.putLogs(key, content);
    this.notify([object]);
    return object;
  }

  /** Publishes each record as an object of its own. */
  publishEach(records: readonly unknown[]): void {
    for (const [at, record] of records.entries()) this.publish(`${at}.json`, [record]);
  }

  queueState(): QueueState {
    return this.queue.state();
  }

  deadLetterQueueState(): QueueState {
    return this.deadLetterQueue.state();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.sqs.stop();
    await this.#server?.[Symbol.asyncDispose]();
  }
}

/** Records as Bedrock writes them: one JSON text a line. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => JSON.stringify(record) + "\n").join("");
}
