/** The state: one SQLite database for what all receivers remember; one process writes it. */
import type { ReceiverStorage } from "../component/checkpoints.ts";
import type { EntryTable } from "./entry_table.ts";

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
  /** All entries as they are stored. */
  readonly table: EntryTable;
  summary(): CollectionSummary[];
  /** Gives the space of what was forgotten back to the disk. */
  compact(): void;
  /** Tries to write what could not be written before; returns how many changes are still not written. */
  flush(): number;
}

/** Why the state cannot be used. */
export type StorageFault =
  | "in_use"
  | "damaged"
  | "newer"
  | "older"
  | "full"
  | "read_only"
  | "unavailable";

/** The state cannot be opened, read or written. Nothing was changed. */
export class StorageError extends Error {
  override readonly name: string = "StorageError";
  readonly fault: StorageFault;

  constructor(message: string, options: { fault: StorageFault; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.fault = options.fault;
  }
}

/** The value of one entry is not what its collection holds; all others can be used. */
export class UnreadableEntryError extends StorageError {
  override readonly name = "UnreadableEntryError";

  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, { ...options, fault: "damaged" });
  }
}
