/** So many names in a window; what comes later counts as {@linkcode OTHERS}. */
const MAX_NAMES = 64;
/** What stands for the names for which there was no room. */
export const OTHERS = "(others)";

/** Sums by name: few names, however many there are outside. Each has the same fixed number of sums. */
export class Tallies {
  readonly #sums = new Map<string, Float64Array>();
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  /** The sums of a name, to add to. */
  of(name: string): Float64Array {
    let sums = this.#sums.get(name);
    if (sums !== undefined) return sums;
    if (this.#sums.size >= MAX_NAMES) return name === OTHERS ? this.#create(name) : this.of(OTHERS);
    sums = this.#create(name);
    return sums;
  }

  addAll(other: Tallies): void {
    for (const [name, added] of other.#sums) {
      const sums = this.of(name);
      for (let index = 0; index < this.#width; index++) sums[index] = (sums[index] ?? 0) + (added[index] ?? 0);
    }
  }

  /** The sums of all names together. */
  total(): Float64Array {
    const total = new Float64Array(this.#width);
    for (const sums of this.#sums.values()) {
      for (let index = 0; index < this.#width; index++) total[index] = (total[index] ?? 0) + (sums[index] ?? 0);
    }
    return total;
  }

  /** The largest by one of the sums, largest first; the rest, if there is any, as one. */
  top(count: number, by: number): { readonly name: string; readonly sums: readonly number[] }[] {
    const sorted = [...this.#sums].filter(([name]) => name !== OTHERS).sort(([, a], [, b]) =>
      (b[by] ?? 0) - (a[by] ?? 0)
    );
    const rest = [...sorted.slice(count).map(([, sums]) => sums), this.#sums.get(OTHERS)].filter((one) =>
      one !== undefined
    );
    const others = Array.from(
      { length: this.#width },
      (_, index) => rest.reduce((sum, one) => sum + (one[index] ?? 0), 0),
    );
    const top = sorted.slice(0, count).map(([name, sums]) => ({ name, sums: [...sums] }));
    return rest.length === 0 ? top : [...top, { name: OTHERS, sums: others }];
  }

  clear(): void {
    this.#sums.clear();
  }

  #create(name: string): Float64Array {
    const sums = new Float64Array(this.#width);
    this.#sums.set(name, sums);
    return sums;
  }
}
