import assert from "node:assert/strict";
import type { LogRecord } from "../component/batch.ts";
import { deliverRecords } from "./deliver_records.ts";
import { createFlowControl } from "../component/flow_control.ts";
import { DataFaultError } from "../component/outcome.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { items } from "./testing.ts";

/** Records named by their position; the pipeline's core looks at nothing else of them. */
function records(count: number, sizeBytes = 10): LogRecord[] {
  return items(Array.from({ length: count }, (_, index) => `r${index}`), { sizeBytes }) as unknown as LogRecord[];
}

async function* stream(groups: readonly LogRecord[][], error?: Error): AsyncGenerator<LogRecord[]> {
  for (const group of groups) yield await Promise.resolve(group);
  if (error !== undefined) throw error;
}

function setUp({ maxInFlightBytes = 64 * 1024 * 1024 } = {}) {
  const sink = new TestSink<LogRecord>();
  const flowControl = createFlowControl({ maxInFlightBytes });
  const abort = new AbortController();
  return { sink, flowControl, abort, options: { consumer: sink, flowControl, signal: abort.signal } };
}

Deno.test("a worker's records are delivered in chunks of at most 500 records and 1 MiB, a larger record alone", async () => {
  const { sink, options } = setUp();
  const large = records(1, 3 * 1024 * 1024);
  await deliverRecords(stream([records(1200), records(3, 400 * 1024), large, records(1)]), options);
  assert.deepEqual(sink.requests.map(({ length }) => length), [500, 500, 200, 2, 1, 1, 1]);
});

Deno.test("workers read ahead one MiB together, and one more for each request on its way", async () => {
  const { sink, flowControl, options } = setUp();
  const hanging = Promise.withResolvers<void>();
  sink.answer = () => hanging.promise;
  let read = 0;
  async function* endless(): AsyncGenerator<LogRecord[]> {
    for (; read < 4000; read++) yield await Promise.resolve(records(1, 10_000));
  }
  const work = () => flowControl.readers.run(() => deliverRecords(endless(), options));
  const workers = [work(), work()];
  await settled();
  const expected = Math.ceil(1024 * 1024 / 10_000);
  assert.ok(Math.abs(read - expected) <= 4, `read ${read}, expected about ${expected}`);
  flowControl.inFlight.requests = 3;
  hanging.resolve();
  const more = Promise.withResolvers<void>();
  sink.answer = () => more.promise;
  await settled();
  const readOn = read - sink.delivered.length;
  assert.ok(Math.abs(readOn - 4 * expected) <= 12, `${readOn} are under way, expected about ${4 * expected}`);
  sink.answer = () => {};
  more.resolve();
  await Promise.all(workers);
});

Deno.test("while a delivery is waited for, nothing keeps the records that were read", async () => {
  const { sink, options } = setUp();
  const hanging = Promise.withResolvers<void>();
  sink.answer = () => hanging.promise;
  const group = records(1200);
  const delivery = deliverRecords(stream([group]), options);
  await settled();
  assert.equal(sink.requests.length, 3);
  assert.equal(group.length, 0);
  hanging.resolve();
  await delivery;
  assert.equal(sink.delivered.length, 1200);
});

Deno.test("all workers together stay within the memory budget, and give it back", async () => {
  const { sink, flowControl, options } = setUp({ maxInFlightBytes: 1000 });
  let most = 0;
  sink.answer = async () => {
    most = Math.max(most, flowControl.budget.usedBytes);
    await settled();
  };
  await Promise.all(Array.from({ length: 8 }, () => deliverRecords(stream([records(30), records(500, 1)]), options)));
  assert.ok(most <= 1000, `${most} bytes were in flight`);
  assert.equal(flowControl.budget.usedBytes, 0);
});

Deno.test("refused records fail the delivery, but everything else is delivered first", async () => {
  const { sink, options } = setUp();
  sink.answer = () => {
    if (sink.requests.length === 1) throw new DataFaultError("bad");
  };
  await assert.rejects(deliverRecords(stream([records(1500)]), options), DataFaultError);
  assert.equal(sink.delivered.length, 1000);
});

Deno.test("what was read before a reading error is delivered, and the error passed on", async () => {
  const { sink, options } = setUp();
  await assert.rejects(deliverRecords(stream([records(7)], new Error("damaged")), options), /damaged/);
  assert.equal(sink.delivered.length, 7);
});

Deno.test("refused records are told before a reading error, so that an unreadable object is not given up with them", async () => {
  const { sink, options } = setUp();
  sink.answer = () => Promise.reject(new DataFaultError("bad"));
  await assert.rejects(deliverRecords(stream([records(7)], new Error("damaged")), options), DataFaultError);
});

Deno.test("a failed delivery stops the reading", async () => {
  const { sink, flowControl, options } = setUp();
  sink.answer = () => Promise.reject(new Error("endpoint is gone"));
  let read = 0;
  async function* endless(): AsyncGenerator<LogRecord[]> {
    for (; read < 1000; read++) yield await Promise.resolve(records(500));
  }
  await assert.rejects(deliverRecords(endless(), options), /endpoint is gone/);
  assert.ok(read < 10, `read ${read} groups`);
  assert.equal(flowControl.budget.usedBytes, 0);
});

Deno.test("an abort ends the waiting at once and closes the source; memory is given back when the delivery settles", async () => {
  const { sink, flowControl, abort, options } = setUp();
  const hanging = Promise.withResolvers<void>();
  sink.answer = () => hanging.promise;
  let closed = false;
  async function* source(): AsyncGenerator<LogRecord[]> {
    try {
      for (;;) yield await Promise.resolve(records(500));
    } finally {
      closed = true;
    }
  }
  const rejected = assert.rejects(deliverRecords(source(), options), /visibility lost/);
  await settled();
  abort.abort(new Error("visibility lost"));
  await rejected;
  assert.equal(closed, true);
  assert.ok(flowControl.budget.usedBytes > 0);
  hanging.resolve();
  await settled();
  assert.equal(flowControl.budget.usedBytes, 0);
});

Deno.test("a consumer that throws instead of rejecting gives its memory back too", async () => {
  const { flowControl, options } = setUp();
  const consumer = {
    consume(): Promise<void> {
      throw new Error("a mistake in a processor");
    },
  };
  await assert.rejects(deliverRecords(stream([records(7)]), { ...options, consumer }), /a mistake in a processor/);
  assert.equal(flowControl.budget.usedBytes, 0);
});

/** Lets everything that can run without time passing run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((done) => setTimeout(done, 0));
}
