import { abortable } from "../async/abortable.ts";
import type { Receiver, ReceiverResult } from "../component/component.ts";

/** After the deadline of a stop: how long the work may take to return what it holds. */
export const RETURN_GRACE_MS = 5000;

/** What ends a receiver's work. */
export interface StopSignals {
  /** Take nothing new, and finish what is in flight. */
  readonly stopping: AbortSignal;
  /** Give up what is in flight too. */
  readonly giveUp: AbortSignal;
}

/** All that a receiver does between its start and its end. */
export interface Work {
  /** Resolves when it has finished, rejects when it cannot go on. */
  run(): Promise<ReceiverResult>;
  /** How much is known not to be delivered if it is cut off now. */
  readonly undelivered?: number;
}

export interface RunLoopOptions {
  /**
   * Does what has to succeed before the receiver counts as started, and gives its work.
   *
   * @throws {Error} when it can never work as it is configured.
   */
  readonly begin: (signals: StopSignals) => Work | Promise<Work>;
  /** Called at the end of a stop. */
  readonly close?: () => void;
}

/**
 * The life of every receiver: it starts, works, and stops when it is told to, at the latest
 * {@linkcode RETURN_GRACE_MS} after the deadline, even when something underneath never answers.
 */
export class RunLoop implements Receiver {
  readonly #load: (() => Promise<RunLoopOptions>) | undefined;
  #options: RunLoopOptions | undefined;
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  readonly #stopping = new AbortController();
  readonly #giveUp = new AbortController();
  #isStarted = false;
  #isOver = false;
  #work: Work | undefined;

  /**
   * With a function the code is loaded when it starts: the clients of an AWS service take time and memory, which those who do
   * not read from it need not spend.
   */
  constructor(options: RunLoopOptions | (() => Promise<RunLoopOptions>)) {
    if (typeof options === "function") this.#load = options;
    else this.#options = options;
    // Whoever starts the receiver may look at its end later.
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  async start(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#isStarted = true;
    // A stop ends it even when it hangs.
    await Promise.race([this.#begin(), this.#finished.promise]);
  }

  async stop(deadline: AbortSignal): Promise<void> {
    this.#stopping.abort(new Error("Stopped"));
    if (!this.#isStarted) this.#finished.resolve({ undelivered: 0 });
    const graceOver = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onDeadline = () => {
      this.#giveUp.abort(deadline.reason);
      timer = setTimeout(() => graceOver.abort(), RETURN_GRACE_MS);
    };
    if (deadline.aborted) onDeadline();
    else deadline.addEventListener("abort", onDeadline, { once: true });
    try {
      await abortable(this.finished, graceOver.signal);
    } catch {
      // It failed, which `finished` tells, or something underneath does not answer.
      this.#finished.resolve({ undelivered: Math.max(1, this.#work?.undelivered ?? 0) });
    } finally {
      deadline.removeEventListener("abort", onDeadline);
      clearTimeout(timer);
      this.#isOver = true;
      this.#options?.close?.();
    }
  }

  async #begin(): Promise<void> {
    const stopping = this.#stopping.signal;
    try {
      this.#options ??= await this.#load?.() as RunLoopOptions;
      stopping.throwIfAborted();
      this.#work = await this.#options.begin({ stopping, giveUp: this.#giveUp.signal });
    } catch (error) {
      // Stopped before anything could be taken: that is no failure.
      if (stopping.aborted) return this.#finished.resolve({ undelivered: 1 });
      this.#finished.reject(error);
      throw error;
    }
    if (!this.#isOver) this.#work.run().then(this.#finished.resolve, this.#finished.reject);
  }
}
