import { awsErrorKind, awsErrorMessage } from "../../../aws/aws_error.ts";
import { LinkedAbort } from "../../../async/abortable.ts";
import type { Events } from "../events.ts";
import type { Queue, QueueMessage } from "./queue.ts";

const HOUR_MS = 3_600_000;
/** SQS ends an extension at 12 hours after the receipt. */
const SQS_LIMIT_MS = 12 * HOUR_MS;
/** A message is given back after so long, with time left to do it. */
export const HELD_LIMIT_MS = 11 * HOUR_MS;
/** Kept between our clock and SQS's. */
const CLOCK_MARGIN_MS = 60_000;
/** Part of the visibility timeout after which a message that could not be extended counts as lost. */
const LOST_AFTER = 0.9;
/** A failed extension is tried again after this part of the visibility timeout. */
const RETRY_AFTER = 0.1;

/** Why work on a message has to stop. */
export class LeaseEndedError extends Error {
  override readonly name = "LeaseEndedError";
  constructor(readonly reason: "lost" | "held_too_long") {
    super(reason === "lost" ? "the message is visible to others again" : "the message was held for 11 hours");
  }
}

export interface LeaseOptions {
  readonly queue: Queue;
  readonly events: Events;
  readonly visibilityTimeoutMs: number;
  /** Aborted when all work is given up; the hold itself goes on until it is released. */
  readonly giveUp: AbortSignal;
}

/**
 * Our hold on a received message: extends its visibility at half-time until it is released. `signal` is aborted with a
 * {@linkcode LeaseEndedError} when the hold is lost or has lasted for 11 hours, and when all work is given up.
 */
export class Lease {
  readonly #message: QueueMessage;
  readonly #options: LeaseOptions;
  /** Not Date: a clock that is put right must not give the message back. */
  readonly #receivedMs = performance.now();
  readonly #work: LinkedAbort;
  readonly #heldTimer: Timer;
  #extendTimer: Timer;
  #lostTimer: Timer;
  #released = false;

  constructor(message: QueueMessage, options: LeaseOptions) {
    this.#message = message;
    this.#options = options;
    const { visibilityTimeoutMs, giveUp } = options;
    this.#work = new LinkedAbort(giveUp);
    this.#heldTimer = setTimeout(() => this.#end("held_too_long"), HELD_LIMIT_MS);
    this.#extendTimer = setTimeout(() => void this.#extend(), visibilityTimeoutMs / 2);
    this.#lostTimer = setTimeout(() => this.#lose("other", "no answer in time"), visibilityTimeoutMs * LOST_AFTER);
  }

  get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** Ends the hold without telling the queue: the message was deleted, or comes back by itself. */
  end(): void {
    this.#released = true;
    this.#work[Symbol.dispose]();
    for (const timer of [this.#heldTimer, this.#extendTimer, this.#lostTimer]) clearTimeout(timer);
  }

  /** Ends the hold and gives the message back, to be received again after `visibilityTimeoutMs`. Never rejects. */
  async giveBack(visibilityTimeoutMs: number): Promise<void> {
    this.end();
    try {
      await this.#options.queue.changeVisibility(this.#message, this.#withinLimit(visibilityTimeoutMs));
    } catch (error) {
      this.#options.events.emit("awss3.return_failed", {
        message_id: this.#message.id,
        error: awsErrorMessage(error),
      });
    }
  }

  async #extend(): Promise<void> {
    const { queue, visibilityTimeoutMs } = this.#options;
    const timeoutMs = this.#withinLimit(visibilityTimeoutMs);
    const askedMs = performance.now();
    try {
      await queue.changeVisibility(this.#message, timeoutMs);
    } catch (error) {
      if (this.#released) return;
      const kind = awsErrorKind(error);
      if (kind === "receipt" || kind === "invalid") this.#lose("receipt", awsErrorMessage(error));
      else this.#extendTimer = setTimeout(() => void this.#extend(), timeoutMs * RETRY_AFTER);
      return;
    }
    if (this.#released) return;
    const sinceMs = performance.now() - askedMs;
    clearTimeout(this.#lostTimer);
    this.#extendTimer = setTimeout(() => void this.#extend(), Math.max(0, timeoutMs / 2 - sinceMs));
    this.#lostTimer = setTimeout(
      () => this.#lose("other", "no answer in time"),
      Math.max(0, timeoutMs * LOST_AFTER - sinceMs),
    );
  }

  #lose(reason: "receipt" | "other", error: string): void {
    this.#options.events.emit("awss3.extension_failed", { message_id: this.#message.id, reason, error });
    this.#end("lost");
  }

  #end(reason: LeaseEndedError["reason"]): void {
    this.end();
    this.#work.abort(new LeaseEndedError(reason));
  }

  #withinLimit(visibilityTimeoutMs: number): number {
    const leftMs = SQS_LIMIT_MS - CLOCK_MARGIN_MS - (performance.now() - this.#receivedMs);
    return Math.max(0, Math.min(visibilityTimeoutMs, leftMs));
  }
}

type Timer = ReturnType<typeof setTimeout>;
