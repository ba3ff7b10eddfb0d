/** For tests: a queue that behaves like SQS, and objects in memory. */
import { emptyResource } from "@opentelemetry/resources";
import type { LogRecord } from "../../component/batch.ts";
import type { DeleteFailure, Queue, QueueDepth, QueueMessage, ReceiveOptions } from "./queue/queue.ts";

const LIMIT_MS = 12 * 3_600_000;

interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  visibleAtMs: number;
  receivedAtMs: number;
  receiveCount: number;
  receiptHandle: string;
}

/** Honours visibility time-outs, counts receipts, and moves what is received too often to `deadLetters`. */
export class FakeQueue implements Queue {
  readonly stored = new Map<string, StoredMessage>();
  readonly deadLetters: StoredMessage[] = [];
  readonly deletedIds: string[] = [];
  readonly deleteCalls: number[] = [];
  readonly extensions: { id: string; atMs: number; visibilityTimeoutMs: number }[] = [];
  receiveCalls = 0;
  redriveMaxReceiveCount: number | undefined;
  /** Called before each call; may throw. */
  before: (call: "receive" | "delete" | "changeVisibility" | "hasRedrivePolicy" | "depth") => void | Promise<void> =
    () => {};
  /** Deletes of these ids fail so many more times. */
  readonly failDeletes = new Map<string, number>();
  isClosed = false;
  #nextId = 1;
  #changed = Promise.withResolvers<void>();

  put(body: string): string {
    const id = `m${this.#nextId++}`;
    const nowMs = Date.now();
    const fresh = { visibleAtMs: nowMs, receivedAtMs: 0, receiveCount: 0, receiptHandle: "" };
    this.stored.set(id, { id, body, sentMs: nowMs, ...fresh });
    this.#tell();
    return id;
  }

  message(id: string): StoredMessage {
    const message = this.stored.get(id);
    if (message === undefined) throw new Error(`No message ${id} in the queue`);
    return message;
  }

  /** Ids of the messages that can be received now. */
  get visibleIds(): string[] {
    return [...this.stored.values()].filter(({ visibleAtMs }) => visibleAtMs <= Date.now()).map(({ id }) => id);
  }

  async receive({ maxMessages, waitMs, visibilityTimeoutMs, signal }: ReceiveOptions): Promise<QueueMessage[]> {
    this.receiveCalls++;
    await this.before("receive");
    const endMs = Date.now() + waitMs;
    for (;;) {
      if (signal.aborted) throw sdkError("AbortError", "Request aborted");
      const messages = this.#take(maxMessages, visibilityTimeoutMs);
      if (messages.length > 0 || Date.now() >= endMs) return messages;
      await this.#wait(endMs, signal);
    }
  }

  async delete(messages: readonly QueueMessage[]): Promise<DeleteFailure[]> {
    await this.before("delete");
    this.deleteCalls.push(messages.length);
    return messages.flatMap((message): DeleteFailure[] => {
      const left = this.failDeletes.get(message.id) ?? 0;
      if (left > 0) {
        this.failDeletes.set(message.id, left - 1);
        return [{ message, isReceiptGone: false, problem: "InternalError: try again" }];
      }
      if (this.stored.get(message.id)?.receiptHandle !== message.receiptHandle) {
        return [{ message, isReceiptGone: true, problem: "ReceiptHandleIsInvalid: expired" }];
      }
      this.stored.delete(message.id);
      this.deletedIds.push(message.id);
      return [];
    });
  }

  async changeVisibility(message: QueueMessage, visibilityTimeoutMs: number): Promise<void> {
    await this.before("changeVisibility");
    const stored = this.stored.get(message.id);
    if (stored?.receiptHandle !== message.receiptHandle || stored.visibleAtMs <= Date.now()) {
      throw sdkError("MessageNotInflight", "The message is not in flight");
    }
    if (Date.now() + visibilityTimeoutMs - stored.receivedAtMs > LIMIT_MS) {
      throw sdkError("InvalidParameterValue", "Total VisibilityTimeout is beyond the limit [43200 seconds]");
    }
    stored.visibleAtMs = Date.now() + visibilityTimeoutMs;
    this.extensions.push({ id: message.id, atMs: Date.now(), visibilityTimeoutMs });
    this.#tell();
  }

  async hasRedrivePolicy(): Promise<boolean> {
    await this.before("hasRedrivePolicy");
    return this.redriveMaxReceiveCount !== undefined;
  }

  async depth(): Promise<QueueDepth> {
    await this.before("depth");
    const visible = this.visibleIds.length;
    return { visible, inFlight: this.stored.size - visible, delayed: 0 };
  }

  close(): void {
    this.isClosed = true;
  }

  #take(maxMessages: number, visibilityTimeoutMs: number): QueueMessage[] {
    const taken: QueueMessage[] = [];
    for (const message of this.stored.values()) {
      if (taken.length === maxMessages) break;
      if (message.visibleAtMs > Date.now()) continue;
      if (message.receiveCount >= (this.redriveMaxReceiveCount ?? Infinity)) {
        this.stored.delete(message.id);
        this.deadLetters.push(message);
        continue;
      }
      message.receiveCount++;
      message.receiptHandle = `${message.id}#${message.receiveCount}`;
      message.receivedAtMs = Date.now();
      message.visibleAtMs = Date.now() + visibilityTimeoutMs;
      const { id, body, receiptHandle, receiveCount, sentMs } = message;
      taken.push({ id, body, receiptHandle, receiveCount, sentMs });
    }
    return taken;
  }

  async #wait(endMs: number, signal: AbortSignal): Promise<void> {
    const next = Math.min(endMs, ...[...this.stored.values()].map(({ visibleAtMs }) => visibleAtMs));
    const woken = Promise.withResolvers<void>();
    const timer = setTimeout(woken.resolve, Math.max(1, next - Date.now()));
    signal.addEventListener("abort", () => woken.resolve(), { once: true });
    await Promise.race([woken.promise, this.#changed.promise]);
    clearTimeout(timer);
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** An error as the AWS SDK throws it. */
export function sdkError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** The body of an S3 event notification for these keys of the bucket `logs`. */
export function s3Notification(keys: readonly string[], { bucket = "logs", region = "us-east-1" } = {}): string {
  return JSON.stringify({
    Records: keys.map((key) => ({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: bucket }, object: { key: encodeURIComponent(key).replaceAll("%20", "+") } },
    })),
  });
}

/** A record with this text, found at `position` of an object. */
export function textRecord(text: string, { name = "s3://logs/a", position = 0 } = {}): LogRecord {
  return {
    hrTime: [0, 0],
    hrTimeObserved: [0, 0],
    body: text,
    attributes: {},
    droppedAttributesCount: 0,
    resource: emptyResource(),
    instrumentationScope: { name: "test" },
    sizeBytes: text.length,
    origin: { source: { name }, position, id: `${name}#${position}`, sizeBytes: text.length },
  };
}
