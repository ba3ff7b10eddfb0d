/** S3 and SQS for tests: an emulator with one bucket, one queue with its dead-letter queue, and AWS's own messages. */
import { gzipSync } from "node:zlib";
import { Emulator } from "../../src/commands/demo/emulator.ts";
import { REGION, s3Event, type StoredObject } from "../../src/commands/demo/s3_event.ts";

export type { StoredObject } from "../../src/commands/demo/s3_event.ts";

/** How a notification reaches the queue. */
export type NotificationForm = "s3" | "sns" | "sns_raw" | "eventbridge" | "sns_eventbridge";

export interface AwsOptions {
  /** Default of the queue, in seconds. */
  readonly visibilityTimeoutSeconds?: number;
  /** Of the redrive policy. */
  readonly maxReceiveCount?: number;
  /** Longest long poll, whatever is asked for. */
  readonly maxWaitSeconds?: number;
}

/** A message as it lies in a queue. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: string;
  readonly receiveCount: number;
}

export interface QueueState {
  readonly visible: readonly QueuedMessage[];
  readonly inFlight: readonly QueuedMessage[];
}

export const BUCKET = "bedrock-logs";
const QUEUE = "invocations";
const DEAD_LETTER_QUEUE = "invocations-dlq";

export class Aws implements AsyncDisposable {
  readonly #emulator: Emulator;
  readonly queueUrl: string;

  private constructor(emulator: Emulator, queueUrl: string) {
    this.#emulator = emulator;
    this.queueUrl = queueUrl;
  }

  static async start(options: AwsOptions = {}): Promise<Aws> {
    const { visibilityTimeoutSeconds = 30, maxReceiveCount = 3, maxWaitSeconds = 0.1 } = options;
    const emulator = await Emulator.start({ maxWaitSeconds });
    await emulator.createBucket(BUCKET);
    await emulator.createQueue(DEAD_LETTER_QUEUE);
    const queueUrl = await emulator.createQueue(QUEUE, {
      VisibilityTimeout: String(visibilityTimeoutSeconds),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: emulator.queueArn(DEAD_LETTER_QUEUE), maxReceiveCount }),
    });
    return new Aws(emulator, queueUrl);
  }

  get endpoint(): string {
    return this.#emulator.endpoint;
  }

  /** Writes an object: bytes as they are, records as NDJSON; `gzip` compresses first (default: for keys in `.gz`). */
  putLogs(
    key: string,
    content: Uint8Array | string | readonly unknown[],
    { gzip = key.endsWith(".gz") }: { gzip?: boolean } = {},
  ): Promise<StoredObject> {
    const plain = content instanceof Uint8Array
      ? content
      : new TextEncoder().encode(typeof content === "string" ? content : ndjson(content));
    return this.#emulator.putObject({ bucket: BUCKET, key }, gzip ? gzipSync(plain, { level: 1 }) : plain);
  }

  /** Announces objects in one message (EventBridge: one message for each object). */
  async notify(
    objects: readonly StoredObject[],
    { form = "s3" as NotificationForm, eventName = "ObjectCreated:Put" } = {},
  ) {
    for (const body of notifications(objects, { form, eventName })) await this.send(body);
  }

  async send(body: string): Promise<void> {
    await this.#emulator.sendMessage(this.queueUrl, body);
  }

  /** Makes a call of the SQS JSON protocol on the queue. */
  sqs(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#emulator.sqs(operation, { QueueUrl: this.queueUrl, ...input });
  }

  /** What S3 sends to a queue when notifications are configured. */
  async sendTestEvent({ sns = false } = {}): Promise<void> {
    const event = JSON.stringify({
      Service: "Amazon S3",
      Event: "s3:TestEvent",
      Time: new Date().toISOString(),
      Bucket: BUCKET,
      RequestId: "5582815E1AEA5ADF",
      HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR",
    });
    await this.send(sns ? snsEnvelope(event) : event);
  }

  /** Puts records into an object and announces it. */
  async publish(key: string, content: Uint8Array | string | readonly unknown[]): Promise<StoredObject> {
    const object = await this.putLogs(key, content);
    await this.notify([object]);
    return object;
  }

  queueState(): Promise<QueueState> {
    return this.#inspect(QUEUE);
  }

  deadLetterQueueState(): Promise<QueueState> {
    return this.#inspect(DEAD_LETTER_QUEUE);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#emulator[Symbol.asyncDispose]();
  }

  async #inspect(name: string): Promise<QueueState> {
    const response = await fetch(`${this.endpoint}/_fauxqs/queues/${name}`);
    const { messages } = await response.json() as { messages: InspectedMessages };
    const now = Date.now();
    // The emulator moves expired messages only when somebody receives.
    const expired = messages.inflight.filter((entry) => entry.visibilityDeadline <= now);
    const inFlight = messages.inflight.filter((entry) => entry.visibilityDeadline > now);
    return {
      visible: [...messages.ready, ...expired.map((entry) => entry.message)].map(queuedMessage),
      inFlight: inFlight.map((entry) => queuedMessage(entry.message)),
    };
  }
}

interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly approximateReceiveCount: number;
}
interface InspectedMessages {
  readonly ready: InspectedMessage[];
  readonly inflight: { readonly message: InspectedMessage; readonly visibilityDeadline: number }[];
}

function queuedMessage({ messageId, body, approximateReceiveCount }: InspectedMessage): QueuedMessage {
  return { id: messageId, body, receiveCount: approximateReceiveCount };
}

/** Records as Bedrock writes them: one JSON text a line. */
export function ndjson(records: readonly unknown[]): string {
  return records.map((record) => JSON.stringify(record) + "\n").join("");
}

/** The bodies of the messages that tell of these objects. */
export function notifications(
  objects: readonly StoredObject[],
  { form, eventName = "ObjectCreated:Put" }: { form: NotificationForm; eventName?: string },
): string[] {
  const s3 = () => JSON.stringify(s3Event(objects, { eventName }));
  switch (form) {
    case "s3":
    case "sns_raw": // raw message delivery: the notification as it is
      return [s3()];
    case "sns":
      return [snsEnvelope(s3())];
    case "eventbridge":
      return objects.map((object) => JSON.stringify(eventBridgeEvent(object)));
    case "sns_eventbridge":
      return objects.map((object) => snsEnvelope(JSON.stringify(eventBridgeEvent(object))));
  }
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html#http-notification-json */
function snsEnvelope(message: string): string {
  return JSON.stringify({
    Type: "Notification",
    MessageId: crypto.randomUUID(),
    TopicArn: `arn:aws:sns:${REGION}:123456789012:bedrock-logs`,
    Subject: "Amazon S3 Notification",
    Message: message,
    Timestamp: new Date().toISOString(),
    SignatureVersion: "1",
    Signature: "EXAMPLEpH+DcEwjAPg8O9mY8dReBSwksfg2S7WKQcikcNKWLQjwu6A4VbeS0QHVCkhRS7fUQvi2egU3N858fiTDN6bkk",
    SigningCertURL: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem`,
    UnsubscribeURL: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html: the key is not URL-encoded here. */
function eventBridgeEvent(object: StoredObject): Record<string, unknown> {
  return {
    version: "0",
    id: crypto.randomUUID(),
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "123456789012",
    time: new Date().toISOString(),
    region: REGION,
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: "0",
      bucket: { name: object.bucket },
      object: { key: object.key, size: object.sizeBytes, etag: object.etag, sequencer: "617F08299329D189" },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "123456789012",
      "source-ip-address": "192.0.2.7",
      reason: "PutObject",
    },
  };
}
