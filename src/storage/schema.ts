/** The database's tables, and how older ones become the present ones. */
import type { DatabaseSync } from "node:sqlite";
import { StorageError } from "./storage_error.ts";

/** "btel": SQLite keeps it in the file's header, so that another program's database is not taken for ours. */
const APPLICATION_ID = 0x6274656c;

/** Each brings the schema one version further; the version is SQLite's `user_version`. Never change one: add another. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE entry (
     receiver   TEXT NOT NULL,
     collection TEXT NOT NULL,
     key        TEXT NOT NULL,
     value      TEXT NOT NULL,
     time_ms    INTEGER NOT NULL,
     PRIMARY KEY (receiver, collection, key)
   ) WITHOUT ROWID;
   CREATE INDEX entry_by_time ON entry (receiver, collection, time_ms);`,
  // The names of a million entries take more space than the entries.
  `UPDATE entry SET collection = 'watermarks', key = substr(key, 11) WHERE collection = 'metrics' AND key LIKE 'delivered|%';
   UPDATE entry SET collection = 'sent', key = substr(key, 6) WHERE collection = 'metrics' AND key LIKE 'sent|%';
   UPDATE entry SET collection = 'deferred' WHERE collection = 'held';
   UPDATE entry
     SET value = json_set(json_remove(value, '$.held'), '$.deferred', json_extract(value, '$.held'))
     WHERE collection = 'groups' AND json_valid(value);
   CREATE TABLE collection (
     id       INTEGER PRIMARY KEY,
     receiver TEXT NOT NULL,
     name     TEXT NOT NULL,
     UNIQUE (receiver, name)
   );
   INSERT INTO collection (receiver, name) SELECT DISTINCT receiver, collection FROM entry;
   ALTER TABLE entry RENAME TO old_entry;
   CREATE TABLE entry (
     collection_id INTEGER NOT NULL,
     key           TEXT NOT NULL,
     value         TEXT NOT NULL,
     time_ms       INTEGER NOT NULL,
     PRIMARY KEY (collection_id, key)
   ) WITHOUT ROWID;
   INSERT INTO entry SELECT collection.id, key, value, time_ms
     FROM old_entry JOIN collection ON collection.receiver = old_entry.receiver AND name = old_entry.collection;
   DROP TABLE old_entry;
   CREATE INDEX entry_by_time ON entry (collection_id, time_ms);`,
  "ALTER TABLE entry ADD COLUMN checksum INTEGER;",
];

/** The version that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Gives an empty file our tables, and keeps account of pages that become free, so that they can be given back. */
export function createSchema(database: DatabaseSync): void {
  database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(database, 0);
}

/**
 * Whether the file is ours, and of a version that can be used.
 * @throws {StorageError} it is not.
 */
export function checkVersion(
  database: DatabaseSync,
  { path, readOnly }: { path: string; readOnly: boolean },
): void {
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StorageError(`Cannot open state: ${path} is no state of bedrock-otel`, { fault: "damaged" });
  }
  const version = pragma(database, "user_version");
  const versions = `Cannot open state: ${path} has version ${version}, this program knows ${SCHEMA_VERSION}`;
  if (version > SCHEMA_VERSION) {
    const remedy =
      "use the newer program that wrote it, or move the state away to begin anew (what was delivered may be " +
      "delivered again)";
    throw new StorageError(`${versions}: ${remedy}`, { fault: "newer" });
  }
  if (version < SCHEMA_VERSION && readOnly) {
    const remedy = "start the program, or run bedrock-otel state compact, to bring it up to date";
    throw new StorageError(`${versions}: ${remedy}`, { fault: "older" });
  }
}

/** Brings the tables of an older version up to date. */
export function updateSchema(database: DatabaseSync): void {
  migrate(database, pragma(database, "user_version"));
}

function migrate(database: DatabaseSync, from: number): void {
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < from) continue;
    database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/** A number that SQLite keeps of the database. */
export function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
