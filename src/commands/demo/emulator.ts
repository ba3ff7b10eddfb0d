import { s3Event } from "../../aws/s3/s3_event.ts";

/** Where its bucket and its queue are. */
export const REGION = "us-east-1";
const ACCOUNT_ID = "000000000000";
const QUEUE = "bedrock-logs";
const DEAD_LETTERS = `${QUEUE}-dead-letters`;

interface App {
  listen(options: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

/** An S3 and an SQS server in this process, on a loopback port: a bucket, and the queue that gets its notifications. */
export class Emulator implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, of both services. */
  readonly endpoint: string;
  readonly bucket = "bedrock-logs";
  readonly queueUrl: string;
  readonly #app: App;

  private constructor(app: App, endpoint: string) {
    this.#app = app;
    this.endpoint = endpoint;
    // The URL that CreateQueue answers names a host that resolves nowhere.
    this.queueUrl = `${endpoint}/${ACCOUNT_ID}/${QUEUE}`;
  }

  static async start(): Promise<Emulator> {
    // Only here: nothing but the demo needs it.
    const { buildApp } = await import("fauxqs");
    const app = buildApp({ logger: false }) as unknown as App;
    const emulator = new Emulator(app, await app.listen({ host: "127.0.0.1", port: 0 }));
    await emulator.#put(`/${emulator.bucket}`, null);
    await emulator.#sqs("CreateQueue", { QueueName: DEAD_LETTERS });
    const deadLetterTargetArn = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${DEAD_LETTERS}`;
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
    await emulator.#sqs("CreateQueue", { QueueName: QUEUE, Attributes: { RedrivePolicy } });
    return emulator;
  }

  /** Stores an object and announces it in the queue, as S3 does. */
  async publish(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { bucket, queueUrl: QueueUrl } = this;
    const headers = await this.#put(`/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`, bytes);
    const etag = (headers.get("etag") ?? "").replaceAll('"', "");
    const event = s3Event([{ bucket, key, sizeBytes: bytes.length, etag }], { region: REGION });
    await this.#sqs("SendMessage", { QueueUrl, MessageBody: JSON.stringify(event) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close();
  }

  /** Makes one call of the SQS JSON protocol. */
  async #sqs(operation: string, input: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#ask("", {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
      body: JSON.stringify(input),
    });
  }

  async #put(path: string, body: Uint8Array<ArrayBuffer> | null): Promise<Headers> {
    return await this.#ask(path, { method: "PUT", body });
  }

  /** The answer's headers. */
  async #ask(path: string, init: RequestInit): Promise<Headers> {
    const { ok, status, headers, body } = await fetch(this.endpoint + path, init);
    await body?.cancel();
    if (!ok) throw new Error(`Cannot fill the emulator: ${init.method} ${path} was answered ${status}`);
    return headers;
  }
}
