import { REGION, type StoredObject } from "./s3_event.ts";

/** The account that the emulator's queues are in. */
const ACCOUNT_ID = "000000000000";

interface App {
  addHook(name: "preHandler", hook: (request: { body: unknown }, reply: unknown, done: () => void) => void): void;
  listen(options: { host: string; port: number }): Promise<string>;
  close(): Promise<void>;
}

/** An S3 and an SQS server in this process, on a loopback port, and the few calls that put something into them. */
export class Emulator implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, of both services. */
  readonly endpoint: string;
  readonly #app: App;

  private constructor(app: App, endpoint: string) {
    this.#app = app;
    this.endpoint = endpoint;
  }

  /** `maxWaitSeconds` shortens SQS's long polls, so that tests need not wait for an empty queue. */
  static async start({ maxWaitSeconds = 20 } = {}): Promise<Emulator> {
    // Only here: nothing but the demo and the tests needs the emulator.
    const { buildApp } = await import("fauxqs");
    const app = buildApp({ logger: false }) as unknown as App;
    app.addHook("preHandler", ({ body }, _reply, done) => {
      const input = body as { WaitTimeSeconds?: number } | null | undefined;
      if (input?.WaitTimeSeconds !== undefined) {
        input.WaitTimeSeconds = Math.min(input.WaitTimeSeconds, maxWaitSeconds);
      }
      done();
    });
    return new Emulator(app, await app.listen({ host: "127.0.0.1", port: 0 }));
  }

  async createBucket(bucket: string): Promise<void> {
    await this.#put(`/${bucket}`, undefined);
  }

  /** Returns the queue's URL. `attributes` are those of CreateQueue. */
  async createQueue(name: string, attributes: Record<string, string> = {}): Promise<string> {
    await this.sqs("CreateQueue", { QueueName: name, Attributes: attributes });
    // The URL that CreateQueue answers names a host that resolves nowhere.
    return `${this.endpoint}/${ACCOUNT_ID}/${name}`;
  }

  /** The ARN of a queue, as a redrive policy names it. */
  queueArn(name: string): string {
    return `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${name}`;
  }

  async putObject(place: { bucket: string; key: string }, bytes: Uint8Array): Promise<StoredObject> {
    const path = place.key.split("/").map(encodeURIComponent).join("/");
    const headers = await this.#put(`/${place.bucket}/${path}`, bytes);
    return { ...place, sizeBytes: bytes.length, etag: (headers.get("etag") ?? "").replaceAll('"', "") };
  }

  async sendMessage(queueUrl: string, body: string): Promise<void> {
    // The emulator wrongly refuses characters beyond U+FFFF; in JSON they can be written as escapes.
    const MessageBody = body.replace(/[\ud800-\udfff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
    await this.sqs("SendMessage", { QueueUrl: queueUrl, MessageBody });
  }

  /** Makes one call of the SQS JSON protocol. */
  async sqs(operation: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AmazonSQS.${operation}` },
      body: JSON.stringify(input),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`Cannot call the emulator: ${operation} answered ${response.status} ${text}`);
    return text === "" ? {} : JSON.parse(text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close();
  }

  async #put(path: string, bytes: Uint8Array | undefined): Promise<Headers> {
    const body = bytes === undefined ? null : new Uint8Array(bytes);
    const response = await fetch(`${this.endpoint}${path}`, { method: "PUT", body });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`Cannot write to the emulator: ${path} answered ${response.status}`);
    return response.headers;
  }
}
