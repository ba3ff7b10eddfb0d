import assert from "node:assert/strict";
import { z } from "zod";
import { duration, formatDuration, formatSize, parseDuration, parseSize, size } from "./settings.ts";

Deno.test("durations are read as Go writes them, and written so that they are read as the same", () => {
  const cases: [string, number | undefined][] = [
    ["300s", 300_000],
    ["1m30s", 90_000],
    ["1.5s", 1_500],
    ["250ms", 250],
    ["1h", 3_600_000],
    ["0", 0],
    ["10", undefined],
    ["5 s", undefined],
    ["-1s", undefined],
    ["1d", undefined],
    ["", undefined],
  ];
  for (const [text, ms] of cases) {
    assert.equal(parseDuration(text), ms, text);
    if (ms !== undefined) assert.equal(parseDuration(formatDuration(ms)), ms, text);
  }
});

Deno.test("sizes are read in binary and decimal units, and written so that they are read as the same", () => {
  const cases: [string, number | undefined][] = [
    ["10MiB", 10_485_760],
    ["64 KiB", 65_536],
    ["1.5MiB", 1_572_864],
    ["1MB", 1_000_000],
    ["500", 500],
    ["0", 0],
    ["10mb", undefined],
    ["-1", undefined],
    ["MiB", undefined],
  ];
  for (const [text, bytes] of cases) {
    assert.equal(parseSize(text), bytes, text);
    if (bytes !== undefined) assert.equal(parseSize(formatSize(bytes)), bytes, text);
  }
});

Deno.test("bounds of durations and sizes are named as they were given", () => {
  const schema = z.strictObject({ wait: duration({ max: "20s" }), most: size({ min: "1KiB" }) });
  const messages = schema.safeParse({ wait: "21s", most: "10" }).error?.issues.map(({ message }) => message);
  assert.deepEqual(messages, ["expected at most 20s", "expected at least 1KiB"]);
});
