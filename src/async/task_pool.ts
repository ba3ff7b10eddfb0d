import type { Gate } from "./gate.ts";
import { Semaphore } from "./semaphore.ts";

export interface TaskPoolOptions {
  /** Tasks that run at once. */
  readonly size: number;
  /** No task begins while it is closed. */
  readonly gate?: Gate;
}

/** Runs tasks side by side. After one has failed no other begins. */
export class TaskPool {
  readonly #slots: Semaphore;
  readonly #gate: Gate | undefined;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor({ size, gate }: TaskPoolOptions) {
    this.#slots = new Semaphore(size);
    this.#gate = gate;
  }

  /**
   * Resolves when a task was begun: there was a slot, and the gate was open.
   *
   * @throws the signal's reason, or the error of a task that failed.
   */
  async begin(task: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const slot = await this.#slots.acquire(signal);
    try {
      await this.#gate?.whenOpen(signal);
      if (this.#failure !== undefined) throw this.#failure.error;
    } catch (error) {
      slot[Symbol.dispose]();
      throw error;
    }
    const running = Promise.try(task)
      .catch((error: unknown) => void (this.#failure ??= { error }))
      .finally(() => {
        this.#running.delete(running);
        slot[Symbol.dispose]();
      });
    this.#running.add(running);
  }

  /** Resolves when no task runs any more; rejects with the first error. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
