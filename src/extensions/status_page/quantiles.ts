/** Buckets grow by a tenth: a quantile is wrong by 5 % at most. */
const GROWTH = Math.log(1.1);
/** Up to 17 minutes, in ms; what is longer counts as that. */
const BUCKETS = 146;

/** A sketch of durations in ms: always as large, whatever was added. */
export class Durations {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;

  add(ms: number): void {
    const bucket = ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms) / GROWTH));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count++;
  }

  addAll(other: Durations): void {
    if (other.#count === 0) return;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.#count += other.#count;
  }

  /** The durations that so large shares (0 to 1, ascending) of all do not exceed, in ms; null when there are none. */
  quantiles(shares: readonly number[]): (number | null)[] {
    let seen = 0;
    let bucket = -1;
    return shares.map((share) => {
      if (this.#count === 0) return null;
      const rank = Math.max(1, Math.ceil(share * this.#count));
      while (seen < rank) seen += this.#counts[++bucket] ?? 0;
      return Math.round(Math.exp((bucket - 0.5) * GROWTH));
    });
  }

  clear(): void {
    if (this.#count === 0) return;
    this.#counts.fill(0);
    this.#count = 0;
  }
}
