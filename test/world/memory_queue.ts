/** A queue with SQS's semantics, in memory. */
import type {
  DeleteFailure,
  Queue,
  QueueDepth,
  QueueMessage,
  ReceiveOptions,
} from "../../src/receivers/awss3/queue/queue.ts";
import { sdkError } from "./aws_service.ts";

const LIMIT_MS = 12 * 3_600_000;

/** A message as it lies in a queue. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly sentMs: number;
  visibleAtMs: number;
  receivedAtMs: number;
  receiveCount: number;
  receiptHandle: string;
}

export interface QueueState {
  readonly visible: readonly StoredMessage[];
  readonly inFlight: readonly StoredMessage[];
}

/**
 * A queue in memory, by the clock that is installed. It honours visibility time-outs, counts receipts, knows only the
 * newest receipt of a message, and moves what is received too often away.
 */
export class MemoryQueue implements Queue {
  readonly stored = new Map<string, StoredMessage>();
  readonly deadLetters: StoredMessage[] = [];
  readonly deletedIds: string[] = [];
  readonly deleteCalls: number[] = [];
  readonly extensions: { id: string; atMs: number; visibilityTimeoutMs: number }[] = [];
  receiveCalls = 0;
  /** Without it there is no redrive policy. */
  redriveMaxReceiveCount: number | undefined;
  /** Where messages go that were received so often. */
  deadLetterQueue: MemoryQueue | undefined;
  /** Attributes that SQS tells besides what follows from the queue itself. */
  readonly attributes: Record<string, string> = {};
  /** Where a receive does not name one. */
  visibilityTimeoutMs = 30_000;
  /** Called before each call; may throw. */
  before: (call: "receive" | "delete" | "changeVisibility" | "hasRedrivePolicy" | "depth") => void | Promise<void> =
    () => {};
  /** Deletes of these ids fail so many more times. */
  readonly failDeletes = new Map<string, number>();
  /** Called with each message that a delete removes. */
  onDelete: (message: StoredMessage) => void = () => {};
  /** Chances in [0, 1): with it messages come in any order. */
  order: (() => number) | undefined;
  /** Whether a message that is received comes once more at once, as a queue that delivers at least once may do. */
  repeats: (message: StoredMessage) => boolean = () => false;
  isClosed = false;
  #lastId = 0;
  #changed = Promise.withResolvers<void>();

  put(body: string): string {
    const id = `m${++this.#lastId}`;
    const nowMs = Date.now();
    const fresh = { visibleAtMs: nowMs, receivedAtMs: 0, receiveCount: 0, receiptHandle: "" };
    this.stored.set(id, { id, body, sentMs: nowMs, ...fresh });
    this.#tell();
    return id;
  }

  /** What can be received now, and what is hidden. */
  state(): QueueState {
    const { visible = [], inFlight = [] } = Object.groupBy(
      this.stored.values(),
      ({ visibleAtMs }) => visibleAtMs <= Date.now() ? "visible" : "inFlight",
    );
    return { visible, inFlight };
  }

  message(id: string): StoredMessage {
    const message = this.stored.get(id);
    if (message === undefined) throw new Error(`No message ${id} in the queue`);
    return message;
  }

  /** Ids of the messages that can be received now. */
  get visibleIds(): string[] {
    return this.state().visible.map(({ id }) => id);
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
      const stored = this.stored.get(message.id) as StoredMessage;
      this.stored.delete(message.id);
      this.onDelete(stored);
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
    for (const message of this.#inOrder()) {
      if (taken.length === maxMessages) break;
      if (message.visibleAtMs > Date.now()) continue;
      if (message.receiveCount >= (this.redriveMaxReceiveCount ?? Infinity)) {
        this.stored.delete(message.id);
        this.deadLetters.push(message);
        this.deadLetterQueue?.stored.set(message.id, message);
        continue;
      }
      message.receiveCount++;
      message.receiptHandle = `${message.id}#${message.receiveCount}`;
      message.receivedAtMs = Date.now();
      message.visibleAtMs = Date.now() + (this.repeats(message) ? 0 : visibilityTimeoutMs);
      const { id, body, receiptHandle, receiveCount, sentMs } = message;
      taken.push({ id, body, receiptHandle, receiveCount, sentMs });
    }
    return taken;
  }

  #inOrder(): Iterable<StoredMessage> {
    const { order } = this;
    if (order === undefined) return this.stored.values();
    return [...this.stored.values()].map((message) => [order(), message] as const)
      .sort(([a], [b]) => a - b).map(([, message]) => message);
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
