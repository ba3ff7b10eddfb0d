import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { z } from "zod";
import type { Entry } from "../component/checkpoints.ts";
import { openStorage, type Storage } from "./open.ts";
import { StorageError, UnreadableEntryError } from "./storage_error.ts";
import { diskIsFull, temporaryStorage } from "../../test/world/temporary_storage.ts";

function entry(key: string, timeMs?: number): Entry<string>;
function entry<T>(key: string, timeMs: number, value: T): Entry<T>;
function entry(key: string, timeMs = 0, value: unknown = key): Entry {
  return { key, value, timeMs };
}

Deno.test("what was written is there again when the state is opened anew", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "again");
  const value = { etag: "é", position: 12, nested: [null, true] };
  {
    using storage = openStorage({ directory });
    storage.of("awss3").checkpoints("objects", z.unknown()).write({ put: [entry("k", 5, value)] });
  }
  using storage = openStorage({ directory });
  assert.deepEqual(storage.of("awss3").checkpoints("objects", z.unknown()).get("k"), entry("k", 5, value));
});

Deno.test("collections and receivers do not see each other's entries", () => {
  using storage = temporaryStorage();
  const objects = storage.of("awss3").checkpoints("objects", z.unknown());
  objects.write({ put: [entry("a"), entry("b")] });
  storage.of("awss3/other").checkpoints("objects", z.unknown()).write({ put: [entry("a", 7)] });
  storage.of("awss3").checkpoints("hours", z.unknown()).write({ put: [entry("a", 9)] });
  objects.write({ delete: ["b", "never there"] });
  assert.deepEqual(storage.summary(), [
    { receiver: "awss3", collection: "hours", entries: 1, oldestMs: 9, newestMs: 9 },
    { receiver: "awss3", collection: "objects", entries: 1, oldestMs: 0, newestMs: 0 },
    { receiver: "awss3/other", collection: "objects", entries: 1, oldestMs: 7, newestMs: 7 },
  ]);
});

Deno.test("entries come in the order of their bytes, by prefix, behind a key, and no more than wanted", () => {
  using storage = temporaryStorage();
  const keys = ["a", "a/1", "a/2", "a/é", "a/\u{1F600}", "b", "B"];
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: keys.map((key) => entry(key)) });
  const found = (range = {}) => [...checkpoints.keys(range)];
  assert.deepEqual(found(), ["B", "a", "a/1", "a/2", "a/é", "a/\u{1F600}", "b"]);
  assert.deepEqual(found({ prefix: "a/" }), ["a/1", "a/2", "a/é", "a/\u{1F600}"]);
  assert.deepEqual(found({ prefix: "a/", after: "a/1", upTo: "a/é" }), ["a/2", "a/é"]);
  assert.deepEqual(found({ after: "b" }), []);
});

Deno.test("pruning forgets what is about an earlier time, and nothing else", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: [entry("old", 999), entry("edge", 1000), entry("new", 1001)] });
  const other = storage.of("file").checkpoints("objects", z.unknown());
  other.write({ put: [entry("old", 999)] });
  assert.equal(checkpoints.forgetIn({ beforeMs: 1000 }), 1);
  assert.deepEqual([...checkpoints.keys()], ["edge", "new"]);
  assert.equal(other.count(), 1);
});

Deno.test("what could not be written is written before a range is forgotten, and nothing is forgotten until then", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: [entry("written", 999)] });
  storage.beforeWrite = diskIsFull;
  checkpoints.write({ put: [entry("late", 999), entry("new", 1000)] });
  let tries = 0;
  storage.beforeWrite = () => {
    if (tries++ === 0) diskIsFull();
  };
  assert.equal(checkpoints.forgetIn({ beforeMs: 1000 }), 0);
  assert.deepEqual([...checkpoints.keys()], ["written"]);
  assert.equal(checkpoints.forgetIn({ beforeMs: 1000 }), 2);
  assert.deepEqual([...checkpoints.keys()], ["new"]);
});

Deno.test("changes are made all or not at all", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: [entry("kept")] });
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  assert.throws(() => checkpoints.write({ delete: ["kept"], put: [entry("new"), entry("bad", 0, circular)] }));
  assert.deepEqual([...checkpoints.keys()], ["kept"]);
  checkpoints.write({ put: [entry("after")] });
  assert.equal(checkpoints.count(), 2);
});

Deno.test("the state is readable by its owner only, and holds no more after compacting than is in it", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: Array.from({ length: 2000 }, (_, index) => entry(`k${index}`, index, "x".repeat(500))) });
  const modes = [...Deno.readDirSync(storage.directory)].map(({ name }) => {
    const { mode } = Deno.statSync(join(storage.directory, name));
    return [name, (mode as number) & 0o777] as const;
  });
  assert.deepEqual(Object.fromEntries(modes), {
    "state.db": 0o600,
    "state.db-shm": 0o600,
    "state.db-wal": 0o600,
    "state.lock": 0o600,
  });
  const sizeBytes = () => Deno.statSync(join(storage.directory, "state.db")).size;
  storage.compact();
  assert.ok(sizeBytes() > 1_000_000);
  assert.equal(checkpoints.forgetIn({ beforeMs: 1990 }), 1990);
  storage.compact();
  assert.ok(sizeBytes() < 50_000);
});

Deno.test("the write-ahead log stays small, whatever is written, forgotten and compacted", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  let largest = 0;
  const look = () => largest = Math.max(largest, Deno.statSync(join(storage.directory, "state.db-wal")).size);
  for (let time = 0; time < 3000; time++) {
    checkpoints.write({ put: [entry(`k${time % 5}`, time)] });
    look();
  }
  for (let from = 0; from < 20_000; from += 500) {
    const put = Array.from({ length: 500 }, (_, index) => entry(`l${from + index}`, from + index, "x".repeat(100)));
    checkpoints.write({ put });
    look();
  }
  assert.equal(checkpoints.forgetIn({ beforeMs: 19_000 }), 19_000 + 5);
  look();
  storage.compact();
  look();
  assert.ok(largest < 3 * 1024 * 1024, `${largest} bytes`);
  checkpoints.write({ put: [entry("a")] });
  assert.ok(Deno.statSync(join(storage.directory, "state.db-wal")).size <= 256 * 1024);
  assert.equal(checkpoints.count(), 1001);
});

/** The error that opening a directory gives. */
function openError(directory: string): StorageError {
  try {
    openStorage({ directory })[Symbol.dispose]();
  } catch (error) {
    assert.ok(error instanceof StorageError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: "the state was opened" });
}

/** A directory whose database `change` has been at, with many entries in it. */
function changed(directory: string, change: (path: string) => void): string {
  {
    using storage = openStorage({ directory });
    const put = Array.from({ length: 5000 }, (_, index) => entry(`key ${index}`, index));
    storage.of("awss3").checkpoints("objects", z.unknown()).write({ put });
  }
  const path = join(directory, "state.db");
  change(path);
  return path;
}

Deno.test("a damaged database is refused with its path and left as it is", async (t) => {
  const damages: Readonly<Record<string, (path: string) => void>> = {
    "no database": (path) => Deno.writeTextFileSync(path, "this is no database\n".repeat(100)),
    "cut short": (path) => Deno.truncateSync(path, 40_000),
    "emptied": (path) => Deno.truncateSync(path, 0),
    "overwritten in the middle": (path) => {
      const bytes = Deno.readFileSync(path);
      bytes.fill(0xee, 8192, 24_576);
      Deno.writeFileSync(path, bytes);
    },
    "another program's": (path) => {
      Deno.removeSync(path);
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE entry (mine TEXT)");
      database.close();
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    await t.step(name, () => {
      using temporary = temporaryStorage();
      const directory = join(temporary.directory, "damaged");
      const path = changed(directory, damage);
      const before = Deno.readFileSync(path);
      const { fault, message } = openError(directory);
      assert.equal(fault, "damaged");
      assert.match(message, /^Cannot open state/);
      assert.ok(message.includes(path), message);
      assert.deepEqual(Deno.readFileSync(path), before);
    });
  }
});

Deno.test("what cannot be written is remembered in memory, and written in order once it can be", async () => {
  using storage = temporaryStorage();
  const state = storage.of("awss3");
  const checkpoints = state.checkpoints("objects", z.unknown());
  checkpoints.write({ put: [entry("deleted"), entry("changed", 1, "before")] });
  storage.beforeWrite = diskIsFull;
  checkpoints.write({ delete: ["deleted"], put: [entry("changed", 2, "between")] });
  checkpoints.write({ put: [entry("changed", 3, "after"), entry("new")] });
  assert.deepEqual(checkpoints.get("changed"), entry("changed", 3, "after"));
  assert.deepEqual(["deleted", "changed", "new", "never"].map((key) => checkpoints.has(key)), [
    false,
    true,
    true,
    false,
  ]);
  assert.deepEqual([...checkpoints.keys()], ["changed", "deleted"]);
  assert.equal(storage.flush(), 3);

  const { signal } = new AbortController();
  await assert.rejects(state.caughtUp({ signal, once: true }), StorageError);
  const waiting = state.caughtUp({ signal: AbortSignal.abort(new Error("stopped")), once: false });
  await assert.rejects(waiting, /stopped/);
  storage.beforeWrite = () => {};
  await state.caughtUp({ signal, once: true });
  assert.deepEqual([...checkpoints.keys()], ["changed", "new"]);
  assert.equal(storage.flush(), 0);
});

Deno.test("what could not be written is tried once more when the state is closed", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "closed");
  {
    using storage = openStorage({ directory });
    using other = new DatabaseSync(join(directory, "state.db"));
    other.exec("BEGIN IMMEDIATE");
    storage.of("awss3").checkpoints("objects", z.unknown()).write({ put: [entry("k")] });
    other.exec("ROLLBACK");
  }
  using storage = openStorage({ directory });
  assert.equal(storage.of("awss3").checkpoints("objects", z.unknown()).count(), 1);
});

Deno.test("a value that does not fit its schema is an error with its place and the way out, and no other", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3/two").checkpoints("objects", z.object({ etag: z.string() }));
  checkpoints.write({ put: [entry("good", 0, { etag: "x" })] });
  const values = { "it's bad": '{"etag":7}', cut: '{"etag":"' };
  for (const [key, json] of Object.entries(values)) {
    storage.table.write([{ receiver: "awss3/two", collection: "objects", key, row: { key, json, timeMs: 0 } }]);
  }
  assert.throws(() => checkpoints.get("it's bad"), (error: Error) => {
    const place =
      `Cannot read state ${storage.table.path}: the value of receiver awss3/two, collection objects, key it's bad `;
    assert.ok(error instanceof UnreadableEntryError && error.message.startsWith(place), error.message);
    assert.match(error.message, /\(etag: .*expected string/);
    assert.ok(error.message.endsWith(
      `bedrock-otel state forget --directory ${storage.directory} --receiver awss3/two --collection objects ` +
        `--key 'it'\\''s bad'`,
    ));
    return true;
  });
  assert.throws(() => checkpoints.get("cut"), /key cut is not JSON: /);
  assert.deepEqual(checkpoints.get("good")?.value, { etag: "x" });
  assert.deepEqual([checkpoints.has("cut"), [...checkpoints.keys()].length], [true, 3]);
});

for (const changed of ["value = '{\"endMs\":9}'", "time_ms = 9", "checksum = 9"]) {
  Deno.test(`an entry is no longer used once the disk has changed it: ${changed}`, () => {
    using temporary = temporaryStorage();
    const directory = join(temporary.directory, "changed");
    const store = (storage: Storage) => storage.of("awss3").checkpoints("marks", z.object({ endMs: z.number() }));
    {
      using storage = openStorage({ directory });
      store(storage).write({ put: ["a", "b"].map((key) => entry(key, 8, { endMs: 8 })) });
    }
    {
      using database = new DatabaseSync(join(directory, "state.db"));
      database.exec(`UPDATE entry SET ${changed} WHERE key = 'a'`);
    }
    using storage = openStorage({ directory });
    assert.throws(() => store(storage).get("a"), (error: Error) => {
      assert.match(error.message, /key a is not what was written .*: stop the program, .* --collection marks --key a$/);
      return error instanceof UnreadableEntryError;
    });
    assert.deepEqual(store(storage).get("b")?.value, { endMs: 8 });
  });
}

Deno.test("entries are deleted in steps, however many there are", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: Array.from({ length: 3500 }, (_, index) => entry(`${index}`)) });
  checkpoints.forget(Iterator.from(checkpoints.keys()).filter((key) => key !== "7"));
  assert.deepEqual([...checkpoints.keys()], ["7"]);
});

/** A database as the first version of the program made it. */
function firstVersion(directory: string): string {
  Deno.mkdirSync(directory);
  const path = join(directory, "state.db");
  using database = new DatabaseSync(path);
  database.exec(`
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA application_id = 1651795308;
    CREATE TABLE entry (
      receiver TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, time_ms INTEGER NOT NULL,
      PRIMARY KEY (receiver, collection, key)
    ) WITHOUT ROWID;
    CREATE INDEX entry_by_time ON entry (receiver, collection, time_ms);
    PRAGMA user_version = 1;
    INSERT INTO entry VALUES
      ('awss3', 'objects', 's3://b/k', '{"etag":"e","position":"done"}', 1),
      ('awss3', 'held', 's3://b/l', '{"etag":"e","tries":2,"triedMs":3}', 2),
      ('awscloudwatch', 'groups', 'g', '{"doneMs":1,"held":[{"startMs":1,"endMs":2}]}', 3),
      ('awscloudwatch', 'groups', 'damaged', '{', 3),
      ('awscloudwatch', 'events g', '123', '1', 4),
      ('awscloudwatchmetrics', 'metrics', 'delivered|1|r|n', '{"endMs":5}', 5),
      ('awscloudwatchmetrics', 'metrics', 'sent|1|r|n|t|k', '{"a":1}', 6)`);
  return path;
}

Deno.test("state of the first version is brought up to date, with all that it holds", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "first");
  const path = firstVersion(directory);
  assert.throws(
    () => openStorage({ directory, readOnly: true }),
    (error: Error) => error instanceof StorageError && error.fault === "older" && error.message.includes(path),
  );
  openStorage({ directory })[Symbol.dispose]();
  using storage = openStorage({ directory, readOnly: true });
  const found = storage.summary().flatMap(({ receiver, collection }) =>
    storage.table.rows({ receiver, collection }, { limit: 9 })
      .map(({ key, json, timeMs }) => [receiver, collection, key, json, timeMs].join(" "))
  );
  assert.deepEqual(found, [
    "awscloudwatch events g 123 1 4",
    "awscloudwatch groups damaged { 3",
    'awscloudwatch groups g {"doneMs":1,"deferred":[{"startMs":1,"endMs":2}]} 3',
    'awscloudwatchmetrics sent 1|r|n|t|k {"a":1} 6',
    'awscloudwatchmetrics watermarks 1|r|n {"endMs":5} 5',
    'awss3 deferred s3://b/l {"etag":"e","tries":2,"triedMs":3} 2',
    'awss3 objects s3://b/k {"etag":"e","position":"done"} 1',
  ]);
});

Deno.test("state of a newer version of the program is refused with its path and the way out", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "later");
  changed(directory, (path) => {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
  });
  const { fault, message } = openError(directory);
  assert.equal(fault, "newer");
  assert.match(message, /later\/state\.db has version 99, this program knows \d+: use the newer program/);
  assert.throws(() => openStorage({ directory, readOnly: true }), /has version 99/);
});

Deno.test("writes that fail are reported once, and once when they succeed again", () => {
  using temporary = temporaryStorage();
  const { events, lines } = quietEvents();
  const directory = join(temporary.directory, "told");
  using storage = openStorage({ directory, events });
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  const other = new DatabaseSync(join(directory, "state.db"));
  other.exec("BEGIN IMMEDIATE");
  for (let attempt = 0; attempt < 3; attempt++) checkpoints.write({ put: [entry("k")] });
  assert.match(lines[0] ?? "", /reason=in_use/);
  other.exec("ROLLBACK");
  other.close();
  checkpoints.write({ put: [entry("k")] });
  checkpoints.write({ put: [entry("l")] });
  assert.deepEqual(lines.map((line) => line.split(" ").find((word) => word.startsWith("storage."))), [
    "storage.failed:",
    "storage.recovered:",
  ]);
});

Deno.test("state that is removed while it is in use is reported once, and when it is back", () => {
  using temporary = temporaryStorage();
  const { events, lines } = quietEvents();
  const directory = join(temporary.directory, "removed");
  using storage = openStorage({ directory, events });
  const checkpoints = storage.of("awss3").checkpoints("objects", z.unknown());
  checkpoints.write({ put: [entry("k")] });
  Deno.renameSync(directory, `${directory}.old`);
  checkpoints.write({ put: [entry("l")] });
  checkpoints.write({ put: [entry("m")] });
  Deno.renameSync(`${directory}.old`, directory);
  checkpoints.write({ put: [entry("n")] });
  assert.match(lines[0] ?? "", /storage\.failed: .*state\.db was removed while it was in use: restart the program/);
  assert.match(lines[1] ?? "", /storage\.recovered: /);
  assert.equal(lines.length, 2);
  assert.equal(checkpoints.count(), 4);
});
