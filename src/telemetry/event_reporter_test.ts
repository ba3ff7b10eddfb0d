import assert from "node:assert/strict";
import { fakeClock } from "../../test/world/fake_time.ts";
import { EventReporter } from "./event_reporter.ts";
import { createLog, type LogOptions } from "./log.ts";
import { EVENTS } from "../components.ts";

function setUp(options: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const log = createLog({ level: "debug", format: "text", ...options, sink: (line) => lines.push(line) });
  return { events: new EventReporter(log, EVENTS), lines };
}

Deno.test("an event writes one line and counts by its reason", () => {
  const { events, lines } = setUp();
  events.emit("export.retry", { exporter: "otlp_http", reason: "timeout", delay_ms: 5000 });
  events.emit("export.retry", { exporter: "otlp_http", reason: "connect" });
  assert.match(lines[0] ?? "", /^\S+Z WARN {2}export\.retry: .+ exporter=otlp_http reason=timeout delay_ms=5000\n$/);
  assert.equal(lines.length, 2);
  assert.equal(events.count("exporter.retries"), 2);
  assert.equal(events.count("exporter.retries", "timeout"), 1);
});

Deno.test("a reason that the registry does not know is counted as other, so that counters stay bounded", () => {
  const { events } = setUp();
  for (let index = 0; index < 100; index++) events.emit("export.retry", { reason: `surprise-${index}` });
  assert.equal(events.count("exporter.retries", "other"), 100);
  assert.equal(events.count("exporter.retries"), 100);
});

Deno.test("the field count says how much a counter grows", () => {
  const { events } = setUp();
  events.emit("export.delivered", { count: 500 });
  events.emit("export.delivered", { count: 20 });
  assert.equal(events.count("exporter.delivered_records"), 520);
});

Deno.test("an event that keeps happening does not flood the log, and says how many lines were left out", () => {
  using clock = fakeClock();
  const { events, lines } = setUp();
  for (let index = 0; index < 1000; index++) events.emit("export.refused", { position: index });
  events.emit("dead_letter.written");
  assert.equal(lines.length, 21);
  assert.equal(events.count("exporter.refused_records"), 1000);
  clock.tick(10_000);
  events.emit("export.refused", { position: 1000 });
  assert.match(lines.at(-1) ?? "", /position=1000 lines_left_out=980\n$/);
  events.emit("export.refused", { position: 1001 });
  assert.doesNotMatch(lines.at(-1) ?? "", /left_out/);
});

Deno.test("lines below the level are not written, but counted", () => {
  const { events, lines } = setUp({ level: "warn" });
  events.emit("export.delivered", { count: 3 });
  assert.deepEqual(lines, []);
  assert.equal(events.count("exporter.delivered_records"), 3);
});

Deno.test("a JSON line holds the fields as they are", () => {
  const { events, lines } = setUp({ format: "json" });
  events.emit("export.refused", { exporter: "otlp_http", position: 12, error: 'a "quoted"\nerror' });
  const line = JSON.parse(lines[0] ?? "");
  assert.equal(line["log.level"], "error");
  assert.equal(line.event, "export.refused");
  assert.equal(line.position, 12);
  assert.equal(line.error, 'a "quoted"\nerror');
});

Deno.test("a value cannot forge a line or a field of the text log", () => {
  const { events, lines } = setUp();
  events.emit("export.refused", { error: "x\n2026-01-01 ERROR forged: line key=value" });
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.split("\n").length, 2);
  assert.match(lines[0] ?? "", /error="x\\n2026/);
});

Deno.test("a counter's attributes are its component, its reason and the fields that the table names", () => {
  const { events } = setUp();
  events.emit("export.retry", { exporter: "otlp_http/a", reason: "timeout", error: "canary-text", delay_ms: 5 });
  events.of("awss3/b").emit("aws.call", { service: "SQS", operation: "ReceiveMessage", outcome: "success", usd: 0.25 });
  events.of("awss3/b").emit("awss3.object_skipped", { source: "s3://b/canary", reason: "never_log" });
  assert.deepEqual([...events.series("exporter.retries")], [
    { attributes: { exporter: "otlp_http/a", reason: "timeout" }, value: 1 },
  ]);
  const call = { component: "awss3/b", service: "SQS", operation: "ReceiveMessage", outcome: "success" };
  assert.deepEqual([...events.series("aws.calls")], [{ attributes: call, value: 1 }]);
  assert.deepEqual([...events.series("aws.estimated_cost_usd")], [{ attributes: call, value: 0.25 }]);
  assert.deepEqual([...events.series("receiver.skipped_objects")], [
    { attributes: { receiver: "awss3/b", reason: "never_log" }, value: 1 },
  ]);
});

Deno.test("a gauge holds the last value that was told, and keeps it when an event tells none", () => {
  const { events } = setUp();
  events.emit("awss3.queue", { component: "awss3", visible: 7, age_s: 1.5 });
  events.emit("awss3.queue", { component: "awss3", visible: 3 });
  assert.deepEqual([...events.series("receiver.queue_visible_messages")].map(({ value }) => value), [3]);
  assert.deepEqual([...events.series("receiver.queue_age_seconds")].map(({ value }) => value), [1.5]);
});

Deno.test("the events of a component name it, and are counted with all others", () => {
  const { events, lines } = setUp();
  events.of("awss3/b").emit("awss3.received", { count: 4 });
  events.of("awss3/b").emit("awss3.received", { component: "other", count: 1 });
  assert.match(lines[0] ?? "", /component=awss3\/b count=4/);
  assert.match(lines[1] ?? "", /component=other count=1/);
  assert.equal(events.count("receiver.received_messages"), 5);
  assert.equal(events.of("x").count("receiver.received_messages"), 5);
});

Deno.test("every event has a message, and reasons only where it is counted", () => {
  for (
    const [name, definition] of Object.entries(EVENTS) as [
      string,
      { message: string; counter?: string; reasons?: unknown },
    ][]
  ) {
    assert.ok(definition.message.length > 3, name);
    if (definition.reasons !== undefined) assert.ok(definition.counter !== undefined, name);
  }
});

Deno.test("of a URL that an event quotes no password and no value of its query shows, to nobody", () => {
  const { events, lines } = setUp();
  const told: unknown[] = [];
  events.subscribe(({ fields }) => told.push(fields));
  events.emit("service.failed", { error: "Cannot reach https://user:canary@host/?token=canary (refused)" });
  events.emit("record.unreadable", { source: "s3://bucket/key?a=b", position: 1, reason: "json", error: "e" });
  assert.match(lines[0] ?? "", /https:\/\/\*\*\*\*@host\/\?token=\*\*\*\* \(refused\)/);
  assert.match(lines[1] ?? "", /source=.*s3:\/\/bucket\/key\?a=b/);
  assert.doesNotMatch(JSON.stringify([lines, told]), /canary/);
});

for (const format of ["text", "json"] as const) {
  Deno.test(`in a ${format} line no name from outside steers a terminal or forges a line`, () => {
    const { events, lines } = setUp({ format });
    const source = "s3://b/k\n2026 INFO\u001b[2J\u009b2J\u2028\u202egnp.exe\u0085";
    events.emit("awss3.object_missing", { source, error: "gone" });
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(lines.join().slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    if (format === "json") assert.equal(JSON.parse(lines[0] ?? "").source, source);
  });
}

Deno.test("what is said once for each value is said for so many values at most", () => {
  using clock = fakeClock();
  const { events, lines } = setUp();
  for (let version = 0; version < 2000; version++) {
    events.emit("record.unknown_version", { version: `${version}.0` });
    clock.tick(10_000);
  }
  assert.equal(lines.length, 1000);
  events.emit("file.none_found", { component: "file" });
  assert.equal(lines.length, 1001);
});
