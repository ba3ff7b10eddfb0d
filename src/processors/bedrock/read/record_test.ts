import assert from "node:assert/strict";
import { timeOf } from "./record.ts";

Deno.test("a time is read alike whichever was read before it", () => {
  const start = Date.UTC(2026, 2, 4, 3, 13) / 1000;
  const rows: Record<string, [seconds: number, nanoseconds: number] | undefined> = {
    "2026-03-04T03:13:00Z": [start, 0],
    "2026-03-04T03:13:59Z": [start + 59, 0],
    "2026-03-04T03:14:07Z": [start + 67, 0],
    "2026-03-04T03:13:07.25Z": [start + 7, 250_000_000],
    "2026-03-04t03:13:07z": [start + 7, 0],
    "2026-03-04T03:13:07+01:00": [start + 7 - 3600, 0],
    "2026-03-04T03:13:60Z": undefined,
    "2026-03-04T03:13: 7Z": undefined,
    "2026-03-04T03:13:+7Z": undefined,
    "2026-03-04T03:13:.7Z": undefined,
    "2026-03-04T03:13:7Z": undefined,
    "2026-13-04T03:13:07Z": undefined,
    "2026-03-04T03:13:07": undefined,
  };
  for (const before of Object.keys(rows)) {
    for (const [text, expected] of Object.entries(rows)) {
      timeOf(before);
      assert.deepEqual(timeOf(text), expected, `${text} after ${before}`);
    }
  }
});
