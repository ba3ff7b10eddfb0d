import { LinkedAbort } from "../../../async/abortable.ts";
import { awsErrorMessage } from "../../../aws/aws_error.ts";
import type { ReceiverResult } from "../../../component/component.ts";
import { RunLoop, type StopSignals } from "../../run_loop.ts";
import type { QueueConfig } from "../config.ts";
import { Acknowledger } from "./acknowledger.ts";
import { handleMessage, type MessageContext, type MessageOutcome, returnUnbegun } from "./message.ts";
import { Poller } from "./poller.ts";
import { MAX_BATCH, type QueueMessage } from "./queue.ts";
import { QueueWatch } from "./queue_watch.ts";
import { Successes } from "./successes.ts";
import { Workers } from "./workers.ts";

/** In `once`: so many calls in a row without a message mean that the queue is empty. */
const EMPTY_CALLS = 2;
/** Most messages that wait for the store beside those that are worked on. */
const MAX_WAITING = 100;

/** What the receiver is made of, beside what it makes itself. */
export type QueueReceiverOptions =
  & Omit<MessageContext, "acknowledger" | "successes" | "draining" | "signal" | "config" | "onDealtWith">
  & {
    readonly config: Pick<QueueConfig, "queue_url" | "visibility_timeout" | "sqs" | "number_of_workers">;
    /** Watch the depth and age of the queue: own metrics or a live page show them. */
    readonly isMeasured?: boolean;
    /** Deletes cost nothing: none waits for others, so that they go in one call. */
    readonly deletesAtOnce?: boolean;
    /** Closes the connections to the queue and the store. */
    readonly close: () => void;
  };

/** Receives the notifications of a bucket from a queue and delivers the objects that they name. */
export function queueReceiver(options: QueueReceiverOptions): RunLoop {
  return new RunLoop({
    async begin(signals) {
      const task = new QueueTask(options, signals);
      await task.receiveFirst();
      return task;
    },
    close: options.close,
  });
}

class QueueTask {
  readonly #options: QueueReceiverOptions;
  readonly #context: MessageContext;
  readonly #poller: Poller;
  readonly #watch: QueueWatch | undefined;
  /** Aborted to receive no more, and to begin no work on what was received. */
  readonly #draining: LinkedAbort;
  readonly #workers: Workers;
  /** Work on messages, and deletes after it. */
  readonly #working = new Map<Promise<void>, QueueMessage>();
  readonly #deleting = new Set<Promise<void>>();
  /** Ids of messages that this run saw and did not deliver; kept only where the run has an end. */
  readonly #undelivered = new Set<string>();
  /** What {@linkcode receiveFirst} received. */
  #first: readonly QueueMessage[] = [];
  /** Messages were returned after 11 hours of an endpoint at fault. */
  #wantsProbe = false;

  constructor(options: QueueReceiverOptions, { stopping, giveUp }: StopSignals) {
    const { queue, events, config, once } = options;
    this.#options = options;
    this.#draining = new LinkedAbort(stopping);
    const { number_of_workers } = config;
    this.#workers = new Workers(number_of_workers, { maxWaiting: once ? number_of_workers : MAX_WAITING });
    const successes = new Successes();
    this.#context = {
      ...options,
      acknowledger: new Acknowledger(queue, events),
      successes,
      onDealtWith: () => successes.happened(),
      draining: this.#draining.signal,
      signal: giveUp,
    };
    if (options.deletesAtOnce === true) this.#context.acknowledger.hurry();
    this.#poller = new Poller({ queue, config, events, once, signal: stopping });
    const inHand = () => this.#working.values();
    this.#watch = options.isMeasured ? new QueueWatch({ queue, events, inHand }) : undefined;
    stopping.addEventListener("abort", () => {
      this.#watch?.stop();
      this.#context.acknowledger.hurry();
    }, { once: true });
  }

  /** How many messages are in hand or failed. */
  get undelivered(): number {
    return new Set([...this.#undelivered, ...[...this.#working.values()].map(({ id }) => id)]).size;
  }

  /** @throws {Error} the queue can never be received from as it is configured. */
  async receiveFirst(): Promise<void> {
    this.#first = await this.#poller.first(Math.min(MAX_BATCH, this.#options.config.number_of_workers));
    void this.#checkRedrivePolicy();
  }

  async run(): Promise<ReceiverResult> {
    if (!this.#draining.signal.aborted) this.#watch?.start();
    try {
      await this.#receiveAll();
    } catch (error) {
      if (!this.#draining.signal.aborted) throw error;
    } finally {
      this.#drain();
      while (this.#working.size > 0) await Promise.all(this.#working.keys());
      this.#context.acknowledger.hurry();
      await Promise.all(this.#deleting);
    }
    return { undelivered: this.#undelivered.size };
  }

  /** Rejects with the reason of a stop, or when the queue cannot be received from. */
  async #receiveAll(): Promise<void> {
    const { once } = this.#options;
    let messages = this.#first;
    for (let emptyCalls = 0; !once || emptyCalls < EMPTY_CALLS;) {
      for (const message of messages) this.#begin(message);
      messages = await this.#receive();
      emptyCalls = messages.length === 0 ? emptyCalls + 1 : 0;
    }
  }

  /** Waits until messages may be received, and receives some. Rejects with the reason of a stop. */
  async #receive(): Promise<readonly QueueMessage[]> {
    const { flowControl: { gate } } = this.#options;
    const { signal } = this.#draining;
    for (;;) {
      {
        // Kept while the queue is asked, so that it is there for what comes.
        using _worker = await this.#workers.acquire(signal);
        const count = this.#countWanted();
        if (count > 0) return await this.#poller.next(count);
      }
      await Promise.race([gate.whenOpen(signal), ...this.#working.keys()]);
    }
  }

  /** How many messages are received at once, beside a worker that is held; while an endpoint is at fault none, or a probe. */
  #countWanted(): number {
    const { flowControl: { gate }, events } = this.#options;
    if (gate.isOpen) {
      this.#wantsProbe = false;
      return Math.min(MAX_BATCH, 1 + this.#workers.free);
    }
    if (!this.#wantsProbe || this.#working.size > 0) return 0;
    events.emit("awss3.probe");
    return 1;
  }

  /** Begins work on a message. No more are received than workers are free, so it hardly waits for one. */
  #begin(message: QueueMessage): void {
    this.#watch?.saw(message);
    const work = this.#work(message).finally(() => this.#working.delete(work));
    this.#working.set(work, message);
  }

  async #work(message: QueueMessage): Promise<void> {
    using place = this.#workers.place();
    const outcome = this.#draining.signal.aborted
      ? returnUnbegun(message, this.#context)
      : await handleMessage(message, { context: this.#context, place });
    // Before the message is visible again: in `once` it must not be received a second time.
    this.#settle(message, outcome);
    if (outcome.kind === "returned") await outcome.givenBack;
  }

  #settle(message: QueueMessage, outcome: MessageOutcome): void {
    if (outcome.kind === "done") {
      this.#undelivered.delete(message.id);
      const deleting = outcome.deleted.then(() => void this.#deleting.delete(deleting));
      this.#deleting.add(deleting);
      return;
    }
    if (this.#options.once || this.#draining.signal.aborted) this.#undelivered.add(message.id);
    if (outcome.kind !== "returned") return;
    if (outcome.reason === "held_too_long") this.#wantsProbe = true;
    // What failed would only be received again.
    if (outcome.reason === "failed" && this.#options.once) this.#drain();
  }

  #drain(): void {
    this.#draining.abort(new Error("Stopped"));
  }

  async #checkRedrivePolicy(): Promise<void> {
    const { queue, events, config } = this.#options;
    try {
      if (!(await queue.hasRedrivePolicy())) events.emit("awss3.no_redrive_policy", { queue: config.queue_url });
    } catch (error) {
      events.emit("awss3.redrive_unknown", { error: awsErrorMessage(error) });
    }
  }
}
