import assert from "node:assert/strict";
import { healthTable } from "./table.ts";

Deno.test("the health is a table with a component in each line, and what fails is named", () => {
  const at = "2026-03-01T00:00:00.000Z";
  const failing = { healthy: false, status: "StatusRecoverableError", error: "http_401", status_time: at };
  const well = { healthy: true, status: "StatusOK", status_time: at };
  const members = { "receiver:awss3": well, "exporter:otlp_http": failing };
  const text = healthTable(
    JSON.stringify({ ...failing, components: { "pipeline:logs": { ...failing, components: members } } }),
  );
  assert.ok(text !== undefined);
  assert.match(text, /unhealthy.*: RecoverableError \(http_401\) since 2026/);
  assert.match(text, /^pipeline:logs +receiver:awss3 +OK +2026/m);
  assert.match(text, /^pipeline:logs +exporter:otlp_http +RecoverableError \(http_401\) +2026/m);
  assert.equal(healthTable("no JSON"), undefined);
  assert.equal(healthTable('{"status":"Server available","upSince":"2026-03-01T00:00:00Z"}'), undefined, "a Collector");
});
