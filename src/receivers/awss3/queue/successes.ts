/** When the work on any message went well last: whether what fails is a message's own, or everything fails alike. */
export class Successes {
  #lastMs = -Infinity;
  #any = Promise.withResolvers<void>();

  /** Something went well. */
  happened(): void {
    this.#lastMs = performance.now();
    this.#any.resolve();
  }

  /** Whether anything went well since a time of `performance.now()`. */
  since(ms: number): boolean {
    return this.#lastMs > ms;
  }

  /** Resolves when anything has ever gone well. */
  get any(): Promise<void> {
    return this.#any.promise;
  }
}
