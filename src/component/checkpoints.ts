/**
 * What receivers remember beyond the life of the program: where they are in their sources. Reads and writes are
 * synchronous and take microseconds.
 */
import type { ZodType } from "zod";

/** One thing that is remembered. */
export interface Entry<T = unknown> {
  /** Unique within its collection. */
  readonly key: string;
  /** Anything that JSON holds. Never content, never secrets. */
  readonly value: T;
  /** Time that the entry is about, in ms since the epoch: see {@linkcode EntryRange.beforeMs}. */
  readonly timeMs: number;
}

/** Which entries of a collection. */
export interface EntryRange {
  /** Only keys that begin so. */
  readonly prefix?: string | undefined;
  /** Only keys after this one. */
  readonly after?: string | undefined;
  /** Only keys up to and including this one. */
  readonly upTo?: string | undefined;
  /** Only entries that are about an earlier time. */
  readonly beforeMs?: number | undefined;
}

/** What is to change in a collection. */
export interface Changes<T> {
  readonly put?: Iterable<Entry<T>>;
  /** Keys; those that are not there do not matter. */
  readonly delete?: Iterable<string>;
}

/**
 * One collection of entries of one receiver. Reading throws `StorageError` when the database cannot be read, and
 * `UnreadableEntryError` for a value that is not what the collection's schema says.
 */
export interface CheckpointStore<T> {
  /** Sees also what could not be written yet. */
  get(key: string): Entry<T> | undefined;
  /** Whether there is such an entry, whatever its value. Sees what {@linkcode get} sees. */
  has(key: string): boolean;
  /** Written keys in the order of their UTF-8 bytes, read page by page: entries may change meanwhile. */
  keys(range?: EntryRange): Iterable<string>;
  /** How many entries are written. */
  count(): number;
  /**
   * Makes all changes or none; they survive the program's death once they are written. Of equal keys the last one
   * counts. While the database cannot be written, changes are kept in memory and written with the next ones: see
   * {@linkcode ReceiverStorage.caughtUp}.
   */
  write(changes: Changes<T>): void;
  /** Deletes entries in several steps, in which others may change; stops while the database cannot be written. */
  forget(keys: Iterable<string>): void;
  /** Deletes all of a range, in steps; returns how many: none while the database cannot be written. */
  forgetIn(range: EntryRange): number;
}

/** The collections of one receiver. */
export interface ReceiverStorage {
  /** The same name gives the same entries. */
  checkpoints<T>(collection: string, schema: ZodType<T>): CheckpointStore<T>;
  /**
   * Resolves once everything is written, at once where it is already. A receiver waits for it before it reads anything
   * new: what cannot be written down would be delivered again after a restart, and memory would fill with it.
   *
   * @throws {StorageError} in `once`, when it cannot be written now.
   * @throws the signal's reason.
   */
  caughtUp(options: { readonly signal: AbortSignal; readonly once: boolean }): Promise<void>;
}
