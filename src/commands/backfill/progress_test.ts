import assert from "node:assert/strict";
import { fakeClock } from "../../../test/world/fake_time.ts";
import type { BackfillObject } from "./job.ts";
import { Progress, size, time } from "./progress.ts";
import { RateLimit } from "../../async/rate_limit.ts";

function objects(count: number, sizeBytes: number): BackfillObject[] {
  return Array.from({ length: count }, (_, number) => ({ bucket: "b", key: `${number}`, sizeBytes, etag: "" }));
}

Deno.test("elsewhere than on a terminal a line tells every ten seconds how far it is, how fast and how long it takes", async () => {
  using clock = fakeClock();
  const lines: string[] = [];
  const progress = new Progress({
    before: { objects: 100, bytes: 102_400 },
    isTerminal: false,
    write: (text) => lines.push(text),
  });
  const [bad, ...good] = objects(51, 1024);
  progress.advance(good, new Set());
  await clock.tickAsync(10_000);
  progress.setTotal({ objects: 1000, bytes: 2 ** 20 });
  progress.advance([bad as BackfillObject], new Set([bad as BackfillObject]));
  await clock.tickAsync(10_000);
  progress.stop();
  await clock.tickAsync(60_000);
  assert.deepEqual(lines, [
    "backfill: 150 objects (still counting), 5/s, 150 KiB\n",
    "backfill: 15% 150 of 1,000 objects, 2.5/s, 5m40s left, 1 failed, 150 KiB of 1 MiB\n",
    "backfill: 15% 150 of 1,000 objects, 2.5/s, 5m40s left, 1 failed, 150 KiB of 1 MiB\n",
  ]);
});

Deno.test("sizes and times are short", () => {
  assert.deepEqual([0, 999, 1536, 123_456_789, 5 * 2 ** 40].map(size), [
    "0 B",
    "999 B",
    "1.5 KiB",
    "118 MiB",
    "5 TiB",
  ]);
  assert.deepEqual([0.2, 59, 61, 3599, 3600, 90_061].map(time), ["1s", "59s", "1m01s", "59m59s", "1h00m", "25h01m"]);
});

Deno.test("a rate lets through evenly what comes, and a stop ends the waiting", async () => {
  using clock = fakeClock();
  const { signal } = new AbortController();
  const rate = new RateLimit(20);
  const through: number[] = [];
  const all = [1, 10, 1, 5].map((count) => rate.take(count, signal).then(() => through.push(performance.now())));
  await clock.tickAsync(10_000);
  await Promise.all(all);
  assert.deepEqual(through, [0, 50, 550, 600]);

  const stop = new AbortController();
  const waiting = assert.rejects(rate.take(1, stop.signal).then(() => rate.take(1, stop.signal)), /Stopped/);
  await clock.tickAsync(1);
  stop.abort(new Error("Stopped"));
  await waiting;
});
