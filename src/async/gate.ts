/** Open, or closed by those who see an endpoint at fault; opens when the last of them sees it well again. */
export class Gate {
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

  /** Resolves when the gate is open. */
  whenOpen(): Promise<void> {
    return this.isOpen ? Promise.resolve() : this.#opened.promise;
  }
}
