import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../../test/world/fake_time.ts";
import { nameOfObject, type ObjectRef } from "../../aws/s3/object_store.ts";
import type { LogRecord } from "../../component/batch.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import { ObjectNotReadError, ObjectUnreadableError } from "../../decode/object_error.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { TestSink } from "../../../test/world/test_sink.ts";
import { textRecord } from "../../receivers/awss3/testing.ts";
import { queueReceiver } from "../../receivers/awss3/queue/receiver.ts";
import { RETURN_GRACE_MS } from "../../receivers/run_loop.ts";
import type { BackfillObject } from "./job.ts";
import { ObjectQueue } from "./object_queue.ts";

/** Behind an access point the bucket is its ARN, which no notification names. */
const BUCKET = "arn:aws:s3:us-east-1:123456789012:accesspoint/logs";
const OBJECTS = ["a", "b", "c", "d"].map((key): BackfillObject => ({ bucket: BUCKET, key, sizeBytes: 1, etag: "" }));

async function* listed(error?: Error): AsyncGenerator<BackfillObject> {
  yield* OBJECTS;
  if (error !== undefined) throw error;
}

/** The receiver of a backfill, and what its session is told. */
function stage({ objects = listed(), read = recordOf, takes = () => {} }: {
  objects?: AsyncIterable<BackfillObject>;
  read?: (object: ObjectRef) => AsyncIterable<LogRecord[]>;
  takes?: () => void | Promise<void>;
} = {}) {
  const told = { done: "", failed: "", errors: [] as unknown[] };
  const sink = new TestSink<LogRecord>();
  const { events, lines } = quietEvents();
  const queue = new ObjectQueue(objects, {
    events,
    session: {
      take: async () => await takes(),
      finish(objects, failed) {
        for (const object of objects) told[failed.has(object) ? "failed" : "done"] += object.key;
        return Promise.resolve();
      },
      fail: (error) => told.errors.push(error),
    },
  });
  const receiver = queueReceiver({
    queue,
    events,
    settle: queue.settle,
    deletesAtOnce: true,
    flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
    consumer: sink,
    read,
    tries: 3,
    once: true,
    allowedBuckets: undefined,
    select: () => ({ expandField: undefined }),
    config: {
      queue_url: "of the backfill",
      visibility_timeout: 300_000,
      number_of_workers: 2,
      sqs: { max_receive_count: 5, wait_time: 20_000, delete_poison_messages: false },
    },
    close() {},
  });
  return { receiver, told, sink, events, lines };
}

async function* recordOf(object: ObjectRef): AsyncGenerator<LogRecord[]> {
  yield [textRecord(object.key, { name: nameOfObject(object) })];
}

/** A test whose timers only move when told to. */
function timedTest(name: string, body: (clock: FakeClock) => Promise<void>): void {
  Deno.test(name, async () => {
    using clock = fakeClock({ toFake: ["setTimeout", "clearTimeout"] });
    await body(clock);
  });
}

timedTest("a backfill delivers each object once and finishes them as they are delivered", async (clock) => {
  const { receiver, told, sink } = stage();
  await receiver.start();
  await clock.tickAsync(1);
  assert.deepEqual([sink.delivered.map(({ body }) => body).toSorted(), told.done], [["a", "b", "c", "d"], "abcd"]);
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
});

timedTest("an object that cannot be read fails alone, one that may be read later after three tries", async (clock) => {
  const tries = { b: 0, c: 0 };
  const { receiver, told, events } = stage({
    async *read(object) {
      if (object.key === "b") {
        tries.b++;
        throw new ObjectUnreadableError("Cannot read object: it is damaged", { reason: "damaged" });
      }
      if (object.key === "c" && ++tries.c < 5) throw new Error("socket closed");
      yield* recordOf(object);
    },
  });
  await receiver.start();
  await clock.tickAsync(10_000);
  assert.deepEqual(await receiver.finished, { undelivered: 2 });
  assert.deepEqual([told.done, told.failed, tries], ["ad", "bc", { b: 1, c: 3 }]);
  assert.deepEqual(
    [events.count("backfill.failed_objects", "damaged"), events.count("backfill.failed_objects", "transient")],
    [1, 1],
  );
});

timedTest("an object whose body cannot be read fails alone after three tries", async (clock) => {
  const { receiver, told, sink } = stage();
  sink.answer = (items) => {
    if (items.some(({ body }) => body === "a")) throw new ObjectNotReadError("Cannot read object: s3://logs/data/a");
  };
  await receiver.start();
  await clock.tickAsync(10_000);
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  assert.deepEqual([told.done, told.failed], ["bcd", "a"]);
});

timedTest("what breaks the listing off ends the backfill once what was listed is delivered", async (clock) => {
  const error = new Error("Cannot list bucket logs");
  const { receiver, told } = stage({ objects: listed(error) });
  await receiver.start();
  await clock.tickAsync(1);
  await receiver.finished;
  assert.deepEqual(told, { done: "abcd", failed: "", errors: [error] });
});

timedTest("a stop ends the wait for the rate at once, and what waited is not done", async (clock) => {
  let taken = 0;
  const { receiver, told } = stage({ takes: () => ++taken > 2 ? new Promise(() => {}) : undefined });
  await receiver.start();
  await clock.tickAsync(1);
  await receiver.stop(new AbortController().signal);
  assert.deepEqual(told, { done: "ab", failed: "", errors: [] });
});

timedTest("a backfill whose object is never opened stops with its deadline and a grace period", async (clock) => {
  const { receiver, told } = stage({
    read: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }),
  });
  await receiver.start();
  await clock.tickAsync(1);
  let isStopped = false;
  const stopped = receiver.stop(AbortSignal.abort(new Error("deadline"))).then(() => isStopped = true);
  await clock.tickAsync(RETURN_GRACE_MS - 1);
  assert.equal(isStopped, false);
  await clock.tickAsync(1);
  await stopped;
  assert.deepEqual([told.done, (await receiver.finished).undelivered], ["", 2]);
});
