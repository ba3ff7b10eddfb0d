import assert from "node:assert/strict";
import { type FakeClock, fakeClock } from "../../../../test/world/fake_time.ts";
import type { DeadLetter } from "../../../component/component.ts";
import { ObjectMissingError, ObjectNotReadError, ObjectUnreadableError } from "../../../decode/object_error.ts";
import type { LogRecord } from "../../../component/batch.ts";
import { createFlowControl } from "../../../component/flow_control.ts";
import { DataFaultError } from "../../../component/outcome.ts";
import { DeadLetterError } from "../../../pipeline/dead_letter.ts";
import { retry } from "../../../pipeline/retry.ts";
import { sleep } from "../../../async/abortable.ts";
import { AwsTimeoutError } from "../../../aws/time_limited_handler.ts";
import { TestSink } from "../../../../test/world/test_sink.ts";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import type { RunLoop } from "../../run_loop.ts";
import { settleFailures } from "./failed_message.ts";
import { grownVisibilityMs } from "./message.ts";
import { queueReceiver, type QueueReceiverOptions } from "./receiver.ts";
import { createSelector } from "../selection.ts";
import { MemoryQueue } from "../../../../test/world/memory_queue.ts";
import { sdkError } from "../../../../test/world/aws_service.ts";
import { s3Notification, textRecord } from "../testing.ts";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const VISIBILITY_MS = 300 * SECOND_MS;

interface World {
  readonly clock: FakeClock;
  readonly queue: MemoryQueue;
  readonly sink: TestSink<LogRecord>;
  readonly flowControl: ReturnType<typeof createFlowControl>;
  readonly events: ReturnType<typeof quietEvents>["events"];
  readonly lines: string[];
  /** What reading an object gives; throws for some. */
  objects: (key: string, signal: AbortSignal) => AsyncIterable<LogRecord[]>;
  receiver(
    options?: Partial<QueueReceiverOptions> & {
      sqs?: Record<string, unknown>;
      workers?: number;
      deadLetter?: DeadLetter;
    },
  ): RunLoop;
  bodies(): unknown[];
  /** Never aborted, or after `ms`. */
  deadline(ms?: number): AbortSignal;
}

/** A test whose clock only moves when told to. */
function timedTest(name: string, body: (world: World) => Promise<void>): void {
  Deno.test(name, async () => {
    using clock = fakeClock({
      now: Date.UTC(2026, 0, 1),
      toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    });
    await body(createWorld(clock));
  });
}

function createWorld(clock: FakeClock): World {
  const queue = new MemoryQueue();
  queue.redriveMaxReceiveCount = 100;
  const sink = new TestSink<LogRecord>();
  const flowControl = createFlowControl({ maxInFlightBytes: 1024 * 1024 });
  const { events, lines } = quietEvents();
  const world: World = {
    clock,
    queue,
    sink,
    flowControl,
    events,
    lines,
    objects: async function* (key) {
      yield [textRecord(`text of ${key}`, { name: `s3://logs/${key}` })];
    },
    receiver({ sqs = {}, workers = 10, deadLetter, ...options } = {}) {
      const config = {
        queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/q",
        visibility_timeout: VISIBILITY_MS,
        number_of_workers: workers,
        sqs: { max_receive_count: 5, wait_time: 20 * SECOND_MS, delete_poison_messages: false, ...sqs },
      };
      return queueReceiver({
        queue,
        events,
        flowControl,
        consumer: sink,
        close: () => queue.close(),
        settle: settleFailures({ events, deadLetter, config }),
        once: false,
        allowedBuckets: undefined,
        select: createSelector({ file_selectors: undefined, expand_event_list_from_field: undefined }),
        read: (object, { signal }) => world.objects(object.key, signal),
        config,
        ...options,
      });
    },
    bodies: () => sink.delivered.map(({ body }) => body),
    deadline: (ms) => {
      const controller = new AbortController();
      if (ms !== undefined) setTimeout(() => controller.abort(new Error("deadline")), ms);
      return controller.signal;
    },
  };
  return world;
}

/** Stops the receiver while the clock goes on. */
async function stop(receiver: RunLoop, { clock, deadline }: World, deadlineMs = 1000): Promise<void> {
  const stopped = receiver.stop(deadline(deadlineMs));
  await clock.tickAsync(deadlineMs + 10 * SECOND_MS);
  await stopped;
}

/** Runs with `once` to its end. */
async function runOnce(
  receiver: RunLoop,
  { clock }: World,
  ms = 10 * SECOND_MS,
): Promise<{ undelivered: number }> {
  await receiver.start();
  await clock.tickAsync(ms);
  return await receiver.finished;
}

/** A sink whose endpoint is down until told otherwise: requests wait, and the gate is closed. */
function breakEndpoint({ sink, flowControl }: World): () => void {
  const repaired = Promise.withResolvers<void>();
  const holder = {};
  sink.answer = async () => {
    flowControl.gate.close(holder);
    await repaired.promise;
  };
  return () => {
    sink.answer = () => {};
    flowControl.gate.open(holder);
    repaired.resolve();
  };
}

timedTest("awss3 delivers the objects of a message and deletes it", async (world) => {
  const receiver = world.receiver();
  world.queue.put(s3Notification(["a/ü b+c.json", "b.json"]));
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["text of a/ü b+c.json", "text of b.json"]);
  assert.equal(world.queue.stored.size, 0);
  assert.equal(world.events.count("receiver.done_messages"), 1);
  await stop(receiver, world);
});

timedTest("awss3 deletes ten messages in one call, and fewer after a second", async (world) => {
  const receiver = world.receiver({ workers: 20 });
  for (let i = 0; i < 13; i++) world.queue.put(s3Notification([`${i}`]));
  await receiver.start();
  await world.clock.tickAsync(900);
  assert.deepEqual(world.queue.deleteCalls, [10]);
  await world.clock.tickAsync(200);
  assert.deepEqual(world.queue.deleteCalls, [10, 3]);
  await stop(receiver, world);
});

timedTest("awss3 has no more messages in flight than workers", async (world) => {
  const repair = breakEndpoint(world);
  world.flowControl.gate.close = () => {};
  const receiver = world.receiver({ workers: 3 });
  for (let i = 0; i < 8; i++) world.queue.put(s3Notification([`${i}`]));
  await receiver.start();
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.equal(world.queue.visibleIds.length, 5);
  repair();
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.equal(world.queue.stored.size, 0);
  await stop(receiver, world);
});

timedTest("awss3 takes nothing new while the endpoint is at fault", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  world.queue.put(s3Notification(["first"]));
  await receiver.start();
  await world.clock.tickAsync(30 * SECOND_MS);
  const calls = world.queue.receiveCalls;
  const later = world.queue.put(s3Notification(["later"]));
  // The call that was under way when the gate closed may still have taken it.
  await world.clock.tickAsync(HOUR_MS);
  assert.ok(world.queue.receiveCalls <= calls + 1);
  assert.ok(world.queue.message(later).receiveCount <= 1);
  repair();
  await world.clock.tickAsync(30 * SECOND_MS);
  assert.equal(world.queue.stored.size, 0);
  await stop(receiver, world);
});

timedTest("an outage of ten hours burns no receive counts and loses nothing", async (world) => {
  world.queue.redriveMaxReceiveCount = 3;
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  const ids = Array.from({ length: 25 }, (_, i) => world.queue.put(s3Notification([`${i}`])));
  await receiver.start();
  for (let hour = 0; hour < 10; hour++) {
    await world.clock.tickAsync(HOUR_MS);
    for (const id of ids) assert.ok(world.queue.message(id).receiveCount <= 1);
  }
  repair();
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.equal(world.queue.stored.size, 0);
  assert.deepEqual(world.queue.deadLetters, []);
  assert.equal(new Set(world.bodies()).size, 25);
  await stop(receiver, world);
});

timedTest("after eleven hours of an outage messages are returned and one is received as a probe", async (world) => {
  world.queue.redriveMaxReceiveCount = 3;
  const repair = breakEndpoint(world);
  const receiver = world.receiver({ workers: 4 });
  const ids = Array.from({ length: 4 }, (_, i) => world.queue.put(s3Notification([`${i}`])));
  await receiver.start();
  await world.clock.tickAsync(11 * HOUR_MS - SECOND_MS);
  assert.deepEqual(world.queue.visibleIds, []);
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.queue.visibleIds.length, 3);
  assert.deepEqual(ids.map((id) => world.queue.message(id).receiveCount).sort(), [1, 1, 1, 2]);
  assert.equal(world.events.count("receiver.lost_messages"), 0);
  repair();
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.equal(world.queue.stored.size, 0);
  assert.deepEqual(world.queue.deadLetters, []);
  assert.equal(new Set(world.bodies()).size, 4);
  await stop(receiver, world);
});

timedTest("awss3 extends the visibility at half-time while an object is worked on", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  world.queue.put(s3Notification(["slow"]));
  const startMs = Date.now();
  await receiver.start();
  await world.clock.tickAsync(2 * VISIBILITY_MS - 1);
  assert.deepEqual(
    world.queue.extensions.map(({ atMs, visibilityTimeoutMs }) => [atMs - startMs, visibilityTimeoutMs]),
    [[150_000, 300_000], [300_000, 300_000], [450_000, 300_000]],
  );
  repair();
  await world.clock.tickAsync(10 * SECOND_MS);
  assert.equal(world.queue.stored.size, 0);
  const extensions = world.queue.extensions.length;
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.queue.extensions.length, extensions);
  await stop(receiver, world);
});

timedTest("awss3 stops the work on a message whose visibility cannot be extended", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["slow"]));
  let workAborted = false;
  world.objects = async function* (key, signal) {
    signal.addEventListener("abort", () => workAborted = true);
    yield [textRecord(key)];
  };
  await receiver.start();
  world.queue.before = (call) => {
    if (call === "changeVisibility") throw sdkError("ReceiptHandleIsInvalid", "expired");
  };
  await world.clock.tickAsync(VISIBILITY_MS / 2 + SECOND_MS);
  assert.equal(workAborted, true);
  assert.equal(world.events.count("receiver.lost_messages", "receipt"), 1);
  assert.deepEqual(world.queue.deletedIds, []);
  world.queue.before = () => {};
  repair();
  await world.clock.tickAsync(VISIBILITY_MS);
  assert.deepEqual(world.queue.deletedIds, [id]);
  await stop(receiver, world);
});

timedTest("a failed extension that is transient is tried again before the message counts as lost", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["slow"]));
  await receiver.start();
  let failures = 2;
  world.queue.before = (call) => {
    if (call === "changeVisibility" && failures-- > 0) throw sdkError("InternalError", "try again");
  };
  await world.clock.tickAsync(3 * VISIBILITY_MS);
  assert.equal(world.queue.message(id).receiveCount, 1);
  assert.equal(world.events.count("receiver.lost_messages"), 0);
  repair();
  await stop(receiver, world);
});

timedTest("the visibility stays extended while deleting fails, and the delete is tried again", async (world) => {
  const receiver = world.receiver();
  const ids = Array.from({ length: 3 }, (_, i) => world.queue.put(s3Notification([`${i}`])));
  world.queue.failDeletes.set(ids[1] as string, 7);
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.queue.deletedIds, [ids[0], ids[2]]);
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.queue.stored.size, 0);
  assert.equal(world.sink.delivered.length, 3);
  assert.equal(world.events.count("receiver.delete_failures"), 0);
  await stop(receiver, world);
});

timedTest("a receipt that expired before the delete is said, and the message comes again", async (world) => {
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["a"]));
  world.sink.answer = () => {
    world.queue.message(id).receiptHandle = "somebody else's";
  };
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.equal(world.events.count("receiver.delete_failures", "receipt"), 1);
  assert.deepEqual(world.queue.deletedIds, []);
  world.sink.answer = () => {};
  await world.clock.tickAsync(2 * VISIBILITY_MS);
  assert.deepEqual(world.queue.deletedIds, [id]);
  await stop(receiver, world);
});

timedTest("awss3 keeps the message when one of its objects failed", async (world) => {
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["a", "damaged", "c"]));
  world.objects = async function* (key) {
    yield [textRecord(key)];
    if (key === "damaged") {
      throw new ObjectUnreadableError("Cannot read object: s3://logs/damaged is truncated", { reason: "damaged" });
    }
  };
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["a", "damaged", "c"]);
  assert.deepEqual(world.queue.deletedIds, []);
  assert.equal(world.events.count("receiver.poison_messages", "damaged"), 1);
  assert.ok(world.lines.some((line) => line.includes(id) && line.includes("s3://logs/damaged is truncated")));
  await stop(receiver, world);
});

timedTest(
  "a poison message is retried with growing visibility and left to the queue's redrive policy",
  async (world) => {
    world.queue.redriveMaxReceiveCount = 4;
    const receiver = world.receiver();
    const id = world.queue.put("hello");
    await receiver.start();
    await world.clock.tickAsync(2 * HOUR_MS);
    assert.deepEqual(
      world.queue.extensions.map(({ visibilityTimeoutMs }) => visibilityTimeoutMs / SECOND_MS),
      [300, 600, 1200, 2400],
    );
    assert.deepEqual(world.queue.deadLetters.map((message) => message.id), [id]);
    assert.equal(world.events.count("receiver.poison_messages", "not_a_notification"), 4);
    await stop(receiver, world);
  },
);

Deno.test("a poison message is hidden longer after each receipt, up to eleven hours", () => {
  const hours = [1, 2, 3, 4, 5, 10, 1000].map((receiveCount) =>
    grownVisibilityMs({ id: "m", body: "", receiptHandle: "", receiveCount }, HOUR_MS) / HOUR_MS
  );
  assert.deepEqual(hours, [1, 2, 4, 8, 11, 11, 11]);
});

timedTest("a poison message goes to the dead letter after max_receive_count receipts", async (world) => {
  const written: { source: string; position: unknown; reason: string }[] = [];
  let fail = true;
  const deadLetter: DeadLetter = {
    keepsContent: true,
    write(records, reason) {
      if (fail) return Promise.reject(new Error("disk full"));
      for (const { origin } of records) written.push({ source: origin.source.name, position: origin.position, reason });
      return Promise.resolve();
    },
  };
  const receiver = world.receiver({ deadLetter, sqs: { max_receive_count: 2 } });
  const unreadable = world.queue.put(s3Notification(["bad"]));
  const garbage = world.queue.put("hello");
  world.objects = () => {
    throw new ObjectUnreadableError("Cannot read object: s3://logs/bad is forbidden", { reason: "forbidden" });
  };
  await receiver.start();
  await world.clock.tickAsync(2 * VISIBILITY_MS);
  assert.deepEqual(world.queue.deletedIds, []);
  fail = false;
  await world.clock.tickAsync(6 * VISIBILITY_MS);
  assert.deepEqual(new Set(world.queue.deletedIds), new Set([unreadable, garbage]));
  assert.deepEqual(written.sort((a, b) => a.source.localeCompare(b.source)), [
    { source: "s3://logs/bad", position: 0, reason: "Cannot read object: s3://logs/bad is forbidden" },
    { source: "sqs:https://sqs.us-east-1.amazonaws.com/123456789012/q", position: garbage, reason: "it is not JSON" },
  ]);
  await stop(receiver, world);
});

timedTest("a message that is no notification stays where a dead letter would not hold its text", async (world) => {
  const written: string[] = [];
  const deadLetter: DeadLetter = {
    keepsContent: false,
    // deno-lint-ignore require-await
    async write(records) {
      written.push(...records.map(({ origin }) => origin.source.name));
    },
  };
  const receiver = world.receiver({ deadLetter, sqs: { max_receive_count: 2 } });
  const unreadable = world.queue.put(s3Notification(["bad"]));
  const garbage = world.queue.put("hello");
  world.objects = () => {
    throw new ObjectUnreadableError("Cannot read object: s3://logs/bad is forbidden", { reason: "forbidden" });
  };
  await receiver.start();
  await world.clock.tickAsync(8 * VISIBILITY_MS);
  assert.deepEqual(world.queue.deletedIds, [unreadable]);
  assert.deepEqual(written, ["s3://logs/bad"]);
  assert.ok(!world.queue.deletedIds.includes(garbage));
  await stop(receiver, world);
});

timedTest("delete_poison_messages deletes a poison message after max_receive_count receipts", async (world) => {
  const receiver = world.receiver({ sqs: { max_receive_count: 2, delete_poison_messages: true } });
  const id = world.queue.put("hello");
  await receiver.start();
  await world.clock.tickAsync(VISIBILITY_MS - SECOND_MS);
  assert.deepEqual(world.queue.deletedIds, []);
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.deepEqual(world.queue.deletedIds, [id]);
  assert.equal(world.events.count("receiver.deleted_poison_messages"), 1);
  await stop(receiver, world);
});

timedTest("a message whose records are refused stays, even where poison messages are deleted", async (world) => {
  const receiver = world.receiver({ sqs: { max_receive_count: 1, delete_poison_messages: true } });
  const id = world.queue.put(s3Notification(["guilty"]));
  world.sink.answer = () => {
    throw new DataFaultError("Endpoint answered 400");
  };
  await receiver.start();
  await world.clock.tickAsync(3 * VISIBILITY_MS + 10 * SECOND_MS);
  assert.equal(world.queue.message(id).receiveCount, 3);
  assert.deepEqual(world.queue.extensions.map(({ visibilityTimeoutMs }) => visibilityTimeoutMs / SECOND_MS), [
    300,
    600,
    1200,
  ]);
  assert.equal(world.events.count("receiver.refused_messages"), 3);
  await stop(receiver, world);
});

timedTest("objects of buckets that are not allowed are never fetched", async (world) => {
  const receiver = world.receiver({ allowedBuckets: new Set(["logs"]) });
  world.queue.put(s3Notification(["a"], { bucket: "other" }));
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.bodies(), []);
  assert.equal(world.queue.stored.size, 1);
  assert.equal(world.events.count("receiver.poison_messages", "bucket_not_allowed"), 1);
  await stop(receiver, world);
});

timedTest("missing, never logged and unselected objects are acknowledged and counted", async (world) => {
  const receiver = world.receiver({
    select: createSelector({
      file_selectors: [{ regex: "\\.json(\\.gz)?$" }],
      expand_event_list_from_field: undefined,
    }),
  });
  world.objects = async function* (key) {
    if (key === "gone.json") throw new ObjectMissingError("Cannot read object: s3://logs/gone.json does not exist");
    yield [textRecord(key)];
  };
  for (
    const key of [
      "gone.json",
      "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/04/05/data/1.json.gz",
      "a.txt",
      "a.json",
    ]
  ) world.queue.put(s3Notification([key]));
  await receiver.start();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["a.json"]);
  assert.equal(world.queue.stored.size, 0);
  assert.equal(world.events.count("receiver.missing_objects"), 1);
  assert.equal(world.events.count("receiver.skipped_objects", "never_log"), 1);
  assert.equal(world.events.count("receiver.skipped_objects", "no_selector"), 1);
  await stop(receiver, world);
});

timedTest("a store at fault costs no receipt: the object is read again while the message is held", async (world) => {
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["a"]));
  let isDown = true;
  world.objects = async function* (key) {
    if (isDown) throw sdkError("ServiceUnavailable", "slow down");
    yield [textRecord(key)];
  };
  await receiver.start();
  await world.clock.tickAsync(2 * HOUR_MS);
  assert.equal(world.queue.message(id).receiveCount, 1);
  isDown = false;
  await world.clock.tickAsync(2 * 60 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["a"]);
  assert.equal(world.queue.stored.size, 0);
  await stop(receiver, world);
});

timedTest("stop ends the long poll at once", async (world) => {
  const receiver = world.receiver();
  const id = world.queue.put("hello");
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  const before = Date.now();
  const stopped = receiver.stop(world.deadline());
  await world.clock.tickAsync(1);
  await stopped;
  assert.ok(Date.now() - before <= 1);
  assert.equal(world.queue.isClosed, true);
  assert.equal(world.queue.message(id).receiveCount, 1);
});

timedTest("stop finishes what is in flight and deletes it", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  world.queue.put(s3Notification(["a"]));
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  const stopped = receiver.stop(world.deadline(30 * SECOND_MS));
  await world.clock.tickAsync(10 * SECOND_MS);
  repair();
  await world.clock.tickAsync(10);
  await stopped;
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  assert.equal(world.queue.stored.size, 0);
});

timedTest("stop returns what is in flight when the deadline comes", async (world) => {
  breakEndpoint(world);
  const receiver = world.receiver();
  const ids = [world.queue.put(s3Notification(["a"])), world.queue.put(s3Notification(["b"]))];
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  assert.deepEqual(world.queue.visibleIds, []);
  await stop(receiver, world, 30 * SECOND_MS);
  assert.deepEqual(await receiver.finished, { undelivered: 2 });
  assert.deepEqual(world.queue.visibleIds, ids);
  assert.equal(world.events.count("receiver.returned_messages", "stopping"), 2);
});

timedTest("messages that arrive while the receiver stops are returned without being begun", async (world) => {
  const receiver = world.receiver();
  await receiver.start();
  const late = Promise.withResolvers<void>();
  const receive = world.queue.receive.bind(world.queue);
  world.queue.receive = async (options) => {
    await late.promise;
    return await receive({ ...options, signal: new AbortController().signal });
  };
  await world.clock.tickAsync(30 * SECOND_MS);
  const id = world.queue.put(s3Notification(["a"]));
  const stopped = receiver.stop(world.deadline());
  late.resolve();
  await world.clock.tickAsync(SECOND_MS);
  await stopped;
  assert.deepEqual(world.queue.visibleIds, [id]);
  assert.deepEqual(world.bodies(), []);
});

timedTest("stop does not wait for a queue that no longer answers", async (world) => {
  breakEndpoint(world);
  const receiver = world.receiver();
  world.queue.put(s3Notification(["a"]));
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  world.queue.before = () => new Promise(() => {});
  await stop(receiver, world, 30 * SECOND_MS);
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
});

timedTest("a receiver that is stopped while it starts does not begin to watch its queue", async (world) => {
  const calls: string[] = [];
  const answered = Promise.withResolvers<void>();
  world.queue.before = async (call) => {
    calls.push(call);
    if (call === "receive") await answered.promise;
  };
  const receiver = world.receiver({ isMeasured: true });
  const started = receiver.start();
  const stopped = receiver.stop(world.deadline());
  answered.resolve();
  await world.clock.tickAsync(SECOND_MS);
  await Promise.all([started, stopped]);
  assert.equal(calls[0], "receive");
  assert.ok(!calls.includes("depth"), calls.join());
});

timedTest("stop is safe before start and when repeated", async (world) => {
  const receiver = world.receiver();
  await receiver.stop(world.deadline());
  await receiver.stop(world.deadline());
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  assert.equal(world.queue.receiveCalls, 0);
});

timedTest("once empties the queue and finishes after two empty calls", async (world) => {
  const receiver = world.receiver({ once: true, workers: 2 });
  for (let i = 0; i < 7; i++) world.queue.put(s3Notification([`${i}`]));
  assert.deepEqual(await runOnce(receiver, world), { undelivered: 0 });
  assert.equal(world.sink.delivered.length, 7);
  assert.equal(world.queue.stored.size, 0);
});

timedTest("once with a dead endpoint leaves every message in the queue and says how many", async (world) => {
  const receiver = world.receiver({ once: true, workers: 3 });
  const ids = Array.from({ length: 5 }, (_, i) => world.queue.put(s3Notification([`${i}`])));
  world.sink.answer = () => {
    throw new Error("connection refused");
  };
  const { undelivered } = await runOnce(receiver, world);
  assert.ok(undelivered > 0);
  assert.deepEqual(world.queue.visibleIds, ids);
});

timedTest("once counts a poison message as undelivered", async (world) => {
  const receiver = world.receiver({ once: true });
  world.queue.put("hello");
  world.queue.put(s3Notification(["a"]));
  assert.deepEqual(await runOnce(receiver, world), { undelivered: 1 });
  assert.deepEqual(world.bodies(), ["text of a"]);
});

timedTest("once fails when the queue stays out of reach", async (world) => {
  const receiver = world.receiver({ once: true });
  world.queue.before = (call) => {
    if (call === "receive") throw sdkError("InternalError", "try again");
  };
  await receiver.start();
  await world.clock.tickAsync(120 * SECOND_MS);
  await assert.rejects(receiver.finished, /Cannot receive from queue .*: InternalError: try again/);
});

const PERMANENT = [
  { name: "QueueDoesNotExist", message: "The specified queue does not exist" },
  { name: "AccessDeniedException", message: "not authorized to perform: sqs:ReceiveMessage" },
  { name: "CredentialsProviderError", message: "Could not load credentials from any providers" },
  { name: "Error", message: "Region is missing" },
  { name: "SignatureDoesNotMatch", message: "Credential should be scoped to a valid region" },
];

for (const { name, message } of PERMANENT) {
  timedTest(`start fails when the queue can never be received from: ${message}`, async (world) => {
    world.queue.before = (call) => {
      if (call === "receive") throw sdkError(name, message);
    };
    const receiver = world.receiver();
    await assert.rejects(
      receiver.start(),
      /Cannot receive from queue https:\/\/sqs.us-east-1.amazonaws.com\/123456789012\/q: /,
    );
    await receiver.stop(world.deadline());
  });
}

timedTest("a queue out of reach is said once, and received from when it is back", async (world) => {
  world.queue.put(s3Notification(["a"]));
  let isDown = true;
  world.queue.before = (call) => {
    if (call === "receive" && isDown) throw sdkError("InternalError", "try again");
  };
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.events.count("receiver.receive_failures", "transient"), 1);
  isDown = false;
  await world.clock.tickAsync(2 * 60 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["text of a"]);
  assert.ok(world.lines.some((line) => line.includes("awss3.receive_recovered")));
  await stop(receiver, world);
});

timedTest("a queue without a redrive policy gets one warning at start", async (world) => {
  world.queue.redriveMaxReceiveCount = undefined;
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.lines.filter((line) => line.includes("awss3.no_redrive_policy")).length, 1);
  await stop(receiver, world);
});

timedTest("not being allowed to see the redrive policy is no warning", async (world) => {
  world.queue.before = (call) => {
    if (call === "hasRedrivePolicy") throw sdkError("AccessDenied", "no");
  };
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  assert.deepEqual(world.lines.filter((line) => / (WARN|ERROR) /.test(line)), []);
  assert.ok(world.lines.some((line) => line.includes("awss3.redrive_unknown")));
  await stop(receiver, world);
});

timedTest(
  "once receives nothing more when the endpoint was given up on: no message costs two receipts",
  async (world) => {
    const { queue, flowControl, events } = world;
    const down: TestSink<LogRecord> = new TestSink();
    down.answer = () => {
      throw new Error("connection refused");
    };
    const consumer = retry(down, {
      id: "otlp_http",
      policy: { initialMs: 1000, factor: 1, maxMs: 1000, limitMs: 5000 },
      gate: flowControl.gate,
      events,
      signal: world.deadline(),
    });
    let latencyMs = 0;
    queue.before = async (call) => {
      if (call === "changeVisibility") await new Promise((resolve) => setTimeout(resolve, latencyMs += 20));
    };
    const receiver = world.receiver({ once: true, consumer });
    const ids = ["a", "b", "c"].map((key) => queue.put(s3Notification([key])));
    assert.deepEqual(await runOnce(receiver, world, 60 * SECOND_MS), { undelivered: 3 });
    assert.deepEqual(ids.map((id) => queue.message(id).receiveCount), [1, 1, 1]);
    assert.deepEqual(queue.visibleIds, ids);
  },
);

timedTest("a clock that is put forward returns no message that is worked on", async (world) => {
  const repair = breakEndpoint(world);
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["a"]));
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  // The queue's clock is not put forward: its messages stay hidden for as long as before.
  const forwardMs = 24 * HOUR_MS;
  const message = world.queue.message(id);
  message.visibleAtMs += forwardMs;
  message.receivedAtMs += forwardMs;
  world.clock.setSystemTime(Date.now() + forwardMs);
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(message.receiveCount, 1);
  assert.deepEqual(world.queue.visibleIds, []);
  repair();
  await world.clock.tickAsync(2 * SECOND_MS);
  assert.deepEqual(world.queue.deletedIds, [id]);
  await stop(receiver, world);
});

timedTest("what is missing on the way to the endpoint is no missing object: the message stays", async (world) => {
  const receiver = world.receiver();
  const id = world.queue.put(s3Notification(["a"]));
  let isBroken = true;
  world.sink.answer = () => {
    if (isBroken) throw new ObjectMissingError("Cannot read object: s3://logs/data/a_input.json.gz does not exist");
  };
  await receiver.start();
  await world.clock.tickAsync(10 * SECOND_MS);
  assert.deepEqual(world.queue.deletedIds, []);
  isBroken = false;
  await world.clock.tickAsync(60 * SECOND_MS);
  assert.deepEqual(world.bodies(), ["text of a"]);
  assert.deepEqual(world.queue.deletedIds, [id]);
  await stop(receiver, world);
});

/** Ways in which an object fails again and again. */
const BAD: Readonly<Record<string, (world: World, signal: AbortSignal) => Promise<void>>> = {
  "is answered with 500": () => Promise.reject(sdkError("InternalError", "try again")),
  "is cut": () => Promise.reject(new Error("Cannot read object: s3://logs/bad ended after 10 of 11 bytes")),
  "never comes": async (_, signal) => {
    await sleep(120 * SECOND_MS, signal);
    throw new AwsTimeoutError("no whole answer from s3 within 120000 ms");
  },
};

for (const [how, fail] of Object.entries(BAD)) {
  for (const bad of [4, 9]) {
    timedTest(`${bad} objects of which each ${how} do not stop a queue with 4 workers`, async (world) => {
      const receiver = world.receiver({ workers: 4 });
      const badIds = Array.from({ length: bad }, (_, i) => world.queue.put(s3Notification([`bad ${i}`])));
      for (let i = 0; i < 10; i++) world.queue.put(s3Notification([`good ${i}`]));
      world.objects = async function* (key, signal) {
        if (key.startsWith("bad")) await fail(world, signal);
        yield [textRecord(key)];
      };
      await receiver.start();
      await world.clock.tickAsync(20 * 60 * SECOND_MS);
      assert.equal(world.bodies().filter((body) => String(body).startsWith("good")).length, 10);
      for (let minute = 0; minute < 40; minute++) {
        world.queue.put(s3Notification([`good after ${minute} minutes`]));
        await world.clock.tickAsync(60 * SECOND_MS);
      }
      assert.deepEqual([...world.queue.stored.keys()], badIds);
      assert.ok(world.events.count("receiver.set_aside_messages") >= bad);
      const grown = world.queue.extensions.filter(({ id }) => id === badIds[0])
        .map(({ visibilityTimeoutMs }) => visibilityTimeoutMs / VISIBILITY_MS);
      assert.ok(grown.includes(2) && grown.includes(4), grown.join());
      assert.ok(world.queue.receiveCalls < 2000, "no call without a worker for what it gives");
      await stop(receiver, world, 1000);
    });
  }
}

timedTest("an outage of the store shows in all objects: it is waited out, and costs no receipts", async (world) => {
  world.queue.redriveMaxReceiveCount = 2;
  const receiver = world.receiver({ workers: 4 });
  const ids = Array.from({ length: 40 }, (_, i) => world.queue.put(s3Notification([`${i}`])));
  let isDown = true;
  world.objects = async function* (key) {
    if (isDown) throw sdkError("ServiceUnavailable", "slow down");
    yield [textRecord(key)];
  };
  await receiver.start();
  await world.clock.tickAsync(5 * HOUR_MS);
  for (const id of ids) assert.ok(world.queue.message(id).receiveCount <= 1);
  isDown = false;
  await world.clock.tickAsync(3 * 60 * SECOND_MS);
  assert.equal(new Set(world.bodies()).size, 40);
  assert.equal(world.queue.stored.size, 0);
  assert.equal(world.events.count("receiver.set_aside_messages"), 0);
  await stop(receiver, world);
});

const BESIDE = {
  "a body cannot be read": new ObjectNotReadError("Cannot read object: s3://logs/data/a_input.json.gz: no answer"),
  "the dead letter cannot be written": new DeadLetterError("Cannot write the dead letter: exporter file failed"),
};

for (const [why, error] of Object.entries(BESIDE)) {
  timedTest(`messages for which ${why} are set aside while others are delivered`, async (world) => {
    const receiver = world.receiver({ workers: 2 });
    for (let i = 0; i < 2; i++) world.queue.put(s3Notification([`bad ${i}`]));
    for (let i = 0; i < 5; i++) world.queue.put(s3Notification([`good ${i}`]));
    world.sink.answer = (items) => {
      if (items.some(({ body }) => String(body).includes("bad"))) throw error;
    };
    await receiver.start();
    await world.clock.tickAsync(HOUR_MS);
    assert.equal(world.bodies().length, 5);
    assert.equal(world.queue.stored.size, 2);
    assert.ok(world.events.count("receiver.set_aside_messages") >= 2);
    await stop(receiver, world);
  });
}

timedTest("once sets aside what fails while others are delivered", async (world) => {
  const receiver = world.receiver({ once: true, workers: 1 });
  const bad = world.queue.put(s3Notification(["bad"]));
  for (let i = 0; i < 5; i++) world.queue.put(s3Notification([`good ${i}`]));
  world.objects = async function* (key) {
    if (key === "bad") throw sdkError("InternalError", "try again");
    yield [textRecord(key)];
  };
  assert.deepEqual(await runOnce(receiver, world), { undelivered: 1 });
  assert.equal(world.bodies().length, 5);
  assert.equal(world.queue.message(bad).receiveCount, 1);
});

timedTest("once returns what it received when the store gives nothing", async (world) => {
  for (const count of [2, 20]) {
    const receiver = world.receiver({ once: true, workers: 4 });
    const ids = Array.from({ length: count }, (_, i) => world.queue.put(s3Notification([`${i}`])));
    world.objects = () => {
      throw sdkError("ServiceUnavailable", "slow down");
    };
    const { undelivered } = await runOnce(receiver, world);
    assert.ok(undelivered >= 2 && undelivered <= 8, `${undelivered}`);
    assert.deepEqual(world.queue.visibleIds, ids);
    for (const id of ids) assert.ok(world.queue.message(id).receiveCount <= 1);
    for (const id of ids) world.queue.stored.delete(id);
  }
});
