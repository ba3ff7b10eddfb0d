import { awsErrorMessage } from "../../../aws/aws_error.ts";
import type { Receiver, ReceiverResult } from "../../../component/component.ts";
import { abortable } from "../../../async/abortable.ts";
import { Acknowledger } from "./acknowledger.ts";
import type { QueueConfig } from "../config.ts";
import { handleMessage, type MessageContext, type MessageOutcome, returnUnbegun } from "./message.ts";
import { Poller } from "./poller.ts";
import { MAX_BATCH, type QueueMessage } from "./queue.ts";
import { QueueWatch } from "./queue_watch.ts";

/** In `once`: so many calls in a row without a message mean that the queue is empty. */
const EMPTY_CALLS = 2;
/** After the deadline: how long returning and deleting messages may take. */
const LAST_WORDS_MS = 5000;

/** What the receiver is made of, beside what it makes itself. */
export type QueueReceiverOptions = Omit<MessageContext, "acknowledger" | "signal" | "config"> & {
  readonly config: Pick<QueueConfig, "queue_url" | "visibility_timeout" | "sqs" | "number_of_workers">;
  /** Watch the queue's depth and age for the program's own metrics. */
  readonly isMeasured?: boolean;
  /** Closes the connections to the queue and the store. */
  readonly close: () => void;
};

/** Receives the notifications of a bucket from an SQS queue and delivers the objects that they name. */
export class QueueReceiver implements Receiver {
  readonly #options: QueueReceiverOptions;
  readonly #context: MessageContext;
  readonly #poller: Poller;
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  /** Aborted to end a call for messages at once. */
  readonly #poll = new AbortController();
  /** Aborted to give up what is in flight. */
  readonly #giveUp = new AbortController();
  readonly #watch: QueueWatch | undefined;
  /** Work on messages, and deletes after it. */
  readonly #working = new Map<Promise<void>, QueueMessage>();
  readonly #deleting = new Set<Promise<void>>();
  /** Ids of messages that this run saw and did not deliver; kept only where the run has an end. */
  readonly #undelivered = new Set<string>();
  #wake = Promise.withResolvers<void>();
  #isDraining = false;
  #isStarted = false;
  /** Messages were returned after 11 hours of an endpoint at fault. */
  #wantsProbe = false;

  constructor(options: QueueReceiverOptions) {
    const { queue, events, config, once } = options;
    this.#options = options;
    this.#context = { ...options, acknowledger: new Acknowledger(queue, events), signal: this.#giveUp.signal };
    this.#poller = new Poller({ queue, config, events, once, signal: this.#poll.signal });
    const inHand = () => this.#working.values();
    this.#watch = options.isMeasured ? new QueueWatch({ queue, events, inHand }) : undefined;
    // Whoever starts the receiver may look at its end later.
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  async start(): Promise<void> {
    if (this.#isDraining) return;
    this.#isStarted = true;
    let first: readonly QueueMessage[];
    try {
      first = await this.#poller.first(this.#freeWorkers());
    } catch (error) {
      this.#finished.reject(error);
      throw error;
    }
    void this.#checkRedrivePolicy();
    if (!this.#isDraining) this.#watch?.start();
    void this.#run(first);
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#drain();
    this.#watch?.stop();
    this.#poll.abort();
    this.#context.acknowledger.hurry();
    if (!this.#isStarted) this.#finished.resolve({ undelivered: 0 });
    const cut = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onDeadline = () => {
      this.#giveUp.abort(deadline.reason);
      timer = setTimeout(() => cut.abort(), LAST_WORDS_MS);
    };
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener("abort", onDeadline, { once: true });
    try {
      await abortable(this.finished, cut.signal);
    } catch {
      // It failed, which `finished` tells, or AWS does not answer: messages come back by themselves.
      const undelivered = new Set([...this.#undelivered, ...[...this.#working.values()].map(({ id }) => id)]);
      this.#finished.resolve({ undelivered: undelivered.size });
    } finally {
      deadline.removeEventListener("abort", onDeadline);
      clearTimeout(timer);
      this.#options.close();
    }
  }

  async #run(first: readonly QueueMessage[]): Promise<void> {
    let emptyCalls = 0;
    let messages = first;
    let failure: { error: unknown } | undefined;
    try {
      for (;;) {
        for (const message of messages) this.#begin(message);
        if (this.#options.once && emptyCalls >= EMPTY_CALLS) break;
        const wanted = await this.#wanted();
        if (wanted === 0) break;
        messages = await this.#poller.next(wanted);
        emptyCalls = messages.length === 0 ? emptyCalls + 1 : 0;
      }
    } catch (error) {
      failure = { error };
    }
    this.#drain();
    while (this.#working.size > 0) await Promise.all(this.#working.keys());
    this.#context.acknowledger.hurry();
    await Promise.all(this.#deleting);
    if (failure === undefined) this.#finished.resolve({ undelivered: this.#undelivered.size });
    else this.#finished.reject(failure.error);
  }

  /** Waits until messages may be received; how many, 0 to receive no more. */
  async #wanted(): Promise<number> {
    const { gate } = this.#options.delivery;
    while (!this.#isDraining) {
      const free = this.#freeWorkers();
      if (gate.isOpen && free > 0) {
        this.#wantsProbe = false;
        return free;
      }
      if (this.#wantsProbe && this.#working.size === 0) {
        this.#options.events.emit("awss3.probe");
        return 1;
      }
      const changes = [this.#wake.promise];
      if (!gate.isOpen) changes.push(gate.whenOpen());
      await Promise.race(changes);
      // The gate opens too when an exporter gives up; its callers hear of that a little later.
      await new Promise((resolve) => setTimeout(resolve));
    }
    return 0;
  }

  #freeWorkers(): number {
    return Math.min(MAX_BATCH, this.#options.config.number_of_workers - this.#working.size);
  }

  #begin(message: QueueMessage): void {
    this.#watch?.saw(message);
    const work = this.#work(message).finally(() => {
      this.#working.delete(work);
      this.#wakeUp();
    });
    this.#working.set(work, message);
  }

  async #work(message: QueueMessage): Promise<void> {
    const outcome = this.#isDraining
      ? returnUnbegun(message, this.#context)
      : await handleMessage(message, this.#context);
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
    if (this.#options.once || this.#isDraining) this.#undelivered.add(message.id);
    if (outcome.kind !== "returned") return;
    if (outcome.reason === "held_too_long") this.#wantsProbe = true;
    // What failed would only be received again.
    if (outcome.reason === "failed" && this.#options.once) this.#drain();
  }

  #drain(): void {
    this.#isDraining = true;
    this.#wakeUp();
  }

  #wakeUp(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
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
