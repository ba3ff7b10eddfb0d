/** Open, or closed by those who see an endpoint at fault; opens when the last of them sees it well again. */
export class Gate {
  readonly #closedBy = new Set<unknown>();
  #opened = Promise.withResolvers<void>();
  /** Milliseconds since the epoch when it was closed; undefined while open. */
  #closedSinceMs: number | undefined;

  get isOpen(): boolean {
    return this.#closedBy.size === 0;
  }

  get closedSinceMs(): number | undefined {
    return this.#closedSinceMs;
  }

  close(holder: unknown): void {
    if (this.isOpen) {
      this.#closedSinceMs = Date.now();
      this.#opened = Promise.withResolvers<void>();
    }
    this.#closedBy.add(holder);
  }

  /** True when this opened the gate. */
  open(holder: unknown): boolean {
    if (!this.#closedBy.delete(holder) || !this.isOpen) return false;
    this.#closedSinceMs = undefined;
    this.#opened.resolve();
    return true;
  }

  /** Resolves when the gate is open. */
  whenOpen(): Promise<void> {
    return this.isOpen ? Promise.resolve() : this.#opened.promise;
  }
}
