/**
 * What receivers remember beyond the life of the program: where they are in their sources. Everything is kept in one
 * SQLite database; one process writes it. Reads and writes are synchronous and take microseconds.
 */
import type { ReceiverStorage } from "../component/checkpoints.ts";

/** What one receiver remembers in one collection. */
export interface CollectionSummary {
  readonly receiver: string;
  readonly collection: string;
  readonly entries: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** The opened database. */
export interface Storage extends Disposable {
  /** The collections of the receiver with this id. */
  of(receiver: string): ReceiverStorage;
  summary(): CollectionSummary[];
  /** Gives the room of what was forgotten back to the disk. */
  compact(): void;
}

/** Why the state cannot be used. */
export type StorageFault =
  | "in_use"
  | "damaged"
  | "newer"
  | "full"
  | "read_only"
  | "unavailable";

/** The state cannot be opened, read or written. Nothing was changed. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly fault: StorageFault;

  constructor(message: string, options: { fault: StorageFault; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.fault = options.fault;
  }
}
