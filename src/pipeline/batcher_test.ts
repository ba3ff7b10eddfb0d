import assert from "node:assert/strict";
import { fakeClock } from "../../test/world/fake_time.ts";
import { batchOf } from "../component/batch.ts";
import { Batcher } from "./batcher.ts";
import { Isolator } from "./isolate.ts";
import { DataFaultError, TooLargeError } from "../component/outcome.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { items, type TestItem } from "./testing.ts";
import { ReaderActivity } from "../component/reader_activity.ts";

interface Setup {
  maxItems?: number;
  maxBytes?: number;
  hasId?: (item: TestItem) => boolean;
  deadLetter?: string[];
}

function setUp({ maxItems = 100, maxBytes = 10_000, hasId = () => true, deadLetter }: Setup = {}) {
  const sink = new TestSink<TestItem>();
  const readers = new ReaderActivity();
  const { events } = quietEvents();
  const isolator = new Isolator<TestItem>(sink, {
    id: "test",
    events,
    traits: {
      hasId,
      withoutBodies: (item) => item.name.endsWith("-shrunk") ? undefined : { ...item, name: `${item.name}-shrunk` },
    },
    onRejected: (rejected) => {
      if (deadLetter === undefined) return Promise.reject(rejected[0]?.error);
      deadLetter.push(...rejected.map(({ item }) => item.name));
      return Promise.resolve();
    },
  });
  return {
    sink,
    readers,
    events,
    batcher: new Batcher(isolator, { maxItems, maxBytes, flushTimeoutMs: 200, readers }),
  };
}

const names = (requests: readonly (readonly TestItem[])[]) =>
  requests.map((request) => request.map(({ name }) => name));

/** Fails a request that holds one of the rejected items. */
function refuse(rejected: readonly string[], error: () => Error) {
  return (request: readonly TestItem[]) => {
    if (request.some(({ name }) => rejected.includes(name))) throw error();
  };
}

Deno.test("the batcher merges the chunks of waiting workers into one request at once", async () => {
  const { sink, readers, batcher } = setUp();
  const work = (name: string) => readers.run(() => readers.waitFor(batcher.consume(batchOf(items([name])))));
  await Promise.all([work("a"), work("b"), work("c")]);
  assert.deepEqual(names(sink.requests), [["a", "b", "c"]]);
});

Deno.test("the batcher waits for what is still being prepared", async () => {
  const { sink, readers, batcher } = setUp();
  const prepared = Promise.withResolvers<void>();
  const late = readers.run(() =>
    readers.waitFor(
      readers.preparing(async () => {
        await prepared.promise;
        return { delivered: batcher.consume(batchOf(items(["late"]))) };
      }).then(({ delivered }) => delivered),
    )
  );
  const early = readers.run(() => readers.waitFor(batcher.consume(batchOf(items(["early"])))));
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(sink.requests.length, 0);
  prepared.resolve();
  await Promise.all([early, late]);
  assert.deepEqual(sink.requests.map((request) => request.map(({ name }) => name)), [["early", "late"]]);
});

Deno.test("the batcher waits for a worker that still reads, but no longer than the flush time-out", async () => {
  using clock = fakeClock();
  const { sink, readers, batcher } = setUp();
  const reading = Promise.withResolvers<void>();
  const reader = readers.run(() => reading.promise);
  const delivered = readers.run(() => readers.waitFor(batcher.consume(batchOf(items(["a"])))));
  await clock.tickAsync(199);
  assert.equal(sink.requests.length, 0);
  await clock.tickAsync(1);
  await delivered;
  assert.deepEqual(names(sink.requests), [["a"]]);
  reading.resolve();
  await reader;
});

Deno.test("the batcher sends a full request, and cuts a batch larger than a request", async () => {
  const { sink, readers, batcher } = setUp({ maxItems: 2 });
  await readers.run(() => readers.waitFor(batcher.consume(batchOf(items(["a", "b", "c", "d", "e"])))));
  assert.deepEqual(names(sink.requests), [["a", "b"], ["c", "d"], ["e"]]);
});

Deno.test("the batcher keeps a request below its bytes and sends a larger item alone", async () => {
  const { sink, readers, batcher } = setUp({ maxBytes: 25 });
  const batch = batchOf([...items(["a", "b"]), ...items(["huge"], { sizeBytes: 100 }), ...items(["c"])]);
  await readers.run(() => readers.waitFor(batcher.consume(batch)));
  assert.deepEqual(names(sink.requests), [["a", "b"], ["huge"], ["c"]]);
});

Deno.test("a batch that was cut settles when all of it has, and an endpoint fault counts before a refusal", async () => {
  const { sink, batcher } = setUp({ maxItems: 1 });
  const down = Promise.withResolvers<void>();
  sink.answer = ([item]) => {
    if (item?.name === "a") throw new DataFaultError("bad");
    return down.promise;
  };
  let isSettled = false;
  const consumed = batcher.consume(batchOf(items(["a", "b"]))).finally(() => isSettled = true);
  consumed.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(isSettled, false);
  down.reject(new Error("down"));
  await assert.rejects(consumed, /down/);
});

Deno.test("an empty batch is delivered without a request", async () => {
  const { sink, batcher } = setUp();
  await batcher.consume(batchOf<TestItem>([]));
  assert.equal(sink.requests.length, 0);
});

async function deliverTogether(batcher: Batcher<TestItem>, readers: ReaderActivity, chunks: string[][]) {
  return await Promise.allSettled(
    chunks.map((chunk) => readers.run(() => readers.waitFor(batcher.consume(batchOf(items(chunk)))))),
  );
}

Deno.test("of a refused request only the caller of the rejected item fails, and every other item is delivered", async () => {
  const { sink, readers, batcher } = setUp();
  sink.answer = refuse(["b2"], () => new DataFaultError("bad"));
  const results = await deliverTogether(batcher, readers, [["a1", "a2"], ["b1", "b2", "b3"], ["c1"]]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
  assert.ok((results[1] as PromiseRejectedResult).reason instanceof DataFaultError);
  assert.deepEqual(sink.delivered.map(({ name }) => name).sort(), ["a1", "a2", "b1", "b3", "c1"]);
});

Deno.test("rejected items that the dead letter took count as delivered", async () => {
  const deadLetter: string[] = [];
  const { sink, readers, batcher } = setUp({ deadLetter });
  sink.answer = refuse(["a1", "c1"], () => new DataFaultError("bad"));
  const results = await deliverTogether(batcher, readers, [["a1", "a2"], ["b1"], ["c1"]]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "fulfilled", "fulfilled"]);
  assert.deepEqual(deadLetter.sort(), ["a1", "c1"]);
});

Deno.test("after a partial success items with ids are sent again until the rejected one is found", async () => {
  const deadLetter: string[] = [];
  const { sink, readers, batcher } = setUp({ deadLetter });
  sink.answer = refuse(["b"], () => new DataFaultError("1 rejected", { partial: true }));
  await deliverTogether(batcher, readers, [["a", "b"], ["c"]]);
  assert.deepEqual(deadLetter, ["b"]);
});

Deno.test("after a partial success items without ids are not sent again", async () => {
  const { sink, readers, batcher } = setUp({ hasId: () => false });
  sink.answer = refuse(["b"], () => new DataFaultError("1 rejected", { partial: true }));
  const results = await deliverTogether(batcher, readers, [["a", "b"], ["c"]]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(sink.requests.length, 1);
});

Deno.test("after a partial success callers whose items have ids are tried alone, whatever the others have", async () => {
  const deadLetter: string[] = [];
  const { sink, readers, batcher } = setUp({ deadLetter, hasId: (item) => item.name !== "none" });
  sink.answer = refuse(["none"], () => new DataFaultError("1 rejected", { partial: true }));
  await deliverTogether(batcher, readers, [["a"], ["none"]]);
  assert.deepEqual(deadLetter, ["none"]);
  assert.deepEqual(names(sink.requests), [["a", "none"], ["a"]]);
});

Deno.test("a request too large is halved until it fits", async () => {
  const { sink, readers, batcher } = setUp();
  sink.answer = (request) => {
    if (request.length > 2) throw new TooLargeError("413");
  };
  const results = await deliverTogether(batcher, readers, [["a", "b", "c"], ["d", "e"], ["f"]]);
  assert.ok(results.every(({ status }) => status === "fulfilled"));
  assert.deepEqual(sink.delivered.map(({ name }) => name).sort(), ["a", "b", "c", "d", "e", "f"]);
});

Deno.test("an item too large alone is sent once more without its bulk", async () => {
  const { sink, readers, batcher, events } = setUp();
  sink.answer = refuse(["b"], () => new TooLargeError("413"));
  const results = await deliverTogether(batcher, readers, [["a", "b"]]);
  assert.equal(results[0]?.status, "fulfilled");
  assert.deepEqual(sink.delivered.map(({ name }) => name).sort(), ["a", "b-shrunk"]);
  assert.equal(events.count("exporter.shrunk_records"), 1);
});

Deno.test("an item too large even without its bulk is rejected", async () => {
  const { sink, readers, batcher } = setUp();
  sink.answer = refuse(["b", "b-shrunk"], () => new TooLargeError("413"));
  const results = await deliverTogether(batcher, readers, [["a", "b"]]);
  assert.ok((results[0] as PromiseRejectedResult).reason instanceof DataFaultError);
  assert.deepEqual(sink.delivered.map(({ name }) => name), ["a"]);
});

Deno.test("an endpoint fault fails every caller and blames no item", async () => {
  const deadLetter: string[] = [];
  const { sink, readers, batcher } = setUp({ deadLetter });
  sink.answer = () => {
    throw new Error("connection refused");
  };
  const results = await deliverTogether(batcher, readers, [["a"], ["b"]]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "rejected"]);
  assert.equal(sink.requests.length, 1);
  assert.deepEqual(deadLetter, []);
});
