import { awsErrorKind, awsErrorMessage } from "../../../aws/aws_error.ts";
import { retryDelayMs } from "../../../async/retry.ts";
import type { Events } from "../events.ts";
import { type DeleteFailure, MAX_BATCH, type Queue, type QueueMessage } from "./queue.ts";

/** Longest wait for more deletes. */
const FLUSH_MS = 1000;
const POLICY = { initialMs: 1000, factor: 2, maxMs: 60_000 };
const MAX_TRIES = 8;

interface Entry {
  readonly message: QueueMessage;
  readonly settle: (deleted: boolean) => void;
  tries: number;
}

/** Deletes delivered messages, up to ten in a call, and looks at what became of each. */
export class Acknowledger {
  readonly #queue: Queue;
  readonly #events: Events;
  #waiting: Entry[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  /** Entries that wait for another try. */
  readonly #retrying = new Map<Entry, ReturnType<typeof setTimeout>>();
  #hurry = false;

  constructor(queue: Queue, events: Events) {
    this.#queue = queue;
    this.#events = events;
  }

  /** Resolves with whether the message was deleted; if not, that was reported and it comes again. Never rejects. */
  delete(message: QueueMessage): Promise<boolean> {
    const settled = Promise.withResolvers<boolean>();
    this.#add({ message, settle: settled.resolve, tries: 0 });
    return settled.promise;
  }

  /** From now on deletes at once and tries once: nothing is gained by waiting, the receiver finishes. */
  hurry(): void {
    this.#hurry = true;
    for (const [entry, timer] of this.#retrying) {
      clearTimeout(timer);
      this.#waiting.push(entry);
    }
    this.#retrying.clear();
    this.#flush();
  }

  #add(entry: Entry): void {
    this.#waiting.push(entry);
    if (this.#hurry || this.#waiting.length >= MAX_BATCH) this.#flush();
    else this.#flushTimer ??= setTimeout(() => this.#flush(), FLUSH_MS);
  }

  #flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    while (this.#waiting.length > 0) void this.#send(this.#waiting.splice(0, MAX_BATCH));
  }

  async #send(entries: readonly Entry[]): Promise<void> {
    const failures = new Map((await this.#deleteAll(entries)).map((failure) => [failure.message, failure]));
    for (const entry of entries) {
      entry.tries++;
      const failure = failures.get(entry.message);
      if (failure === undefined) entry.settle(true);
      else if (failure.isReceiptGone || entry.tries >= MAX_TRIES || this.#hurry) this.#giveUp(entry, failure);
      else this.#tryAgain(entry);
    }
  }

  async #deleteAll(entries: readonly Entry[]): Promise<DeleteFailure[]> {
    try {
      return await this.#queue.delete(entries.map(({ message }) => message));
    } catch (error) {
      const isReceiptGone = awsErrorKind(error) === "receipt";
      const problem = awsErrorMessage(error);
      return entries.map(({ message }) => ({ message, isReceiptGone, problem }));
    }
  }

  #tryAgain(entry: Entry): void {
    const timer = setTimeout(() => {
      this.#retrying.delete(entry);
      this.#add(entry);
    }, retryDelayMs(POLICY, entry.tries));
    this.#retrying.set(entry, timer);
  }

  #giveUp(entry: Entry, { isReceiptGone, problem }: DeleteFailure): void {
    this.#events.emit("awss3.delete_failed", {
      message_id: entry.message.id,
      reason: isReceiptGone ? "receipt" : "other",
      error: problem,
    });
    entry.settle(false);
  }
}
