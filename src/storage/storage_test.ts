import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { openStorage } from "./open.ts";
import { StorageError } from "./storage.ts";
import { temporaryStorage } from "../../test/world/temporary_storage.ts";

const entry = (key: string, timeMs = 0, value: unknown = key) => ({ key, value, timeMs });

Deno.test("what was written is there again when the state is opened anew", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "again");
  const value = { etag: "é", position: 12, nested: [null, true] };
  {
    using storage = openStorage({ directory });
    storage.of("awss3").checkpoints("objects").write({ put: [entry("k", 5, value)] });
  }
  using storage = openStorage({ directory });
  assert.deepEqual(storage.of("awss3").checkpoints("objects").get("k"), entry("k", 5, value));
});

Deno.test("collections and receivers do not see each other's entries", () => {
  using storage = temporaryStorage();
  const objects = storage.of("awss3").checkpoints("objects");
  objects.write({ put: [entry("a"), entry("b")] });
  storage.of("awss3/other").checkpoints("objects").write({ put: [entry("a", 7)] });
  storage.of("awss3").checkpoints("hours").write({ put: [entry("a", 9)] });
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
  const checkpoints = storage.of("awss3").checkpoints("objects");
  checkpoints.write({ put: keys.map((key) => entry(key)) });
  const found = (range = {}) => checkpoints.entries(range).map(({ key }) => key);
  assert.deepEqual(found(), ["B", "a", "a/1", "a/2", "a/é", "a/\u{1F600}", "b"]);
  assert.deepEqual(found({ prefix: "a/" }), ["a/1", "a/2", "a/é", "a/\u{1F600}"]);
  assert.deepEqual(found({ prefix: "a/", after: "a/1", limit: 2 }), ["a/2", "a/é"]);
  assert.deepEqual(found({ after: "b" }), []);
});

Deno.test("pruning forgets what is about an earlier time, and nothing else", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects");
  checkpoints.write({ put: [entry("old", 999), entry("edge", 1000), entry("new", 1001)] });
  const other = storage.of("file").checkpoints("objects");
  other.write({ put: [entry("old", 999)] });
  assert.equal(checkpoints.pruneBefore(1000), 1);
  assert.deepEqual(checkpoints.entries().map(({ key }) => key), ["edge", "new"]);
  assert.equal(other.count(), 1);
});

Deno.test("changes are made all or not at all", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects");
  checkpoints.write({ put: [entry("kept")] });
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  assert.throws(() => checkpoints.write({ delete: ["kept"], put: [entry("new"), entry("bad", 0, circular)] }));
  assert.deepEqual(checkpoints.entries().map(({ key }) => key), ["kept"]);
  checkpoints.write({ put: [entry("after")] });
  assert.equal(checkpoints.count(), 2);
});

Deno.test("the state is readable by its owner only, and holds no more after compacting than is in it", () => {
  using storage = temporaryStorage();
  const checkpoints = storage.of("awss3").checkpoints("objects");
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
  assert.equal(checkpoints.pruneBefore(1990), 1990);
  storage.compact();
  assert.ok(sizeBytes() < 50_000);
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
    storage.of("awss3").checkpoints("objects").write({ put });
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

Deno.test("state of a later version of the program is refused", () => {
  using temporary = temporaryStorage();
  const directory = join(temporary.directory, "later");
  changed(directory, (path) => {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
  });
  const { fault, message } = openError(directory);
  assert.equal(fault, "newer");
  assert.match(message, /has version 99, this program knows \d+/);
});

Deno.test("a write that fails says so once it fails, and once it succeeds again", () => {
  using temporary = temporaryStorage();
  const { events, lines } = quietEvents();
  const directory = join(temporary.directory, "told");
  using storage = openStorage({ directory, events });
  const checkpoints = storage.of("awss3").checkpoints("objects");
  const other = new DatabaseSync(join(directory, "state.db"));
  other.exec("BEGIN IMMEDIATE");
  assert.throws(
    () => checkpoints.write({ put: [entry("k")] }),
    (error) => error instanceof StorageError && error.fault === "in_use",
  );
  other.exec("ROLLBACK");
  other.close();
  checkpoints.write({ put: [entry("k")] });
  checkpoints.write({ put: [entry("l")] });
  assert.deepEqual(lines.map((line) => line.split(" ").find((word) => word.startsWith("storage."))), [
    "storage.failed:",
    "storage.recovered:",
  ]);
});

Deno.test("state that is removed while it is in use is told once, and until it is back", () => {
  using temporary = temporaryStorage();
  const { events, lines } = quietEvents();
  const directory = join(temporary.directory, "removed");
  using storage = openStorage({ directory, events });
  const checkpoints = storage.of("awss3").checkpoints("objects");
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
