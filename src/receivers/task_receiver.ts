import type { Receiver, ReceiverResult } from "../component/component.ts";

/** What ends a receiver's work. */
export interface StopSignals {
  /** Take nothing new, and finish what is in flight. */
  readonly stopping: AbortSignal;
  /** Give up what is in flight too. */
  readonly giveUp: AbortSignal;
}

/** The receiver's whole work: resolves when it has finished, rejects when it cannot go on. */
export type Task = () => Promise<ReceiverResult>;

export interface TaskOptions {
  /**
   * Does what has to work before the receiver counts as started, and gives its work.
   *
   * @throws {Error} when it can never work as it is configured.
   */
  readonly begin: (signals: StopSignals) => Task | Promise<Task>;
  /** Called at the end of a stop. */
  readonly close?: () => void;
}

/** A receiver whose work is one task that stops when it is told to. */
export class TaskReceiver implements Receiver {
  readonly #options: TaskOptions;
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  readonly #stopping = new AbortController();
  readonly #giveUp = new AbortController();
  #isStarted = false;

  constructor(options: TaskOptions) {
    this.#options = options;
    // Whoever starts the receiver may look at its end later.
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#isStarted = true;
    const signals = { stopping: this.#stopping.signal, giveUp: this.#giveUp.signal };
    let task: Task;
    try {
      task = await this.#options.begin(signals);
    } catch (error) {
      // Stopped before anything could be taken: that is no failure.
      if (signals.stopping.aborted) return this.#finished.resolve({ undelivered: 1 });
      this.#finished.reject(error);
      throw error;
    }
    task().then(this.#finished.resolve, this.#finished.reject);
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#stopping.abort(new Error("Stopped"));
    if (!this.#isStarted) this.#finished.resolve({ undelivered: 0 });
    const onDeadline = () => this.#giveUp.abort(deadline.reason);
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener("abort", onDeadline, { once: true });
    // A failure is for those who look at `finished`.
    await this.finished.catch(() => {});
    deadline.removeEventListener("abort", onDeadline);
    this.#options.close?.();
  }
}
