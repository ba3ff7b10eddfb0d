import { sleep } from "./abortable.ts";

/** Lets so many things through in a second, evenly; undefined: any number. */
export class RateLimit {
  readonly #perSecond: number | undefined;
  /** When the next one may go, by `performance.now()`. */
  #nextMs = -Infinity;

  constructor(perSecond: number | undefined) {
    this.#perSecond = perSecond;
  }

  /** Waits until `count` more may go. Rejects with the signal's reason. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#perSecond === undefined) return;
    const nowMs = performance.now();
    const turnMs = Math.max(nowMs, this.#nextMs);
    this.#nextMs = turnMs + count * 1000 / this.#perSecond;
    if (turnMs > nowMs) await sleep(turnMs - nowMs, signal);
  }
}
