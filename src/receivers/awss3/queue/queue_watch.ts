import type { Events } from "../events.ts";
import type { Queue, QueueMessage } from "./queue.ts";

/** Each look is a call to SQS, which AWS charges for. */
const INTERVAL_MS = 60_000;

export interface QueueWatchOptions {
  readonly queue: Pick<Queue, "depth">;
  readonly events: Events;
  /** Messages that were received and are not done. */
  readonly inHand: () => Iterable<QueueMessage>;
}

/**
 * Reports the queue's depth from time to time, and its age: of the oldest message that was received since the last look,
 * or is still worked on. SQS itself reports the age to CloudWatch only.
 */
export class QueueWatch {
  readonly #options: QueueWatchOptions;
  #oldestAgeMs = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: QueueWatchOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#look();
    this.#timer = setInterval(() => void this.#look(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A message was received. */
  saw(message: QueueMessage): void {
    this.#oldestAgeMs = Math.max(this.#oldestAgeMs, ageOf(message));
  }

  async #look(): Promise<void> {
    const { queue, events, inHand } = this.#options;
    const ageMs = Math.max(this.#oldestAgeMs, ...[...inHand()].map(ageOf));
    this.#oldestAgeMs = 0;
    const age_s = ageMs / 1000;
    try {
      const { visible, inFlight, delayed } = await queue.depth();
      events.emit("awss3.queue", { visible, in_flight: inFlight, delayed, age_s });
    } catch {
      // That the queue does not answer is reported where messages are received.
      events.emit("awss3.queue", { age_s });
    }
  }
}

function ageOf({ sentMs }: QueueMessage): number {
  return sentMs === undefined ? 0 : Math.max(0, Date.now() - sentMs);
}
