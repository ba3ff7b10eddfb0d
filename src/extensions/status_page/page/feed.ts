import type { Snapshot } from "../snapshot.ts";

/** Snapshots come once a second: without one for so long, what is shown is old. */
const SILENCE_MS = 5000;
/** So long after the last word a connection counts as dead, though the browser has not noticed. */
const DEAD_MS = 15_000;

export interface FeedOptions {
  readonly onSnapshot: (snapshot: Snapshot) => void;
  /** None comes: a connection is lost, or the program hangs. `heardMs`: when the last one came, by this clock. */
  readonly onSilence: (heardMs: number | undefined) => void;
  /** The events are refused; {@linkcode Feed.open} tries again. */
  readonly onRefused: () => void;
}

/** Listens to the program's events. An EventSource alone says nothing of a program that hangs. */
export class Feed {
  readonly #options: FeedOptions;
  #source: EventSource | undefined;
  #openedMs = 0;
  #heardMs: number | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    setInterval(() => this.#check(), 1000);
  }

  /** Begins to listen, or begins anew. */
  open(): void {
    const { onSnapshot, onSilence, onRefused } = this.#options;
    this.#source?.close();
    this.#openedMs = Date.now();
    const source = new EventSource("/events");
    source.addEventListener("message", ({ data }) => {
      this.#heardMs = Date.now();
      onSnapshot(JSON.parse(data));
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) onRefused();
      else onSilence(this.#heardMs);
    });
    this.#source = source;
  }

  #check(): void {
    if (this.#heardMs === undefined || this.#source?.readyState === EventSource.CLOSED) return;
    const nowMs = Date.now();
    if (nowMs - this.#heardMs < SILENCE_MS) return;
    this.#options.onSilence(this.#heardMs);
    if (nowMs - Math.max(this.#heardMs, this.#openedMs) > DEAD_MS) this.open();
  }
}
