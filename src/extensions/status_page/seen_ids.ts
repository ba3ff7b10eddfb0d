/** Ids in a generation; two generations are remembered. */
const REMEMBERED = 10_000;
/** A third of them stays free. */
const SLOT_BITS = 14;
const SLOTS = 2 ** SLOT_BITS;

/**
 * The last 10,000 to 20,000 ids, by a 64-bit hash of each and in memory that is always the same. A Set of the ids took more CPU time
 * than everything else that is done with an invocation.
 */
export class SeenIds {
  #current = new Hashes();
  #before = new Hashes();

  /** Remembers an id; false when it was remembered already. */
  add(id: string): boolean {
    let one = 0x811c9dc5;
    let other = 0;
    for (let index = 0; index < id.length; index++) {
      const code = id.charCodeAt(index);
      one = Math.imul(one ^ code, 0x01000193);
      other = Math.imul(other ^ (other >>> 15) ^ code, 0x9e3779b1);
    }
    if (this.#before.has(one, other) || this.#current.has(one, other)) return false;
    if (this.#current.count === REMEMBERED) {
      const oldest = this.#before;
      oldest.clear();
      this.#before = this.#current;
      this.#current = oldest;
    }
    this.#current.add(one, other);
    return true;
  }
}

/** Pairs of 32 bits: a hash table whose places are probed one after the other. */
class Hashes {
  count = 0;
  /** A pair side by side, so that it is in the processor's cache at once. */
  readonly #pairs = new Int32Array(2 * SLOTS);

  has(one: number, other: number): boolean {
    const place = this.#placeOf(one, other);
    return this.#pairs[place] === one && this.#pairs[place + 1] === other;
  }

  add(one: number, other: number): void {
    const place = this.#placeOf(one, other);
    this.#pairs[place] = one;
    this.#pairs[place + 1] = other;
    this.count++;
  }

  clear(): void {
    this.#pairs.fill(0);
    this.count = 0;
  }

  /** Where a pair is, or else the place for it: both are 0 where nothing is. */
  #placeOf(one: number, other: number): number {
    let place = 2 * (other >>> (32 - SLOT_BITS));
    for (;;) {
      const here = this.#pairs[place];
      const there = this.#pairs[place + 1];
      if ((here === one && there === other) || (here === 0 && there === 0)) return place;
      place = (place + 2) % (2 * SLOTS);
    }
  }
}
