import assert from "node:assert/strict";
import { awscloudwatchmetricsSchema } from "./config.ts";
import type { Watermark } from "./checkpoints.ts";
import { firstWatermark, slicesOf, windowOf } from "./window.ts";

const at = (time: string) => Date.parse(`2026-03-04T${time}Z`);
const text = (ms: number) => new Date(ms).toISOString().slice(11, 16);

function window(
  { now, settings = {}, watermark, isListed = false }: {
    now: string;
    settings?: Record<string, unknown>;
    watermark?: Watermark | undefined;
    isListed?: boolean;
  },
) {
  const config = awscloudwatchmetricsSchema.parse({ regions: ["us-east-1"], ...settings });
  const nowMs = at(now);
  const from = watermark ?? firstWatermark(config, nowMs);
  const { fromMs, startMs, endMs, skippedMs } = windowOf(from, { config, nowMs, isListed });
  return { from: text(fromMs), start: text(startMs), end: text(endMs), skippedMs };
}

function delivered(end: string, more: Partial<Watermark> = {}): Watermark {
  return { endMs: at(end), sinceMs: at("00:00:00"), granularityMs: 300_000, listedMs: at(end), ...more };
}

Deno.test("the first window is the last period that was complete latency ago", () => {
  assert.deepEqual(window({ now: "12:06:59" }), { from: "11:55", start: "11:55", end: "12:00", skippedMs: 0 });
  assert.deepEqual(window({ now: "12:07:00" }), { from: "12:00", start: "12:00", end: "12:05", skippedMs: 0 });
  assert.deepEqual(window({ now: "12:07:00", settings: { latency: "10m" } }).end, "11:55");
  assert.deepEqual(window({ now: "12:06:59", settings: { data_granularity: "1m" } }), {
    from: "11:59",
    start: "11:59",
    end: "12:04",
    skippedMs: 0,
  });
});

Deno.test("the next window begins where the last one ended; the periods before it are read again", () => {
  const watermark = delivered("12:00:00");
  assert.deepEqual(window({ now: "12:07:00", watermark }), {
    from: "11:55",
    start: "12:00",
    end: "12:05",
    skippedMs: 0,
  });
  assert.equal(window({ now: "12:07:00", watermark, settings: { reread_periods: 3 } }).from, "11:45");
  assert.equal(window({ now: "12:07:00", watermark, settings: { reread_periods: 0 } }).from, "12:00");
  assert.equal(
    window({ now: "12:07:00", watermark: delivered("12:00:00", { sinceMs: at("11:58:00") }) }).from,
    "11:58",
  );
  const nothing = window({ now: "12:06:00", watermark });
  assert.equal(nothing.start, nothing.end);
});

Deno.test("after a new listing what began since the one before is read, with the delay of a listing", () => {
  const watermark = delivered("12:00:00", { listedMs: at("11:00:00") });
  assert.equal(window({ now: "12:07:00", watermark, isListed: true }).from, "10:45");
});

Deno.test("a window never begins more than max_lookback ago, and what is left out is counted", () => {
  const result = window({ now: "18:12:00", watermark: delivered("10:00:00"), isListed: true });
  assert.deepEqual(result, { from: "12:15", start: "12:15", end: "18:10", skippedMs: 135 * 60_000 });
});

Deno.test("points of another granularity are no gap and are not sent twice", () => {
  const watermark = delivered("12:03:00", { granularityMs: 60_000 });
  assert.deepEqual(window({ now: "12:17:00", watermark }), {
    from: "12:05",
    start: "12:05",
    end: "12:15",
    skippedMs: 0,
  });
});

Deno.test("a window is read in slices of at most 50,000 values and at least a period, without a gap between them", () => {
  const config = awscloudwatchmetricsSchema.parse({ regions: ["us-east-1"] });
  const whole = windowOf(delivered("10:00:00"), { config, nowMs: at("12:32:00"), isListed: false });
  const slices = (queries: number) =>
    Array.from(
      slicesOf(whole, { queries, config }),
      ({ fromMs, startMs, endMs }) => [fromMs, startMs, endMs].map(text),
    );
  assert.deepEqual(slices(5000), [["09:55", "10:00", "10:50"], ["10:50", "10:50", "11:40"], [
    "11:40",
    "11:40",
    "12:30",
  ]]);
  assert.deepEqual(slices(0), [["09:55", "10:00", "12:30"]]);
  assert.equal(slices(100_000).length, 30);
});
