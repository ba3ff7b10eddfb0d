import { Semaphore } from "../../../async/semaphore.ts";

/** The workers of a queue, and the messages that wait beside them for a store that does not give their objects. */
export class Workers {
  readonly #slots: Semaphore;
  readonly #maxWaiting: number;
  #waiting = 0;

  /** `maxWaiting`: so many messages may wait without a worker. */
  constructor(size: number, { maxWaiting }: { maxWaiting: number }) {
    this.#slots = new Semaphore(size);
    this.#maxWaiting = maxWaiting;
  }

  /** How many workers have nothing to do. */
  get free(): number {
    return this.#slots.free;
  }

  /** Takes a worker; dispose of it to give it back. Rejects with the signal's reason. */
  acquire(signal: AbortSignal): Promise<Disposable> {
    return this.#slots.acquire(signal);
  }

  /** A place for one message; dispose of it at the end. */
  place(): Place {
    return new Place(this);
  }

  /** Begins to wait without a worker, until it is disposed of; undefined when too many wait. */
  wait(): Disposable | undefined {
    if (this.#waiting >= this.#maxWaiting) return undefined;
    this.#waiting++;
    return { [Symbol.dispose]: () => void this.#waiting-- };
  }
}

/** A message's worker, which it leaves to others while it can only wait. */
export class Place implements Disposable {
  readonly #workers: Workers;
  #worker: Disposable | undefined;
  #waiting: Disposable | undefined;

  constructor(workers: Workers) {
    this.#workers = workers;
  }

  /** Takes a worker, unless it has one. Rejects with the signal's reason. */
  async take(signal: AbortSignal): Promise<void> {
    if (this.#worker !== undefined) return;
    this.#worker = await this.#workers.acquire(signal);
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = undefined;
  }

  /** Leaves the worker to others; false when too many wait already: then it keeps it. */
  leave(): boolean {
    this.#waiting ??= this.#workers.wait();
    if (this.#waiting === undefined) return false;
    this.#worker?.[Symbol.dispose]();
    this.#worker = undefined;
    return true;
  }

  [Symbol.dispose](): void {
    this.#worker?.[Symbol.dispose]();
    this.#waiting?.[Symbol.dispose]();
    this.#worker = this.#waiting = undefined;
  }
}
