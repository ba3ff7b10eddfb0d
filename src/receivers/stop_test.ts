/** Every receiver stops in time, whatever never answers underneath. */
import assert from "node:assert/strict";
import { fakeClock } from "../../test/world/fake_time.ts";
import type { LogRecord } from "../component/batch.ts";
import type { Receiver } from "../component/component.ts";
import { createFlowControl } from "../component/flow_control.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { temporaryStorage } from "../../test/world/temporary_storage.ts";
import { createStage } from "./awscloudwatch/testing.ts";
import { awscloudwatchmetricsSchema } from "./awscloudwatchmetrics/config.ts";
import { metricsLoop } from "./awscloudwatchmetrics/receiver.ts";
import { ListingWorld } from "./awss3/listing/testing.ts";
import { settleFailures } from "./awss3/queue/failed_message.ts";
import { queueReceiver } from "./awss3/queue/receiver.ts";
import { MemoryQueue } from "../../test/world/memory_queue.ts";
import { s3Notification, textRecord } from "./awss3/testing.ts";
import { FileCheckpoints } from "./file/checkpoint.ts";
import { fileReceiverSchema } from "./file/config.ts";
import { fileReceiver } from "./file/receiver.ts";
import { RETURN_GRACE_MS, RunLoop } from "./run_loop.ts";

/** Neither resolves nor looks at a signal. */
const never = <T>() => new Promise<T>(() => {});

interface Stuck extends Disposable {
  readonly receiver: Receiver;
}

function stuckQueue(call: "receive" | "changeVisibility" | "delete"): Stuck {
  const queue = new MemoryQueue();
  queue.put(s3Notification(["a"]));
  const sink = new TestSink<LogRecord>();
  if (call === "changeVisibility") sink.answer = never;
  queue.before = (each) => each === call ? never() : undefined;
  const { events } = quietEvents();
  const config = {
    queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/q",
    visibility_timeout: 300_000,
    number_of_workers: 1,
    sqs: { max_receive_count: 5, wait_time: 20_000, delete_poison_messages: false },
  };
  const receiver = queueReceiver({
    queue,
    events,
    flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
    consumer: sink,
    settle: settleFailures({ events, deadLetter: undefined, config }),
    once: false,
    allowedBuckets: undefined,
    select: () => ({ expandField: undefined }),
    read: async function* () {
      yield [textRecord("a")];
    },
    config,
    close: () => queue.close(),
  });
  return { receiver, [Symbol.dispose]() {} };
}

function stuckListing(call: "list" | "get"): Stuck {
  const world = new ListingWorld();
  world.put(0, "a", 1);
  world.bucket[call] = never;
  return { receiver: world.receiver(), [Symbol.dispose]: () => world[Symbol.dispose]() };
}

function stuckLogs(call: "events" | "groups"): Stuck {
  const stage = createStage(call === "groups" ? { log_group_name_prefix: "bed" } : {});
  stage.logs.before = (each) => each === call ? never() : undefined;
  return { receiver: stage.receiver(), [Symbol.dispose]: () => stage[Symbol.dispose]() };
}

function stuckMetrics(): Stuck {
  const receiver = new RunLoop(metricsLoop({
    config: awscloudwatchmetricsSchema.parse({ regions: ["us-east-1"] }),
    flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
    events: quietEvents().events,
    once: false,
    begin: () => ({ collectors: [], account: never }),
    close() {},
  }));
  return { receiver, [Symbol.dispose]() {} };
}

function stuckFile(): Stuck {
  const storage = temporaryStorage();
  const checkpoints = new FileCheckpoints(storage.of("file"));
  checkpoints.prune = never;
  const receiver = fileReceiver({
    config: fileReceiverSchema.parse({ include: [`${storage.directory}/*.json`] }),
    consumer: new TestSink<LogRecord>(),
    flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
    events: quietEvents().events,
    once: false,
    checkpoints,
  });
  return { receiver, [Symbol.dispose]: () => storage[Symbol.dispose]() };
}

const CASES: Readonly<Record<string, () => Stuck>> = {
  "awss3 whose queue never gives messages": () => stuckQueue("receive"),
  "awss3 whose queue never takes a message back": () => stuckQueue("changeVisibility"),
  "awss3 whose queue never deletes": () => stuckQueue("delete"),
  "awss3 whose bucket is never listed": () => stuckListing("list"),
  "awss3 whose object is never opened": () => stuckListing("get"),
  "awscloudwatch whose events never come": () => stuckLogs("events"),
  "awscloudwatch whose groups are never listed": () => stuckLogs("groups"),
  "awscloudwatchmetrics whose account is never told": stuckMetrics,
  "file whose files are never looked at": stuckFile,
};

for (const [name, create] of Object.entries(CASES)) {
  Deno.test(`${name} stops with its deadline and a grace period, and says that something is left`, async () => {
    using stuck = create();
    using clock = fakeClock({ toFake: ["setTimeout", "clearTimeout"] });
    const { receiver } = stuck;
    const started = receiver.start();
    await clock.tickAsync(1000);
    const deadline = new AbortController();
    let isStopped = false;
    const stopped = receiver.stop(deadline.signal).then(() => isStopped = true);
    await clock.tickAsync(60_000);
    deadline.abort(new Error("deadline"));
    await clock.tickAsync(RETURN_GRACE_MS - 1);
    assert.equal(isStopped, false);
    await clock.tickAsync(1);
    await Promise.all([stopped, started]);
    assert.ok((await receiver.finished).undelivered > 0);
  });
}
