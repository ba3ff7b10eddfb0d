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
    isArchived: false,
  };
}

Deno.test("an hour is finished when nothing of it or before it is under way any more", async () => {
  const progress = new AreaProgress({ finishedMs: undefined, beganMs: Infinity });
  assert.equal(progress.finishedMs, undefined);
  const ends = [0, 1, 2, 3].map((hour) => {
    const work = Promise.withResolvers<boolean>();
    progress.listed(object(hour));
    const followed = progress.begin(object(hour), work.promise);
    return async (isSettled: boolean) => {
      work.resolve(isSettled);
      await followed;
      return progress.finishedMs;
    };
  });
  assert.equal(progress.finishedMs, START_MS - HOUR_MS);
  assert.equal(await ends[1]?.(true), START_MS - HOUR_MS);
  assert.equal(await ends[0]?.(true), START_MS + HOUR_MS);
  assert.equal(await ends[2]?.(false), START_MS + HOUR_MS, "it is to be read again");
  assert.equal(await ends[3]?.(true), START_MS + HOUR_MS);
});

Deno.test("an hour counts no further than the one in which its object was written", () => {
  const progress = new AreaProgress({ finishedMs: START_MS, beganMs: Infinity });
  progress.listed(object(500, { written: 1 }));
  assert.equal(progress.finishedMs, START_MS + HOUR_MS);
  progress.listed(object(2, { written: 5 }));
  assert.equal(progress.finishedMs, START_MS + 2 * HOUR_MS);
});

Deno.test("an hour counts no further than the one in which the pass began", () => {
  const progress = new AreaProgress({ finishedMs: undefined, beganMs: START_MS + 1.5 * HOUR_MS });
  progress.listed(object(1));
  progress.listed(object(7));
  assert.equal(progress.finishedMs, START_MS + HOUR_MS);
});
