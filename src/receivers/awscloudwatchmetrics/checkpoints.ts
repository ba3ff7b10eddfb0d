import type { Changes, Checkpoints, Entry } from "../../component/checkpoints.ts";
import { type DimensionSet, setKey } from "./series.ts";

/** Until when a namespace of a region was delivered. Times in ms since the epoch. */
export interface Watermark {
  /** End of the last delivered period. */
  readonly endMs: number;
  /** What is before this was never read, and is not missing. */
  readonly sinceMs: number;
  /** Time between the points. */
  readonly granularityMs: number;
  /** When its metrics were listed last; what began since may not have been read yet. */
  readonly listedMs: number;
}

/** A sent checkpoint: the values that were sent of one set of dimensions and one time, by the key of their measure. */
export type Sent = Readonly<Record<string, number>>;

/** The checkpoints of one account, region and namespace: its watermark, and what was sent and may be read again. */
export class MetricCheckpoints {
  readonly #checkpoints: Checkpoints;
  readonly #watermarkKey: string;
  readonly #sentPrefix: string;
  /** What could not be written. */
  #unwritten: Changes | undefined;

  constructor(checkpoints: Checkpoints, of: { account: string; region: string; namespace: string }) {
    const name = `${of.account}|${of.region}|${of.namespace}`;
    this.#checkpoints = checkpoints;
    this.#watermarkKey = `delivered|${name}`;
    this.#sentPrefix = `sent|${name}|`;
  }

  get watermark(): Watermark | undefined {
    return this.#checkpoints.get(this.#watermarkKey)?.value as Watermark | undefined;
  }

  sentOf(set: DimensionSet, timeMs: number): Sent | undefined {
    return this.#checkpoints.get(this.#sentKey(set, timeMs))?.value as Sent | undefined;
  }

  /** What to write once these values were sent. */
  sentEntry(set: DimensionSet, { timeMs, sent }: { timeMs: number; sent: Sent }): Entry {
    return { key: this.#sentKey(set, timeMs), value: sent, timeMs };
  }

  /**
   * Writes what could not be written before: until then nothing may be read, or it would be sent again.
   *
   * @throws {StorageError}
   */
  catchUp(): void {
    if (this.#unwritten === undefined) return;
    this.#checkpoints.write(this.#unwritten);
    this.#unwritten = undefined;
  }

  /**
   * Writes what was sent, and until when all was, in one step.
   *
   * @throws {StorageError} it has to {@linkcode catchUp} first.
   */
  write(sent: readonly Entry[], watermark?: Watermark): void {
    const reached = watermark && [{ key: this.#watermarkKey, value: watermark, timeMs: watermark.endMs }];
    this.#unwritten = { put: [...sent, ...reached ?? []] };
    this.catchUp();
  }

  /** Forgets what was sent of times before. @throws {StorageError} */
  forgetBefore(timeMs: number): void {
    const limit = 1000;
    for (let isMore = true; isMore;) {
      // Keys are in the order of time.
      const page = this.#checkpoints.entries({ prefix: this.#sentPrefix, limit });
      const old = page.filter((entry) => entry.timeMs < timeMs).map(({ key }) => key);
      if (old.length > 0) this.#checkpoints.write({ delete: old });
      isMore = old.length === limit;
    }
  }

  #sentKey(set: DimensionSet, timeMs: number): string {
    return `${this.#sentPrefix}${new Date(timeMs).toISOString()}|${setKey(set)}`;
  }
}
