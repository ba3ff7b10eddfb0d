import assert from "node:assert/strict";
import {
  advanced,
  CLOCK_TOLERANCE_MS,
  inTime,
  mergedWindows,
  nextRange,
  type Position,
  type Timing,
} from "./position.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = 1_000 * HOUR_MS;

const timing: Timing = {
  start_position: "beginning",
  latency: MINUTE_MS,
  overlap: 10 * MINUTE_MS,
  sweep: { every: HOUR_MS, window: 3 * HOUR_MS },
};

const position: Position = {
  doneMs: NOW_MS - 2 * MINUTE_MS,
  finalMs: NOW_MS - 3 * HOUR_MS,
  sweptMs: NOW_MS - HOUR_MS + 1,
  deferred: [],
};

function range(parts: Partial<Position> = {}, nowMs = NOW_MS, untilMs = Infinity) {
  return nextRange({ ...position, ...parts }, { nowMs, untilMs, timing });
}

Deno.test("a scan begins overlap before what is done and ends latency before now", () => {
  assert.deepEqual(range(), { startMs: position.doneMs - 10 * MINUTE_MS, endMs: NOW_MS - MINUTE_MS, isSweep: false });
});

Deno.test("a sweep is due every hour, and begins where nothing can come any more", () => {
  assert.deepEqual(range({ sweptMs: NOW_MS - HOUR_MS }), {
    startMs: position.finalMs,
    endMs: NOW_MS - MINUTE_MS,
    isSweep: true,
  });
});

Deno.test("nothing before finalMs is read again, and nothing at all while the end lies before it", () => {
  assert.equal(range({ finalMs: position.doneMs })?.startMs, position.doneMs);
  assert.equal(range({}, position.finalMs), undefined);
  assert.equal(range({}, NOW_MS, position.finalMs - 1), undefined);
});

Deno.test("a clock that was ahead leaves nothing done in the future, however long the next pass takes to come", () => {
  const window = { startMs: NOW_MS - HOUR_MS, endMs: NOW_MS + 20 * HOUR_MS };
  const after = advanced(position, { window, isSweep: true, readMs: NOW_MS, timing });
  assert.equal(after.doneMs, NOW_MS - MINUTE_MS);
  assert.equal(after.finalMs, NOW_MS - 2 * HOUR_MS - CLOCK_TOLERANCE_MS);
  const wrong = { ...position, doneMs: NOW_MS + HOUR_MS, sweptMs: NOW_MS + HOUR_MS };
  const { doneMs, sweptMs } = inTime(wrong, NOW_MS, timing);
  assert.deepEqual([doneMs, sweptMs], [NOW_MS - MINUTE_MS, NOW_MS]);
  assert.equal(inTime(position, NOW_MS, timing), position);
});

Deno.test("only a sweep moves finalMs, no further than its window's end and what may still come", () => {
  const old = { startMs: 0, endMs: HOUR_MS };
  const start = { ...position, doneMs: 0, finalMs: 0 };
  const scanned = advanced(start, { window: old, isSweep: false, readMs: NOW_MS, timing });
  assert.deepEqual([scanned.doneMs, scanned.finalMs], [HOUR_MS, 0]);
  const swept = advanced(start, { window: old, isSweep: true, readMs: NOW_MS, timing });
  assert.deepEqual([swept.doneMs, swept.finalMs], [HOUR_MS, HOUR_MS]);
});

Deno.test("deferred windows that touch are one, and of very many those that lie near each other", () => {
  const windows = [{ startMs: 5, endMs: 9 }, { startMs: 0, endMs: 5 }, { startMs: 100, endMs: 100 }];
  assert.deepEqual(mergedWindows(windows), [{ startMs: 0, endMs: 9 }, { startMs: 100, endMs: 100 }]);
  const many = Array.from({ length: 1000 }, (_, i) => ({ startMs: i * 1000, endMs: i * 1000 }));
  const far = { startMs: 10 * HOUR_MS, endMs: 10 * HOUR_MS };
  assert.deepEqual(mergedWindows([far, ...many]), [{ startMs: 0, endMs: 999_000 }, far]);
});
