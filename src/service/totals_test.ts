import assert from "node:assert/strict";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { totals } from "./totals.ts";

Deno.test("the last line of a run has one number of what was delivered, without what went to a dead letter", () => {
  const { events } = quietEvents();
  assert.deepEqual(totals(events), { delivered_records: 0, duplicate_records: 0, dead_letter_records: 0 });
  events.emit("export.delivered", { exporter: "otlp_http", count: 3 });
  events.emit("export.duplicates", { exporter: "otlp_http", count: 1 });
  events.emit("dead_letter.written", { exporter: "file", count: 2 });
  assert.deepEqual(totals(events), { delivered_records: 3, duplicate_records: 1, dead_letter_records: 2 });
});

Deno.test("what several exporters delivered is counted by exporter, not added up", () => {
  const { events } = quietEvents();
  for (const exporter of ["otlp_http", "debug"]) {
    events.emit("export.delivered", { exporter, count: 3 });
    events.emit("export.delivered_points", { exporter, count: 5 });
  }
  assert.deepEqual(totals(events), {
    "delivered_records.otlp_http": 3,
    "delivered_records.debug": 3,
    "delivered_points.otlp_http": 5,
    "delivered_points.debug": 5,
    duplicate_records: 0,
    dead_letter_records: 0,
  });
});
