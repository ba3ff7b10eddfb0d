import { abortable } from "./abortable.ts";

/** What those who see an endpoint at fault do with gates. */
export interface GateKeeper {
  close(holder: unknown): void;
  open(holder: unknown): void;
}

/** Closes and opens several gates together. */
export function keeperOf(gates: readonly Gate[]): GateKeeper {
  return {
    close: (holder) => gates.forEach((gate) => gate.close(holder)),
    open: (holder) => gates.forEach((gate) => gate.open(holder)),
  };
}

/** Open, or closed by those who see an endpoint at fault; opens when the last of them sees it well again. */
export class Gate implements GateKeeper {
  readonly #closedBy = new Set<unknown>();
  #opened = Promise.withResolvers<void>();

  get isOpen(): boolean {
    return this.#closedBy.size === 0;
  }

  close(holder: unknown): void {
    if (this.isOpen) this.#opened = Promise.withResolvers<void>();
    this.#closedBy.add(holder);
  }

  /** True when this opened the gate. */
  open(holder: unknown): boolean {
    if (!this.#closedBy.delete(holder) || !this.isOpen) return false;
    this.#opened.resolve();
    return true;
  }

  /** Resolves when the gate is open; rejects with the signal's reason. */
  async whenOpen(signal: AbortSignal): Promise<void> {
    while (!this.isOpen) {
      await abortable(this.#opened.promise, signal);
      // It opens too when an exporter gives up, whose callers are notified a little later.
      await new Promise((resolve) => setTimeout(resolve));
    }
    signal.throwIfAborted();
  }
}
