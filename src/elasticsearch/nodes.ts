/** How long a node that could not be reached is left out while others can be. */
const LEFT_OUT_MS = 60_000;

/** The nodes of an Elasticsearch: requests take turns, and leave out for a while those that could not be reached. */
export class Nodes {
  readonly #urls: readonly string[];
  /** By URL, until when it is left out, by `performance.now()`; a node that has answered since is in none. */
  readonly #leftOut = new Map<string, number>();
  #turn = 0;

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  get count(): number {
    return this.#urls.length;
  }

  /** Whose turn it is; where all are left out, those take turns. */
  next(): string {
    const nowMs = performance.now();
    const left = this.#urls.filter((url) => (this.#leftOut.get(url) ?? 0) <= nowMs);
    const urls = left.length > 0 ? left : this.#urls;
    return urls[this.#turn++ % urls.length] ?? "";
  }

  /** @returns whether it answered before. */
  failed(url: string): boolean {
    const isNew = !this.#leftOut.has(url);
    this.#leftOut.set(url, performance.now() + LEFT_OUT_MS);
    return isNew;
  }

  /** @returns whether it could not be reached before. */
  answered(url: string): boolean {
    return this.#leftOut.delete(url);
  }
}
