import type { Changes, Checkpoints, Entry } from "../../component/checkpoints.ts";

/** How far a namespace of a region was delivered. Times in ms since the epoch. */
export interface Progress {
  /** End of the last delivered period. */
  readonly endMs: number;
  /** What is before this was never read, and is not missing. */
  readonly sinceMs: number;
  /** Time between the points. */
  readonly granularityMs: number;
  /** When its metrics were listed last; what began since may not have been read yet. */
  readonly listedMs: number;
}

/** Values that were sent, by the key of their measure. */
export type Sent = Readonly<Record<string, number>>;

/** What was sent of one group at one time. */
export interface SentEntry {
  readonly groupKey: string;
  /** Start of the period. */
  readonly timeMs: number;
  readonly sent: Sent;
}

/**
 * What is remembered of one account, region and namespace: how far it was delivered, and the values that may be read
 * again.
 */
export class Memory {
  readonly #checkpoints: Checkpoints;
  readonly #place: string;
  /** What could not be written. */
  #unwritten: Changes | undefined;

  constructor(checkpoints: Checkpoints, place: { account: string; region: string; namespace: string }) {
    this.#checkpoints = checkpoints;
    this.#place = `${place.account}|${place.region}|${place.namespace}`;
  }

  get progress(): Progress | undefined {
    return this.#checkpoints.get(this.#progressKey)?.value as Progress | undefined;
  }

  sentAt(timeMs: number, groupKey: string): Sent | undefined {
    return this.#checkpoints.get(this.#sentKey(timeMs, groupKey))?.value as Sent | undefined;
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
   * Remembers what was delivered and how far, in one step.
   *
   * @throws {StorageError} it has to {@linkcode catchUp} first.
   */
  write({ sent, reached }: { sent: readonly SentEntry[]; reached?: Progress }): void {
    const put: Entry[] = sent.map(({ groupKey, timeMs, sent: value }) => ({
      key: this.#sentKey(timeMs, groupKey),
      value,
      timeMs,
    }));
    if (reached !== undefined) put.push({ key: this.#progressKey, value: reached, timeMs: reached.endMs });
    this.#unwritten = { put };
    this.catchUp();
  }

  /** Forgets values of before. @throws {StorageError} */
  forgetBefore(timeMs: number): void {
    this.#checkpoints.write({ delete: this.#sentBefore(timeMs) });
  }

  get #progressKey(): string {
    return `delivered|${this.#place}`;
  }

  #sentKey(timeMs: number, groupKey: string): string {
    return `${this.#sentPrefix}${new Date(timeMs).toISOString()}|${groupKey}`;
  }

  get #sentPrefix(): string {
    return `sent|${this.#place}|`;
  }

  /** Keys are in the order of time. */
  #sentBefore(timeMs: number): string[] {
    const keys: string[] = [];
    for (;;) {
      const page = this.#checkpoints.entries({
        prefix: this.#sentPrefix,
        limit: 1000,
        ...keys.length > 0 && { after: keys.at(-1) as string },
      });
      const old = page.filter((entry) => entry.timeMs < timeMs);
      keys.push(...old.map(({ key }) => key));
      if (old.length < 1000) return keys;
    }
  }
}
