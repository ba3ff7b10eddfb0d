import { awsErrorKind, awsErrorMessage, isPermanentAtStart } from "../../aws/aws_error.ts";
import { sleep } from "../../pipeline/abortable.ts";
import type { Events } from "../../telemetry/events.ts";
import type { QueueConfig } from "./config.ts";
import type { Queue, QueueMessage } from "./queue.ts";

/** SQS gives at most so many messages a call. */
export const MAX_RECEIVE = 10;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;
/** In `once`: long enough for SQS to ask all its servers. */
const ONCE_WAIT_MS = 1000;
/** In `once`: how long a failing queue is tried. */
const ONCE_PATIENCE_MS = 60_000;

export interface PollerOptions {
  readonly queue: Queue;
  readonly config: Pick<QueueConfig, "queue_url" | "visibility_timeout" | "sqs">;
  readonly events: Events;
  readonly once: boolean;
  /** Ends a call at once. */
  readonly signal: AbortSignal;
}

/** Asks the queue for messages, with patience when it does not answer. */
export class Poller {
  readonly #options: PollerOptions;
  /** Error of the last call, as said; undefined when it was well. */
  #said: string | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /**
   * The first call, which does not wait for messages; none when it failed for a reason that may pass.
   *
   * @throws {Error} the queue cannot be received from as configured.
   */
  async first(maxMessages: number): Promise<QueueMessage[]> {
    try {
      return await this.#receive(maxMessages, 0);
    } catch (error) {
      if (this.#options.signal.aborted) return [];
      if (isPermanentAtStart(error)) throw this.#cannotReceive(error);
      this.#say(error);
      return [];
    }
  }

  /**
   * Up to `maxMessages` messages; tries until a call succeeds. Nothing when the signal was aborted.
   *
   * @throws {Error} in `once`: the queue could not be received from.
   */
  async next(maxMessages: number): Promise<QueueMessage[]> {
    const { once, signal, config } = this.#options;
    const startedMs = performance.now();
    for (let delayMs = FIRST_DELAY_MS;; delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)) {
      try {
        return await this.#receive(
          maxMessages,
          once ? Math.min(ONCE_WAIT_MS, config.sqs.wait_time) : config.sqs.wait_time,
        );
      } catch (error) {
        if (signal.aborted) return [];
        const isOver = performance.now() - startedMs + delayMs > ONCE_PATIENCE_MS || isPermanentAtStart(error);
        if (once && isOver) throw this.#cannotReceive(error);
        this.#say(error);
      }
      try {
        await sleep(delayMs, signal);
      } catch {
        return [];
      }
    }
  }

  async #receive(maxMessages: number, waitMs: number): Promise<QueueMessage[]> {
    const { queue, config, events, signal } = this.#options;
    const messages = await queue.receive({
      maxMessages,
      waitMs,
      visibilityTimeoutMs: config.visibility_timeout,
      signal,
    });
    if (this.#said !== undefined) events.emit("awss3.receive_recovered", { queue: config.queue_url });
    this.#said = undefined;
    if (messages.length > 0) events.emit("awss3.received", { count: messages.length });
    return messages;
  }

  /** Says why a call failed, once for each reason in a row. */
  #say(error: unknown): void {
    const { config, events } = this.#options;
    const text = awsErrorMessage(error);
    if (text === this.#said) return;
    this.#said = text;
    events.emit("awss3.receive_failed", { queue: config.queue_url, reason: awsErrorKind(error), error: text });
  }

  #cannotReceive(error: unknown): Error {
    const { queue_url } = this.#options.config;
    return new Error(`Cannot receive from queue ${queue_url}: ${awsErrorMessage(error)}`, { cause: error });
  }
}
