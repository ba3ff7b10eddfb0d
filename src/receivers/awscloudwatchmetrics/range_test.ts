import assert from "node:assert/strict";
import { awscloudwatchmetricsSchema } from "./config.ts";
import type { Progress } from "./progress.ts";
import { rangeOf } from "./range.ts";

const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(11, 16);

function range(
  { now, settings = {}, progress, isListed = false }: {
    now: string;
    settings?: Record<string, unknown>;
    progress?: Progress | undefined;
    isListed?: boolean;
  },
) {
  const config = awscloudwatchmetricsSchema.parse({ regions: ["us-east-1"], ...settings });
  const { fromMs, startMs, endMs, skippedMs } = rangeOf(progress, { config, nowMs: at(now), isListed });
  return { from: text(fromMs), start: text(startMs), end: text(endMs), skippedMs };
}

function delivered(end: string, more: Partial<Progress> = {}): Progress {
  return { endMs: at(end), sinceMs: at("00:00:00"), granularityMs: 300_000, listedMs: at(end), ...more };
}

Deno.test("the first range is the last period that was complete latency ago", () => {
  assert.deepEqual(range({ now: "12:06:59" }), { from: "11:55", start: "11:55", end: "12:00", skippedMs: 0 });
  assert.deepEqual(range({ now: "12:07:00" }), { from: "12:00", start: "12:00", end: "12:05", skippedMs: 0 });
  assert.deepEqual(range({ now: "12:07:00", settings: { latency: "10m" } }).end, "11:55");
  assert.deepEqual(range({ now: "12:06:59", settings: { data_granularity: "1m" } }), {
    from: "11:59",
    start: "11:59",
    end: "12:04",
    skippedMs: 0,
  });
});

Deno.test("the next range begins where the last one ended; the periods before it are read again", () => {
  const progress = delivered("12:00:00");
  assert.deepEqual(range({ now: "12:07:00", progress }), { from: "11:55", start: "12:00", end: "12:05", skippedMs: 0 });
  assert.equal(range({ now: "12:07:00", progress, settings: { reread_periods: 3 } }).from, "11:45");
  assert.equal(range({ now: "12:07:00", progress, settings: { reread_periods: 0 } }).from, "12:00");
  assert.equal(range({ now: "12:07:00", progress: delivered("12:00:00", { sinceMs: at("11:58:00") }) }).from, "11:58");
  const nothing = range({ now: "12:06:00", progress });
  assert.equal(nothing.start, nothing.end);
});

Deno.test("after a new listing what began since the one before is read, with the delay of a listing", () => {
  const progress = delivered("12:00:00", { listedMs: at("11:00:00") });
  assert.equal(range({ now: "12:07:00", progress, isListed: true }).from, "10:45");
});

Deno.test("a range never begins more than max_lookback ago, and what is left out is told", () => {
  const result = range({ now: "18:12:00", progress: delivered("10:00:00"), isListed: true });
  assert.deepEqual(result, { from: "12:15", start: "12:15", end: "18:10", skippedMs: 135 * 60_000 });
});

Deno.test("points of another granularity are no gap and are not sent twice", () => {
  const progress = delivered("12:03:00", { granularityMs: 60_000 });
  assert.deepEqual(range({ now: "12:17:00", progress }), { from: "12:05", start: "12:05", end: "12:15", skippedMs: 0 });
});
