/**
 * Counts who works and who waits for a delivery. When every worker waits, more items cannot come before a batch is
 * sent, so there is no reason to wait for them.
 */
export class Workers {
  #running = 0;
  #waiting = 0;
  readonly #listeners = new Set<() => void>();

  get running(): number {
    return this.#running;
  }

  /** True when there is no worker that could still add to a batch. */
  get allWaiting(): boolean {
    return this.#waiting >= this.#running;
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

  /** Calls `listener` whenever nobody is left who could add to a batch. */
  onAllWaiting(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #notify(): void {
    if (!this.allWaiting) return;
    for (const listener of this.#listeners) listener();
  }
}
