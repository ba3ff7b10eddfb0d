/** What the program counts of itself: one series for each combination of a name and attributes. */

/** Bounded: ids of the configuration, reasons of the table, names of AWS operations. Never content. */
export type Attributes = Readonly<Record<string, string>>;

export interface Series {
  readonly attributes: Attributes;
  readonly value: number;
}

export class Counts {
  readonly #series = new Map<string, Map<string, { attributes: Attributes; value: number }>>();

  /** Adds to a counter. */
  add(name: string, attributes: Attributes, amount: number): void {
    this.#of(name, attributes).value += amount;
  }

  /** Sets a gauge. */
  set(name: string, attributes: Attributes, value: number): void {
    this.#of(name, attributes).value = value;
  }

  /** All series of a name. */
  of(name: string): Iterable<Series> {
    return this.#series.get(name)?.values() ?? [];
  }

  #of(name: string, attributes: Attributes): { attributes: Attributes; value: number } {
    return this.#series.getOrInsertComputed(name, () => new Map())
      .getOrInsertComputed(keyOf(attributes), () => ({ attributes, value: 0 }));
  }
}

/** One text for equal attributes; those of one name are always given in the same order. */
export function keyOf(attributes: Attributes): string {
  return Object.entries(attributes).map(([name, value]) => `${name}=${value}`).join("\0");
}
