import assert from "node:assert/strict";
import { AreaProgress } from "./area_progress.ts";
import { bedrockKey, HOUR_MS, START_MS } from "./testing.ts";

/** An object of the `hour`-th hour, written in it unless told otherwise. */
function object(hour: number, { written = hour } = {}) {
  return {
    key: bedrockKey(hour, "a"),
    etag: "e",
    sizeBytes: 1,
    lastModifiedMs: START_MS + written * HOUR_MS + 60_000,
  };
}

Deno.test("an hour is finished when nothing of it or before it is under way any more", () => {
  const progress = new AreaProgress(undefined);
  assert.equal(progress.finishedMs, undefined);
  const ends = [0, 1, 2].map((hour) => {
    progress.listed(object(hour));
    return progress.begin(object(hour));
  });
  assert.equal(progress.finishedMs, START_MS - HOUR_MS);
  ends[1]?.();
  assert.equal(progress.finishedMs, START_MS - HOUR_MS);
  ends[0]?.();
  assert.equal(progress.finishedMs, START_MS + HOUR_MS);
  ends[2]?.();
  assert.equal(progress.finishedMs, START_MS + 2 * HOUR_MS);
});

Deno.test("an hour counts no further than the one in which its object was written", () => {
  const progress = new AreaProgress(START_MS);
  progress.listed(object(500, { written: 1 }));
  assert.equal(progress.finishedMs, START_MS + HOUR_MS);
  progress.listed(object(2, { written: 5 }));
  assert.equal(progress.finishedMs, START_MS + 2 * HOUR_MS);
});
