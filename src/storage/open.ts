import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Events } from "./events.ts";
import { type CollectionId, EntryTable, type Guard } from "./entry_table.ts";
import { lockFile } from "./lock.ts";
import { ReceiverState } from "./receiver_state.ts";
import { checkVersion, createSchema, pragma, updateSchema } from "./schema.ts";
import { isDiskFull, storageError } from "./sqlite_error.ts";
import { StorageError, type StorageFault } from "./storage_error.ts";

export interface OpenOptions {
  /** `service.storage.directory`; made where it is missing. */
  readonly directory: string;
  /** Look only: no lock is taken, so that a running program's state can be looked at. */
  readonly readOnly?: boolean;
  /** Do not begin a state where there is none; always so with `readOnly`. */
  readonly mustExist?: boolean;
  /** Where writes that fail or that nobody will find are reported, and the first that succeeds again. */
  readonly events?: Events;
}

/** Name of the database in its directory. */
const DATABASE = "state.db";
/**
 * SQLite's write-ahead log is copied into the database once it has so many pages (of 4 KiB), and cut to this size: on a
 * small disk a log that is larger than the state would itself be what keeps the disk full.
 */
const WAL_PAGES = 64;
const WAL_BYTES = WAL_PAGES * 4096;

/**
 * Opens the state of a directory, or begins one where there is none. Its files are readable by their owner only.
 *
 * @throws {StorageError} it is in use, damaged, of a newer version, or cannot be written: it is left as it is.
 */
export function openStorage({ directory, readOnly = false, mustExist = readOnly, events }: OpenOptions): Storage {
  const path = join(directory, DATABASE);
  const opened = new DisposableStack();
  try {
    if (mustExist && !existsSync(path)) {
      throw new StorageError(
        `Cannot open state: there is no ${path}: nothing was remembered there (a queue needs no state)`,
        { fault: "unavailable" },
      );
    }
    if (!readOnly) {
      Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
      opened.use(lockFile(join(directory, "state.lock")));
      if (!existsSync(path)) createDatabase(path);
    }
    const database = opened.adopt(new DatabaseSync(path, { readOnly }), (database) => database.close());
    check(database, path);
    checkVersion(database, { path, readOnly });
    if (!readOnly) {
      updateSchema(database);
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
         PRAGMA wal_autocheckpoint = ${WAL_PAGES}; PRAGMA journal_size_limit = ${WAL_BYTES}`,
      );
    }
    return new Storage(database, { path, opened: opened.move(), events });
  } catch (error) {
    opened.dispose();
    throw storageError(error, { action: "open", path });
  }
}

/** The file appears when it is complete: an empty one is never taken for state that has nothing in it. */
function createDatabase(path: string): void {
  const partial = `${path}.new`;
  Deno.openSync(partial, { create: true, write: true, truncate: true, mode: 0o600 }).close();
  const database = new DatabaseSync(partial);
  try {
    createSchema(database);
  } finally {
    database.close();
  }
  // What a killed process wrote last for a database that was moved away: it must not flow into this one.
  for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  Deno.renameSync(partial, path);
}

function check(database: DatabaseSync, path: string): void {
  const result = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
  if (result !== "ok") throw new Error(`${path} is malformed (${String(result)})`);
  if (pragma(database, "page_count") === 0) {
    throw new Error(`${path} is empty, not a database`);
  }
}

/** What one receiver remembers in one collection. */
export interface CollectionSummary extends CollectionId {
  readonly entries: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** The state: one SQLite database for what all receivers remember; one process writes it. */
export class Storage implements Disposable {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #opened: DisposableStack;
  readonly #events: Events | undefined;
  /** All entries as they are stored. */
  readonly table: EntryTable;
  readonly #states: ReceiverState[] = [];
  /** Why the state could not be used last. */
  #failing: string | undefined;

  constructor(
    database: DatabaseSync,
    { path, opened, events }: { path: string; opened: DisposableStack; events: Events | undefined },
  ) {
    this.#database = database;
    this.#path = path;
    this.#opened = opened;
    this.#events = events;
    this.table = new EntryTable(database, { path, guard: this.#guard });
  }

  /** The collections of the receiver with this id. */
  of(receiver: string): ReceiverState {
    const state = new ReceiverState(this.table, receiver);
    this.#states.push(state);
    return state;
  }

  summary(): CollectionSummary[] {
    const rows = this.#guard("read", () =>
      this.#database.prepare(
        `SELECT receiver, name AS collection, count(*) AS entries, min(time_ms) AS oldest, max(time_ms) AS newest
         FROM entry JOIN collection ON id = collection_id GROUP BY id ORDER BY receiver, name`,
      ).all());
    return rows.map((row) => ({
      receiver: String(row["receiver"]),
      collection: String(row["collection"]),
      entries: Number(row["entries"]),
      oldestMs: Number(row["oldest"]),
      newestMs: Number(row["newest"]),
    }));
  }

  /** Gives the space of what was forgotten back to the disk. */
  compact(): void {
    this.#guard("write", () => {
      // Not VACUUM: it attaches a database, for which Deno wants all permissions (denoland/deno#28667).
      // It frees one page with each step: `exec` would make a single one.
      const vacuum = this.#database.prepare(`PRAGMA incremental_vacuum(${WAL_PAGES})`);
      // In steps: the write-ahead log holds a whole step.
      while (pragma(this.#database, "freelist_count") > 0) vacuum.all();
      this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
  }

  /** Tries to write what could not be written before; returns how many changes are still not written. */
  flush(): number {
    return this.#states.reduce((unwritten, state) => unwritten + state.flush(), 0);
  }

  [Symbol.dispose](): void {
    try {
      this.flush();
    } finally {
      this.#opened.dispose();
    }
  }

  readonly #guard: Guard = (action, access) => {
    let result;
    try {
      result = action === "write" ? this.#withRoom(access) : access();
    } catch (cause) {
      const error = storageError(cause, { action, path: this.#path });
      this.#failed(error.message, error instanceof StorageError ? error.fault : "unavailable");
      throw error;
    }
    if (action === "write") this.#written();
    return result;
  };

  /** Makes a change; on a full disk once more, when the room of the write-ahead log was given back. */
  #withRoom<T>(change: () => T): T {
    try {
      return change();
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      try {
        this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        throw error;
      }
      return change();
    }
  }

  /** SQLite does not mind that its file was removed: what it writes then is not there after a restart. */
  #written(): void {
    if (!existsSync(this.#path)) {
      return this.#failed(
        `Cannot keep state: ${this.#path} was removed while it was in use: restart the program`,
        "unavailable",
      );
    }
    if (this.#failing === undefined) return;
    this.#failing = undefined;
    this.#events?.emit("storage.recovered", { component: "storage" });
  }

  /** Reports a failure once, however often it is met. */
  #failed(error: string, reason: StorageFault): void {
    if (this.#failing === error) return;
    this.#failing = error;
    this.#events?.emit("storage.failed", { component: "storage", reason, error });
  }
}
