/**
 * What receivers remember beyond the life of the program: where they are in their sources. Reads and writes are synchronous
 * and take microseconds. `storage` keeps it.
 */

/** One thing that is remembered. */
export interface Entry {
  /** Unique within its collection. */
  readonly key: string;
  /** Anything that JSON holds. Never content, never secrets. */
  readonly value: unknown;
  /** Time that the entry is about, in ms since the epoch: what {@linkcode Checkpoints.pruneBefore} goes by. */
  readonly timeMs: number;
}

export interface EntryRange {
  /** Only keys that begin so. */
  readonly prefix?: string;
  /** Only keys behind this one. */
  readonly after?: string;
  /** At most so many. */
  readonly limit?: number;
}

export interface Changes {
  readonly put?: Iterable<Entry>;
  /** Keys; those that are not there do not matter. */
  readonly delete?: Iterable<string>;
}

/** One collection of entries of one receiver. Every method throws {@linkcode StorageError}. */
export interface Checkpoints {
  get(key: string): Entry | undefined;
  /** In the order of their keys' UTF-8 bytes. */
  entries(range?: EntryRange): Entry[];
  /** Makes all changes or none; they survive the program's death once it returns. Of equal keys the last one counts. */
  write(changes: Changes): void;
  /** Forgets entries that are about an earlier time; returns how many. */
  pruneBefore(timeMs: number): number;
  count(): number;
}

/** The collections of one receiver. */
export interface ReceiverStorage {
  /** The same name gives the same entries. */
  checkpoints(collection: string): Checkpoints;
}
