import assert from "node:assert/strict";
import { fakeClock } from "../../test/world/fake_time.ts";
import { batchOf } from "../component/batch.ts";
import type { RetryPolicy } from "../async/retry.ts";
import { Gate } from "../async/gate.ts";
import { DataFaultError, EndpointFaultError } from "../component/outcome.ts";
import { retry } from "./retry.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { items, type TestItem } from "./testing.ts";

const POLICY: RetryPolicy = { initialMs: 1000, factor: 2, maxMs: 8000 };

function setUp(policy: Partial<RetryPolicy> = {}) {
  const sink = new TestSink<TestItem>();
  const gate = new Gate();
  const stop = new AbortController();
  const { events, lines } = quietEvents();
  const consumer = retry(sink, {
    id: "test",
    policy: { ...POLICY, ...policy },
    gate,
    events,
    signal: stop.signal,
  });
  return { sink, gate, stop, events, lines, consumer };
}

const fault = (retryAfterMs?: number) => new EndpointFaultError("down", { reason: "http_503", retryAfterMs });

Deno.test("retry tries again with growing intervals until the endpoint takes it, and keeps the gate closed meanwhile", async () => {
  using clock = fakeClock();
  const { sink, gate, consumer, events } = setUp();
  const triedAt: number[] = [];
  sink.answer = () => {
    triedAt.push(Date.now());
    if (Date.now() < 40_000) throw fault();
  };
  const delivered = consumer.consume(batchOf(items(["a"])));
  await clock.tickAsync(1);
  assert.equal(gate.isOpen, false);
  await clock.tickAsync(60_000);
  await delivered;
  assert.deepEqual(triedAt, [0, 1000, 3000, 7000, 15_000, 23_000, 31_000, 39_000, 47_000]);
  assert.equal(gate.isOpen, true);
  assert.equal(events.count("exporter.retries"), 8);
});

Deno.test("retry never gives up by itself when there is no limit, and an outage of a day blames nothing", async () => {
  using clock = fakeClock();
  const { sink, consumer } = setUp();
  sink.answer = () => {
    if (Date.now() < 24 * 3_600_000) throw fault();
  };
  const delivered = consumer.consume(batchOf(items(["a"])));
  await clock.tickAsync(24 * 3_600_000 + 8000);
  await delivered;
  assert.equal(sink.delivered.length, 1);
});

Deno.test("retry waits as long as Retry-After asks", async () => {
  using clock = fakeClock();
  const { sink, consumer } = setUp();
  const triedAt: number[] = [];
  sink.answer = () => {
    triedAt.push(Date.now());
    if (triedAt.length === 1) throw fault(5000);
  };
  const delivered = consumer.consume(batchOf(items(["a"])));
  await clock.tickAsync(5000);
  await delivered;
  assert.deepEqual(triedAt, [0, 5000]);
});

Deno.test("retry spreads its tries by the randomization factor", async () => {
  using clock = fakeClock();
  const { sink, consumer } = setUp({ jitter: 0.5, maxMs: 1000 });
  const gaps: number[] = [];
  let last = 0;
  sink.answer = () => {
    gaps.push(Date.now() - last);
    last = Date.now();
    if (gaps.length < 30) throw fault();
  };
  const delivered = consumer.consume(batchOf(items(["a"])));
  await clock.tickAsync(60_000);
  await delivered;
  const waits = gaps.slice(1);
  assert.ok(waits.every((gap) => gap >= 500 && gap <= 1500), `gaps out of range: ${waits}`);
  assert.ok(new Set(waits).size > 5, `gaps are not spread: ${waits}`);
});

Deno.test("retry passes a data fault on at once", async () => {
  const { sink, gate, consumer } = setUp();
  sink.answer = () => {
    throw new DataFaultError("bad");
  };
  await assert.rejects(consumer.consume(batchOf(items(["a"]))), DataFaultError);
  assert.equal(sink.requests.length, 1);
  assert.equal(gate.isOpen, true);
});

Deno.test("retry gives up after max_elapsed_time and opens the gate, so that others may find out", async () => {
  using clock = fakeClock();
  const { sink, gate, consumer, events } = setUp({ limitMs: 10_000 });
  sink.answer = () => {
    throw fault();
  };
  const rejected = assert.rejects(consumer.consume(batchOf(items(["a"]))), EndpointFaultError);
  await clock.tickAsync(10_000);
  await rejected;
  assert.equal(gate.isOpen, true);
  assert.equal(events.count("exporter.gave_up"), 1);
});

Deno.test("retry stops waiting when the program stops", async () => {
  using clock = fakeClock();
  const { sink, stop, consumer } = setUp();
  sink.answer = () => {
    throw fault();
  };
  const rejected = assert.rejects(consumer.consume(batchOf(items(["a"]))), EndpointFaultError);
  await clock.tickAsync(500);
  stop.abort();
  await rejected;
  assert.equal(sink.requests.length, 1);
});

Deno.test("a clock that is put forward does not use up the time for retries", async () => {
  using clock = fakeClock();
  const { sink, consumer } = setUp({ limitMs: 10_000 });
  sink.answer = () => {
    if (sink.requests.length < 3) throw fault();
  };
  const delivered = consumer.consume(batchOf(items(["a"])));
  await clock.tickAsync(1);
  clock.setSystemTime(Date.now() + 3_600_000);
  await clock.tickAsync(5000);
  await delivered;
  assert.equal(sink.delivered.length, 1);
});

Deno.test("an endpoint has recovered when none of its requests tries again any more, whatever others do", async () => {
  using clock = fakeClock();
  const { sink, gate, lines, consumer } = setUp();
  const recovered = () => lines.filter((line) => line.includes("export.recovered")).length;
  gate.close("another exporter");
  let isDown = true;
  sink.answer = ([item]) => {
    if (isDown || item?.name === "slow to come back") throw fault();
  };
  const both = [consumer.consume(batchOf(items(["a"]))), consumer.consume(batchOf(items(["slow to come back"])))];
  await clock.tickAsync(1);
  isDown = false;
  await clock.tickAsync(1000);
  await both[0];
  assert.equal(recovered(), 0, "one request still tries again");
  sink.answer = () => {};
  await clock.tickAsync(10_000);
  await both[1];
  assert.equal(recovered(), 1);
  await consumer.consume(batchOf(items(["b"])));
  assert.equal(recovered(), 1);
});

Deno.test("an endpoint has recovered though one place behind it stays at fault, which recovers by itself", async () => {
  using clock = fakeClock();
  const { sink, gate, lines, consumer } = setUp();
  const recovered = () => lines.filter((line) => line.includes("export.recovered"));
  let [isDown, isBlocked] = [true, true];
  sink.answer = ([item]) => {
    if (isDown) throw fault();
    if (isBlocked && item?.name === "blocked") {
      throw new EndpointFaultError("blocked", { reason: "http_403", destination: "one place" });
    }
  };
  const both = [consumer.consume(batchOf(items(["blocked"]))), consumer.consume(batchOf(items(["a"])))];
  await clock.tickAsync(1);
  isDown = false;
  await clock.tickAsync(60_000);
  await both[1];
  assert.equal(recovered().length, 1, "the endpoint");
  assert.doesNotMatch(recovered()[0] ?? "", /one place/);
  assert.equal(gate.isOpen, true);
  isBlocked = false;
  await clock.tickAsync(60_000);
  await both[0];
  assert.equal(recovered().length, 2);
  assert.match(recovered()[1] ?? "", /one place/);
});

Deno.test("after giving up, the endpoint has recovered with the next request that it answers, be it a refusal", async () => {
  using clock = fakeClock();
  const { sink, lines, consumer } = setUp({ limitMs: 10_000 });
  sink.answer = () => {
    throw fault();
  };
  const rejected = assert.rejects(consumer.consume(batchOf(items(["a"]))), EndpointFaultError);
  await clock.tickAsync(10_000);
  await rejected;
  sink.answer = () => {
    throw new DataFaultError("bad");
  };
  await assert.rejects(consumer.consume(batchOf(items(["b"]))), DataFaultError);
  assert.equal(lines.filter((line) => line.includes("export.recovered")).length, 1);
});
