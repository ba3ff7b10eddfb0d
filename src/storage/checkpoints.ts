import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Changes, Checkpoints, Entry, EntryRange } from "../component/checkpoints.ts";

/** Whose entries they are. */
export interface CollectionId {
  readonly receiver: string;
  readonly collection: string;
}

/** Runs an access to the database; what goes wrong with it becomes a StorageError. */
export type Guard = <T>(action: "read" | "write", access: () => T) => T;

/** Behind every key that has a prefix: no character comes after it. */
const LAST_CHARACTER = "\u{10FFFF}";

/** The entries of one collection in the table `entry`. */
export class SqliteCheckpoints implements Checkpoints {
  readonly #database: DatabaseSync;
  readonly #guard: Guard;
  readonly #id: readonly [receiver: string, collection: string];
  readonly #get: StatementSync;
  readonly #range: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #prune: StatementSync;
  readonly #count: StatementSync;

  constructor(database: DatabaseSync, { receiver, collection, guard }: CollectionId & { guard: Guard }) {
    const own = "receiver = ? AND collection = ?";
    this.#database = database;
    this.#guard = guard;
    this.#id = [receiver, collection];
    this.#get = database.prepare(`SELECT key, value, time_ms FROM entry WHERE ${own} AND key = ?`);
    this.#range = database.prepare(
      `SELECT key, value, time_ms FROM entry WHERE ${own} AND key > ? AND key >= ? AND key < ? ORDER BY key LIMIT ?`,
    );
    this.#put = database.prepare("INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)");
    this.#delete = database.prepare(`DELETE FROM entry WHERE ${own} AND key = ?`);
    this.#prune = database.prepare(`DELETE FROM entry WHERE ${own} AND time_ms < ?`);
    this.#count = database.prepare(`SELECT count(*) AS entries FROM entry WHERE ${own}`);
  }

  get(key: string): Entry | undefined {
    const row = this.#guard("read", () => this.#get.get(...this.#id, key));
    return row === undefined ? undefined : entryOf(row);
  }

  entries({ prefix = "", after = "", limit = -1 }: EntryRange = {}): Entry[] {
    const rows = this.#guard(
      "read",
      () => this.#range.all(...this.#id, after, prefix, `${prefix}${LAST_CHARACTER}`, limit),
    );
    return rows.map(entryOf);
  }

  write({ put = [], delete: keys = [] }: Changes): void {
    this.#guard("write", () => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const key of keys) this.#delete.run(...this.#id, key);
        for (const { key, value, timeMs } of put) {
          this.#put.run(...this.#id, key, JSON.stringify(value), Math.trunc(timeMs));
        }
        this.#database.exec("COMMIT");
      } catch (error) {
        // Some errors have rolled back already.
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  pruneBefore(timeMs: number): number {
    return Number(this.#guard("write", () => this.#prune.run(...this.#id, Math.trunc(timeMs))).changes);
  }

  count(): number {
    return Number(this.#guard("read", () => this.#count.get(...this.#id))?.["entries"]);
  }
}

function entryOf(row: Record<string, unknown>): Entry {
  return {
    key: String(row["key"]),
    value: JSON.parse(String(row["value"])) as unknown,
    timeMs: Number(row["time_ms"]),
  };
}
