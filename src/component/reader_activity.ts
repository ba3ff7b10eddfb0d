/**
 * Counts who works and who waits for a delivery. When every worker waits, more items cannot come before a batch is
 * sent, so there is no reason to wait for them.
 */
export class ReaderActivity {
  #running = 0;
  #waiting = 0;
  #preparing = 0;
  readonly #listeners = new Set<() => void>();

  get running(): number {
    return this.#running;
  }

  /** True when there is nobody who could still add to a batch. */
  get allWaiting(): boolean {
    return this.#waiting >= this.#running + this.#preparing;
  }

  /** Runs one worker's task: reading an object, a window, a file. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#running++;
    try {
      return await task();
    } finally {
      this.#running--;
      this.#notify();
    }
  }

  /** Inside a task: waits for a delivery, or for memory that a delivery frees. */
  async waitFor<T>(promise: Promise<T>): Promise<T> {
    this.#waiting++;
    this.#notify();
    try {
      return await promise;
    } finally {
      this.#waiting--;
    }
  }

  /** Runs what has yet to be done to items that were handed on already, and hands them on to a batch. */
  async preparing<T>(task: () => Promise<T>): Promise<T> {
    this.#preparing++;
    try {
      return await task();
    } finally {
      this.#preparing--;
      this.#notify();
    }
  }

  /** Calls `listener` whenever nobody is left who could add to a batch. */
  onAllWaiting(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #notify(): void {
    if (!this.allWaiting) return;
    for (const listener of this.#listeners) listener();
  }
}
