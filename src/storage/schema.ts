/** The database's tables, and how older ones become the present ones. */
import type { DatabaseSync } from "node:sqlite";
import { StorageError } from "./storage.ts";

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
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/** Gives an empty file our tables, and keeps account of pages that become free, so that they can be given back. */
export function createSchema(database: DatabaseSync): void {
  database.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = ${APPLICATION_ID}`);
  migrate(database, 0);
}

/**
 * Brings the tables up to date.
 * @throws {StorageError} the file is not ours, or was written by a later version of the program.
 */
export function updateSchema(database: DatabaseSync, path: string): void {
  if (pragma(database, "application_id") !== APPLICATION_ID) {
    throw new StorageError(`Cannot open state: ${path} is no state of bedrock-otel`, { fault: "damaged" });
  }
  const version = pragma(database, "user_version");
  if (version > SCHEMA_VERSION) {
    const message = `Cannot open state: ${path} has version ${version}, this program knows ${SCHEMA_VERSION}: ` +
      "use the later program that wrote it";
    throw new StorageError(message, { fault: "newer" });
  }
  migrate(database, version);
}

function migrate(database: DatabaseSync, from: number): void {
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < from) continue;
    database.exec(`BEGIN IMMEDIATE; ${statements} PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
