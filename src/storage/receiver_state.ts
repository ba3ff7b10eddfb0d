import { dirname } from "node:path";
import type { ZodType } from "zod";
import { retry, type RetryPolicy } from "../async/retry.ts";
import type { Changes, CheckpointStore, Entry, EntryRange, ReceiverStorage } from "../component/checkpoints.ts";
import type { CollectionId, EntryTable, Row, RowChange } from "./entry_table.ts";
import { StorageError, UnreadableEntryError } from "./storage_error.ts";

/** Between tries to write what could not be written. */
const WRITE_POLICY: RetryPolicy = { initialMs: 1000, factor: 2, maxMs: 60_000 };
/** So many entries are looked at, or deleted, together. */
const PAGE = 1000;

/** What one receiver remembers: its collections, and the changes that could not be written yet. */
export class ReceiverState implements ReceiverStorage {
  readonly #table: EntryTable;
  readonly #receiver: string;
  /** By collection and key; the last change of a key counts. */
  readonly #unwritten = new Map<string, RowChange>();

  constructor(table: EntryTable, receiver: string) {
    this.#table = table;
    this.#receiver = receiver;
  }

  checkpoints<T>(collection: string, schema: ZodType<T>): CheckpointStore<T> {
    return new Collection(this.#table, { id: { receiver: this.#receiver, collection }, schema, state: this });
  }

  async caughtUp({ signal, once }: { signal: AbortSignal; once: boolean }): Promise<void> {
    const isTransient = (error: unknown) => !once && error instanceof StorageError;
    await retry(() => this.#write(), { policy: WRITE_POLICY, signal, isTransient });
  }

  /** Tries to write what could not be written before; returns how many changes are still not written. */
  flush(): number {
    try {
      this.#write();
    } catch (error) {
      // The table has reported it.
      if (!(error instanceof StorageError)) throw error;
    }
    return this.#unwritten.size;
  }

  change(changes: Iterable<RowChange>): void {
    for (const change of changes) this.#unwritten.set(unwrittenKey(change.collection, change.key), change);
    this.flush();
  }

  /** Whether there are changes that could not be written yet. */
  get isBehind(): boolean {
    return this.#unwritten.size > 0;
  }

  /** A row that is not written yet. */
  unwritten(collection: string, key: string): RowChange | undefined {
    return this.#unwritten.get(unwrittenKey(collection, key));
  }

  #write(): void {
    if (this.#unwritten.size === 0) return;
    this.#table.write(this.#unwritten.values());
    this.#unwritten.clear();
  }
}

function unwrittenKey(collection: string, key: string): string {
  return `${collection}\0${key}`;
}

class Collection<T> implements CheckpointStore<T> {
  readonly #table: EntryTable;
  readonly #id: CollectionId;
  readonly #schema: ZodType<T>;
  readonly #state: ReceiverState;

  constructor(table: EntryTable, of: { id: CollectionId; schema: ZodType<T>; state: ReceiverState }) {
    this.#table = table;
    this.#id = of.id;
    this.#schema = of.schema;
    this.#state = of.state;
  }

  get(key: string): Entry<T> | undefined {
    const row = this.#row(key);
    return row === undefined ? undefined : this.#entryOf(row);
  }

  has(key: string): boolean {
    return this.#row(key) !== undefined;
  }

  *keys(range: EntryRange = {}): Generator<string, void, void> {
    for (let { after } = range;;) {
      const rows = this.#table.rows(this.#id, { ...range, after, limit: PAGE });
      for (const { key } of rows) yield key;
      after = rows.at(-1)?.key;
      if (rows.length < PAGE) return;
    }
  }

  count(): number {
    return this.#table.countIn(this.#id);
  }

  write({ put = [], delete: keys = [] }: Changes<T>): void {
    const changes: RowChange[] = [];
    for (const key of keys) changes.push({ ...this.#id, key, row: undefined });
    for (const { key, value, timeMs } of put) {
      changes.push({ ...this.#id, key, row: { key, json: JSON.stringify(value), timeMs } });
    }
    this.#state.change(changes);
  }

  forget(keys: Iterable<string>): void {
    let page: string[] = [];
    for (const key of keys) {
      if (page.push(key) < PAGE) continue;
      this.write({ delete: page });
      if (this.#state.isBehind) return;
      page = [];
    }
    if (page.length > 0) this.write({ delete: page });
  }

  forgetIn(range: EntryRange): number {
    // In the order of the calls: what is not written yet may be of the range.
    if (this.#state.flush() > 0) return 0;
    try {
      return this.#table.deleteIn(this.#id, range);
    } catch (error) {
      // The table has reported it, and the next time more is forgotten.
      if (!(error instanceof StorageError)) throw error;
      return 0;
    }
  }

  #row(key: string): Row | undefined {
    const unwritten = this.#state.unwritten(this.#id.collection, key);
    return unwritten === undefined ? this.#table.get(this.#id, key) : unwritten.row;
  }

  #entryOf({ key, json, timeMs, isChanged }: Row): Entry<T> {
    if (isChanged === true) throw this.#unreadable(key, { problem: "is not what was written (a fault of the disk?)" });
    let value: unknown;
    try {
      value = JSON.parse(json);
    } catch (cause) {
      throw this.#unreadable(key, { problem: "is not JSON", cause });
    }
    const { success, data, error } = this.#schema.safeParse(value);
    if (success) return { key, value: data, timeMs };
    const problem = error.issues.map(({ path, message }) => [...path, message].join(": ")).join(", ");
    throw this.#unreadable(key, { problem: `has another shape (${problem})`, cause: error });
  }

  #unreadable(key: string, { problem, cause }: { problem: string; cause?: unknown }): UnreadableEntryError {
    const { path } = this.#table;
    const { receiver, collection } = this.#id;
    const command = ["bedrock-otel state forget", "--directory", dirname(path), "--receiver", receiver]
      .concat("--collection", collection, "--key", key)
      .map((word, index) => index === 0 || /^[\w./:=@+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
      .join(" ");
    return new UnreadableEntryError(
      `Cannot read state ${path}: the value of receiver ${receiver}, collection ${collection}, key ${key} ${problem}: ` +
        `stop the program, then have it read and deliver this again: ${command}`,
      { cause },
    );
  }
}
