import { RetryingCalls } from "../../../aws/retrying_calls.ts";
import type { Events } from "../events.ts";
import type { QueueConfig } from "../config.ts";
import type { Queue, QueueMessage } from "./queue.ts";

/** In `once`: long enough for SQS to ask all its servers. */
const ONCE_WAIT_MS = 1000;

export interface PollerOptions {
  readonly queue: Queue;
  readonly config: Pick<QueueConfig, "queue_url" | "visibility_timeout" | "sqs">;
  readonly events: Events;
  readonly once: boolean;
  /** Ends a call at once. */
  readonly signal: AbortSignal;
}

/** Asks the queue for messages, again and again when it does not answer. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #calls: RetryingCalls;

  constructor(options: PollerOptions) {
    const { config: { queue_url: queue }, events, once, signal } = options;
    this.#options = options;
    this.#calls = new RetryingCalls({
      cannot: `Cannot receive from queue ${queue}`,
      once,
      signal,
      onFailed: (failure) => events.emit("awss3.receive_failed", { queue, ...failure }),
      onRecovered: () => events.emit("awss3.receive_recovered", { queue }),
    });
  }

  /**
   * The first call, which does not wait for messages; none when it failed for a transient reason.
   *
   * @throws {Error} the queue cannot be received from as configured; the signal's reason.
   */
  async first(maxMessages: number): Promise<QueueMessage[]> {
    return await this.#calls.first(() => this.#receive(maxMessages, 0)) ?? [];
  }

  /**
   * Up to `maxMessages` messages; tries until a call succeeds.
   *
   * @throws {Error} in `once`: the queue could not be received from; the signal's reason.
   */
  async next(maxMessages: number): Promise<QueueMessage[]> {
    const { once, config: { sqs } } = this.#options;
    const waitMs = once ? Math.min(ONCE_WAIT_MS, sqs.wait_time) : sqs.wait_time;
    return await this.#calls.retry(() => this.#receive(maxMessages, waitMs));
  }

  async #receive(maxMessages: number, waitMs: number): Promise<QueueMessage[]> {
    const { queue, config, events, signal } = this.#options;
    const messages = await queue.receive({
      maxMessages,
      waitMs,
      visibilityTimeoutMs: config.visibility_timeout,
      signal,
    });
    if (messages.length > 0) events.emit("awss3.received", { count: messages.length });
    return messages;
  }
}
