import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { EntryRange } from "../component/checkpoints.ts";

/** Whose entries they are. */
export interface CollectionId {
  readonly receiver: string;
  readonly collection: string;
}

/** An entry as it is stored: its value is JSON. */
export interface Row {
  readonly key: string;
  readonly json: string;
  readonly timeMs: number;
  /** It was read back otherwise than it was written: a fault of the disk, or another program. */
  readonly isChanged?: boolean;
}

/** What a row becomes; undefined: it is deleted. */
export interface RowChange extends CollectionId {
  readonly key: string;
  readonly row: Row | undefined;
}

/** Runs an access to the database; what goes wrong with it becomes a StorageError. */
export type Guard = <T>(action: "read" | "write", access: () => T) => T;

/** After every key that has a prefix: no character comes after it. */
const LAST_CHARACTER = "\u{10FFFF}";

const COLUMNS = "key, value, time_ms, checksum";
const OWN = "collection_id = (SELECT id FROM collection WHERE receiver = ? AND name = ?)";
const IN_RANGE = `${OWN} AND key > ? AND key >= ? AND key < ? AND key <= ? AND time_ms < ?`;

/** So many rows are deleted together. */
const DELETED_AT_ONCE = 1000;

/** The entries of all collections. Every method throws StorageError. */
export class EntryTable {
  /** Path of the database. */
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #guard: Guard;
  readonly #get: StatementSync;
  readonly #rows: StatementSync;
  readonly #name: StatementSync;
  readonly #put: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteIn: StatementSync;
  readonly #deleteOld: StatementSync;
  readonly #countIn: StatementSync;

  constructor(database: DatabaseSync, { path, guard }: { path: string; guard: Guard }) {
    this.path = path;
    this.#database = database;
    this.#guard = guard;
    this.#get = database.prepare(`SELECT ${COLUMNS} FROM entry WHERE ${OWN} AND key = ?`);
    this.#rows = database.prepare(`SELECT ${COLUMNS} FROM entry WHERE ${IN_RANGE} ORDER BY key LIMIT ?`);
    this.#name = database.prepare("INSERT INTO collection (receiver, name) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#put = database.prepare(
      "INSERT OR REPLACE INTO entry SELECT id, ?, ?, ?, ? FROM collection WHERE receiver = ? AND name = ?",
    );
    this.#delete = database.prepare(`DELETE FROM entry WHERE ${OWN} AND key = ?`);
    this.#deleteIn = database.prepare(deleteSome("entry"));
    // Of a million entries few are old: SQLite would look at all keys.
    this.#deleteOld = database.prepare(deleteSome("entry INDEXED BY entry_by_time"));
    this.#countIn = database.prepare(`SELECT count(*) AS entries FROM entry WHERE ${IN_RANGE}`);
  }

  get({ receiver, collection }: CollectionId, key: string): Row | undefined {
    const row = this.#guard("read", () => this.#get.get(receiver, collection, key));
    return row === undefined ? undefined : rowOf(row);
  }

  /** At most `limit` rows, in the order of their keys' UTF-8 bytes. */
  rows(id: CollectionId, { limit, ...range }: EntryRange & { limit: number }): Row[] {
    return this.#guard("read", () => this.#rows.all(...valuesOf(id, range), limit)).map(rowOf);
  }

  countIn(id: CollectionId, range: EntryRange = {}): number {
    return Number(this.#guard("read", () => this.#countIn.get(...valuesOf(id, range)))?.["entries"]);
  }

  /** Makes all changes or none. */
  write(changes: Iterable<RowChange>): void {
    this.#guard("write", () => {
      this.#database.exec("BEGIN IMMEDIATE");
      try {
        for (const { receiver, collection, key, row } of changes) {
          if (row === undefined) this.#delete.run(receiver, collection, key);
          else {
            this.#name.run(receiver, collection);
            const timeMs = Math.trunc(row.timeMs);
            this.#put.run(key, row.json, timeMs, checksumOf({ ...row, timeMs }), receiver, collection);
          }
        }
        this.#database.exec("COMMIT");
      } catch (error) {
        // Some errors have rolled back already.
        if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  /** Returns how many rows were deleted. In steps: the write-ahead log holds a whole step. */
  deleteIn(id: CollectionId, range: EntryRange): number {
    const statement = range.beforeMs === undefined ? this.#deleteIn : this.#deleteOld;
    const values = [id.receiver, id.collection, ...valuesOf(id, range), DELETED_AT_ONCE];
    for (let deleted = 0;;) {
      const { changes } = this.#guard("write", () => statement.run(...values));
      deleted += Number(changes);
      if (Number(changes) < DELETED_AT_ONCE) return deleted;
    }
  }
}

function deleteSome(from: string): string {
  return `DELETE FROM entry WHERE ${OWN} AND key IN (SELECT key FROM ${from} WHERE ${IN_RANGE} LIMIT ?)`;
}

/** For {@linkcode IN_RANGE}. */
function valuesOf(
  { receiver, collection }: CollectionId,
  { prefix = "", after = "", upTo = LAST_CHARACTER, beforeMs = Infinity }: EntryRange,
): SQLInputValue[] {
  return [receiver, collection, after, prefix, `${prefix}${LAST_CHARACTER}`, upTo, beforeMs];
}

function rowOf({ key, value, time_ms, checksum }: Record<string, unknown>): Row {
  const row = { key: String(key), json: String(value), timeMs: Number(time_ms) };
  // Those of older versions have none.
  return { ...row, isChanged: checksum !== null && checksum !== checksumOf(row) };
}

/** Tells one digit of a time or a position from another, which no schema does. */
function checksumOf({ key, json, timeMs }: Row): number {
  return crc32(`${key}\0${timeMs}\0${json}`);
}
