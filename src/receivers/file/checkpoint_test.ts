import assert from "node:assert/strict";
import { temporaryStorage } from "../../../test/world/temporary_storage.ts";
import { checkpointFor, type FileCheckpoint, FileCheckpoints, type FoundFile } from "./checkpoint.ts";

/** A file whose content is known by its first bytes. */
function file({ inode = 1, sizeBytes = 100, mtimeMs = 1000, start = "x" } = {}): FoundFile {
  const readHead = (bytes: number) => Promise.resolve({ bytes, hash: `${start} ${bytes}` });
  return { path: "/a", inode, sizeBytes, mtimeMs, readHead };
}

async function halfRead(): Promise<FileCheckpoint> {
  return { ...await checkpointFor(file(), undefined), position: 50 };
}

const CASES: readonly { name: string; now: Parameters<typeof file>[0]; goesOn: boolean }[] = [
  { name: "looks the same", now: {}, goesOn: true },
  { name: "was copied back with its time", now: { inode: 2 }, goesOn: true },
  { name: "has grown", now: { sizeBytes: 200, mtimeMs: 2000 }, goesOn: true },
  {
    name: "has grown beyond the bytes that tell it from others",
    now: { sizeBytes: 9000, mtimeMs: 2000 },
    goesOn: true,
  },
  { name: "was touched", now: { mtimeMs: 2000 }, goesOn: true },
  { name: "was replaced by a longer one", now: { inode: 2, sizeBytes: 200, mtimeMs: 2000 }, goesOn: false },
  { name: "was replaced under the same inode", now: { sizeBytes: 200, mtimeMs: 2000, start: "y" }, goesOn: false },
  { name: "was cut", now: { sizeBytes: 60, mtimeMs: 2000 }, goesOn: false },
];

for (const { name, now, goesOn } of CASES) {
  Deno.test(`a file that ${name} ${goesOn ? "goes on under its ids" : "begins anew under other ids"}`, async () => {
    const before = await halfRead();
    const checkpoint = await checkpointFor(file(now), before);
    assert.equal(checkpoint.position, goesOn ? 50 : 0);
    assert.equal(checkpoint.id === before.id, goesOn);
    assert.equal(checkpoint.isDone, false);
  });
}

Deno.test("a file that is done stays done until it grows", async () => {
  const done = { ...await halfRead(), isDone: true };
  assert.equal((await checkpointFor(file({ mtimeMs: 2000 }), done)).isDone, true);
  assert.equal((await checkpointFor(file({ mtimeMs: 2000, sizeBytes: 101 }), done)).isDone, false);
});

Deno.test("a file that is gone is forgotten a week after it was read, one that is there never", async () => {
  using storage = temporaryStorage();
  const entries = storage.collection("file", "files");
  const there = `${storage.directory}/state.db`;
  const value = await halfRead();
  const dayMs = 24 * 3_600_000;
  const [old, recent] = [Date.now() - 8 * dayMs, Date.now() - 6 * dayMs];
  entries.write({
    put: [
      ...Array.from({ length: 1500 }, (_, number) => ({ key: `/gone/old${number}`, value, timeMs: old })),
      { key: "/gone/recent", value, timeMs: recent },
      { key: there, value, timeMs: old },
    ],
  });
  await new FileCheckpoints(storage.of("file")).prune();
  assert.deepEqual([...entries.keys()].sort(), ["/gone/recent", there].sort());
});
