import { type FileState, isUnchanged } from "./checkpoint.ts";

interface Sight {
  readonly state: FileState;
  /** Since when it has been seen so, by `performance.now()`. */
  readonly sinceMs: number;
}

/**
 * Knows how long files have to be left alone because they changed a short while ago. That is told from a file's time,
 * or, where this is in the future and so tells nothing, from what was seen of the file.
 */
export class Settling {
  readonly #settleMs: number;
  #seen = new Map<string, Sight>();
  #seenBefore: ReadonlyMap<string, Sight> = new Map();

  constructor(settleMs: number) {
    this.#settleMs = settleMs;
  }

  /** Begins a look at all files: what the one before saw, and this one does not, is forgotten. */
  begin(): void {
    this.#seenBefore = this.#seen;
    this.#seen = new Map();
  }

  /** How long until a file has not changed for the settle time; 0: it is ready. */
  waitMs(path: string, state: FileState): number {
    const ageMs = Date.now() - state.mtimeMs;
    return Math.max(0, this.#settleMs - (ageMs < 0 ? this.#unchangedMs(path, state) : ageMs));
  }

  #unchangedMs(path: string, state: FileState): number {
    const nowMs = performance.now();
    const before = this.#seenBefore.get(path);
    const sight = before !== undefined && isUnchanged(state, before.state) ? before : { state, sinceMs: nowMs };
    this.#seen.set(path, sight);
    return nowMs - sight.sinceMs;
  }
}
