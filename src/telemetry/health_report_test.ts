import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../test/world/fake_time.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { Health } from "./health.ts";
import type { ComponentStatus } from "../component/health.ts";
import { healthReport } from "./health_report.ts";

const MINUTE_MS = 60_000;
const GROUPS = {
  extensions: ["extension:health_check"],
  "pipeline:logs": ["receiver:awss3/a", "receiver:awss3/b", "processor:bedrock", "exporter:otlp_http"],
};

function healthTest(name: string, body: (world: ReturnType<typeof setUp> & { clock: FakeClock }) => void): void {
  Deno.test(name, () => {
    using clock = fakeClock({ now: Date.UTC(2026, 0, 1) });
    body({ clock, ...setUp() });
  });
}

function setUp() {
  const { events } = quietEvents();
  const health = new Health(events);
  const report = () => healthReport(health, GROUPS, { unhealthyAfterMs: 5 * MINUTE_MS });
  const component = (name: string) => report().components?.["pipeline:logs"]?.components?.[name] as ComponentStatus;
  return { events, health, report, component };
}

healthTest("the program is healthy and ready while it runs, not before and not after", ({ health, report }) => {
  assert.deepEqual(words(report()), [false, false, "StatusStarting"]);
  health.enter("running");
  assert.deepEqual(words(report()), [true, true, "StatusOK"]);
  health.enter("stopping");
  assert.deepEqual(words(report()), [false, false, "StatusStopping"]);
  health.enter("stopped");
  assert.deepEqual(words(report()), [false, false, "StatusStopped"]);
});

healthTest(
  "an exporter at fault makes its pipeline and the whole unhealthy after unhealthy_after, and well when it recovers",
  ({ clock, events, health, report, component }) => {
    health.enter("running");
    clock.tick(MINUTE_MS);
    events.emit("export.retry", { exporter: "otlp_http", reason: "http_503", error: "canary" });
    clock.tick(5 * MINUTE_MS - 1);
    events.emit("export.retry", { exporter: "otlp_http", reason: "connect", error: "canary" });
    const failing = { status: "StatusRecoverableError", error: "connect", status_time: "2026-01-01T00:01:00.000Z" };
    assert.deepEqual(component("exporter:otlp_http"), { healthy: true, ...failing });
    assert.deepEqual(words(report()), [true, true, "StatusRecoverableError"]);
    clock.tick(1);
    assert.deepEqual(component("exporter:otlp_http"), { healthy: false, ...failing });
    assert.equal(component("receiver:awss3/a").status, "StatusOK");
    assert.deepEqual(words(report()), [false, true, "StatusRecoverableError"]);
    assert.equal(report().components?.["pipeline:logs"]?.healthy, false);
    assert.equal(report().components?.["extensions"]?.healthy, true);
    events.emit("export.recovered", { exporter: "otlp_http" });
    assert.deepEqual(words(report()), [true, true, "StatusOK"]);
    assert.equal(component("exporter:otlp_http").status_time, "2026-01-01T00:06:00.000Z");
  },
);

healthTest(
  "what fails of a component is well again by itself only: an object says nothing of the queue",
  ({ clock, events, health, component }) => {
    health.enter("running");
    const receiver = events.of("awss3/a");
    receiver.emit("awss3.receive_failed", { reason: "forbidden" });
    receiver.emit("awss3.object_retry", {});
    clock.tick(6 * MINUTE_MS);
    receiver.emit("awss3.object_delivered");
    assert.equal(component("receiver:awss3/a").error, "forbidden");
    assert.equal(component("receiver:awss3/a").healthy, false);
    assert.equal(component("receiver:awss3/b").healthy, true);
    receiver.emit("awss3.receive_recovered");
    assert.equal(component("receiver:awss3/a").healthy, true);
    receiver.emit("awss3.object_retry", {});
    receiver.emit("awss3.object_missing", {});
    assert.equal(component("receiver:awss3/a").error, undefined);
  },
);

healthTest("a clock that is put forward makes nothing unhealthy", ({ clock, events, health, report }) => {
  health.enter("running");
  events.emit("export.retry", { exporter: "otlp_http", reason: "timeout" });
  clock.setSystemTime(Date.now() + 60 * MINUTE_MS);
  assert.equal(report().healthy, true);
});

healthTest("a report holds nothing of an event but words of the table", ({ events, health, report }) => {
  health.enter("running");
  events.emit("export.retry", { exporter: "otlp_http", reason: "canary-reason", error: "canary-error" });
  events.of("awss3/a").emit("awss3.receive_failed", { queue: "https://canary@sqs/q", reason: "x", error: "canary" });
  assert.doesNotMatch(JSON.stringify(report()), /canary/);
  assert.match(JSON.stringify(report()), /"error":"other"/);
});

function words({ healthy, ready, status }: ReturnType<typeof healthReport>) {
  return [healthy, ready, status];
}
