import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { openStorage } from "../../storage/open.ts";
import { temporaryStorage } from "../../../test/world/temporary_storage.ts";
import { runCli } from "../../../test/world/program.ts";

/** A state with entries of two receivers, closed, in a folder that goes with the result. */
function stateFolder(): Disposable & { directory: string; config: string } {
  const temporary = temporaryStorage();
  const directory = join(temporary.directory, "state");
  {
    using storage = openStorage({ directory });
    const put = ["a/1", "a/2", "b/1"].map((key, index) => ({ key, value: { done: true }, timeMs: 1000 * index }));
    storage.of("awss3").checkpoints("objects", z.unknown()).write({ put });
    storage.of("file").checkpoints("files", z.unknown()).write({ put: put.slice(0, 1) });
  }
  const config = join(temporary.directory, "config.json");
  const queueUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
  Deno.writeTextFileSync(
    config,
    JSON.stringify({
      receivers: { awss3: { queue_url: queueUrl } },
      processors: { bedrock: {} },
      exporters: { debug: {} },
      service: {
        storage: { directory },
        pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["debug"] } },
      },
    }),
  );
  return { directory, config, [Symbol.dispose]: () => temporary[Symbol.dispose]() };
}

Deno.test("state show lists what is remembered, also of a running program", async () => {
  using folder = stateFolder();
  // The running program.
  using _running = openStorage({ directory: folder.directory });
  const { code, stdout } = await runCli(["state", "show", "--config", folder.config]);
  assert.equal(code, 0);
  assert.deepEqual(stdout.trim().split("\n").map((line) => line.split(/ {2,}/)), [
    ["RECEIVER", "COLLECTION", "ENTRIES", "OLDEST", "NEWEST"],
    ["awss3", "objects", "3", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:02.000Z"],
    ["file", "files", "1", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"],
  ]);
  const entries = await runCli([
    "state",
    "show",
    "--directory",
    folder.directory,
    "--receiver",
    "awss3",
    "--prefix",
    "b",
  ]);
  assert.deepEqual(entries.stdout.trim().split("\n").map((line) => JSON.parse(line) as unknown), [{
    receiver: "awss3",
    collection: "objects",
    key: "b/1",
    time: "1970-01-01T00:00:02.000Z",
    value: { done: true },
  }]);
});

Deno.test("state forget removes what was selected and nothing else, and nothing with --dry-run", async () => {
  using folder = stateFolder();
  const forget = ["state", "forget", "--directory", folder.directory, "--receiver", "awss3", "--prefix", "a/"];
  const left = () => {
    using storage = openStorage({ directory: folder.directory, readOnly: true });
    return storage.summary().map(({ receiver, entries }) => `${receiver} ${entries}`);
  };
  const dry = await runCli([...forget, "--dry-run"]);
  assert.equal(dry.stdout, "awss3 objects: would forget 2 entries\n");
  assert.deepEqual(left(), ["awss3 3", "file 1"]);
  assert.equal((await runCli(forget)).stdout, "awss3 objects: forgot 2 entries\n");
  assert.deepEqual(left(), ["awss3 1", "file 1"]);
});

Deno.test("state shows and forgets a single entry, also one whose value cannot be read", async () => {
  using folder = stateFolder();
  {
    using storage = openStorage({ directory: folder.directory });
    const id = { receiver: "awss3", collection: "objects", key: "a/1" };
    storage.table.write([{ ...id, row: { key: "a/1", json: '{"etag":', timeMs: 0 } }]);
    storage.table.write([{ ...id, key: "a/11", row: { key: "a/11", json: "1", timeMs: 0 } }]);
  }
  const one = ["--directory", folder.directory, "--receiver", "awss3", "--key", "a/1"];
  const { stdout } = await runCli(["state", "show", ...one]);
  assert.deepEqual(JSON.parse(stdout), {
    receiver: "awss3",
    collection: "objects",
    key: "a/1",
    time: "1970-01-01T00:00:00.000Z",
    unreadable: '{"etag":',
  });
  assert.equal((await runCli(["state", "forget", ...one])).stdout, "awss3 objects: forgot 1 entry\n");
  using storage = openStorage({ directory: folder.directory, readOnly: true });
  const rows = storage.table.rows({ receiver: "awss3", collection: "objects" }, { limit: 9 });
  assert.deepEqual(rows.map(({ key }) => key), ["a/11", "a/2", "b/1"]);
});

Deno.test("state compact gives room back with no more permissions than the program has", async () => {
  using folder = stateFolder();
  const sizeBytes = () => Deno.statSync(join(folder.directory, "state.db")).size;
  {
    using storage = openStorage({ directory: folder.directory });
    const entries = Array.from({ length: 500 }, (_, index) => ({ key: `${index}`, value: "x".repeat(500), timeMs: 0 }));
    const checkpoints = storage.of("awss3").checkpoints("large", z.unknown());
    checkpoints.write({ put: entries });
    checkpoints.write({ delete: entries.map(({ key }) => key) });
  }
  const before = sizeBytes();
  const compact = ["state", "compact", "--directory", folder.directory];
  const { code, stderr } = await runCli(compact, { flags: ["-P=start"] });
  assert.deepEqual([code, stderr], [0, ""]);
  assert.ok(sizeBytes() < before / 2, `${before} -> ${sizeBytes()}`);
});

Deno.test("state is not repaired under a running program, and not begun where there is none", async () => {
  using folder = stateFolder();
  {
    using _running = openStorage({ directory: folder.directory });
    const locked = await runCli(["state", "compact", "--directory", folder.directory]);
    assert.equal(locked.code, 1);
    assert.match(locked.stderr, new RegExp(`^Cannot open state: .*state.lock is locked by process ${Deno.pid}: `));
  }
  const nowhere = join(folder.directory, "nowhere");
  const missing = await runCli(["state", "forget", "--receiver", "awss3", "--directory", nowhere]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^Cannot open state: there is no /);
  assert.throws(() => Deno.statSync(nowhere), Deno.errors.NotFound);
});

Deno.test("state names what there is where a name fits nothing", async () => {
  using folder = stateFolder();
  const { code, stderr } = await runCli(["state", "show", "--directory", folder.directory, "--receiver", "awss4"]);
  assert.equal(code, 0);
  assert.match(stderr, /^Nothing is remembered of that: there is awss3 objects, /);
});

Deno.test("state asks for what is missing", async () => {
  const noPlace = await runCli(["state", "show"]);
  assert.deepEqual([noPlace.code, noPlace.stderr], [
    2,
    "Cannot use state: expected --config FILE or --directory DIR, one of them\n",
  ]);
  const noReceiver = await runCli(["state", "forget", "--directory", "x"]);
  assert.deepEqual([noReceiver.code, noReceiver.stderr], [
    2,
    "Cannot use state: expected --receiver ID: whose entries to forget\n",
  ]);
});
