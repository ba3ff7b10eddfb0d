import assert from "node:assert/strict";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import { temporaryStorage } from "../../../test/world/temporary_storage.ts";
import { type BackfillObject, Job } from "./job.ts";

const OBJECTS = ["a", "b", "c", "d", "e"].map((key): BackfillObject => ({ bucket: "x", key, sizeBytes: 10, etag: "" }));
const NONE: ReadonlySet<BackfillObject> = new Set();

async function* listed(): AsyncGenerator<BackfillObject> {
  yield* OBJECTS;
}

async function keysOf(objects: AsyncIterable<BackfillObject>): Promise<string> {
  let keys = "";
  for await (const { key } of objects) keys += key;
  return keys;
}

/** A job of which all objects were begun and those with these keys are finished. */
async function begun(storage: ReturnType<typeof temporaryStorage>, finished: string, failed = ""): Promise<Job> {
  const job = new Job(storage.of("backfill"), ["job"]);
  await keysOf(job.objects(listed()));
  for (const key of finished) {
    const object = OBJECTS.find((object) => object.key === key) as BackfillObject;
    job.finish([object], failed.includes(key) ? new Set([object]) : NONE);
  }
  return job;
}

Deno.test("a job goes on after everything that was finished without a gap", async () => {
  using storage = temporaryStorage();
  const job = await begun(storage, "bda");
  assert.equal(job.after, nameOfObject(OBJECTS[1] as BackfillObject));
  const again = new Job(storage.of("backfill"), ["job"]);
  assert.equal(again.after, job.after);
  assert.equal(await keysOf(again.objects(listed())), "cde");
});

Deno.test("what failed is done again, first and once, and does not hold up the others", async () => {
  using storage = temporaryStorage();
  await begun(storage, "adbc", "ad");
  const again = new Job(storage.of("backfill"), ["job"]);
  assert.equal(await keysOf(again.objects(listed())), "ade");
  again.finish([OBJECTS[0] as BackfillObject], NONE);
  assert.equal(again.after, nameOfObject(OBJECTS[3] as BackfillObject));
  assert.deepEqual(again.failed().map(({ key }) => key), ["d"]);
});

Deno.test("what is done twice, or again after it failed, counts once", async () => {
  using storage = temporaryStorage();
  await begun(storage, "bdac", "a");
  const again = new Job(storage.of("backfill"), ["job"]);
  assert.deepEqual(again.done, { objects: 3, bytes: 30 });
  const cut = await begun(storage, "ae");
  assert.deepEqual(cut.done, { objects: 5, bytes: 50 });

  using other = temporaryStorage();
  await begun(other, "cde");
  assert.equal((await begun(other, "")).done.objects, 0);
  assert.equal((await begun(other, "abcde")).done.objects, 5);
});

Deno.test("jobs that differ in anything do not know of each other, and a forgotten one begins anew", async () => {
  using storage = temporaryStorage();
  const job = await begun(storage, "abc");
  assert.equal(new Job(storage.of("backfill"), ["job", undefined]).after, undefined);
  job.forget();
  assert.equal(await keysOf(new Job(storage.of("backfill"), ["job"]).objects(listed())), "abcde");
});
