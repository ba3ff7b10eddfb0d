import { type FakeClock, fakeClock } from "../../../test/world/fake_time.ts";
import assert from "node:assert/strict";
import { DataFaultError } from "../../component/outcome.ts";
import { diskIsFull } from "../../../test/world/temporary_storage.ts";
import { Health } from "../../telemetry/health.ts";
import type { Receiver } from "../../component/component.ts";
import { CLOCK_TOLERANCE_MS, type Position } from "./position.ts";
import { sdkError } from "../../../test/world/aws_service.ts";
import { createStage, type Stage } from "./testing.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

interface World extends Stage {
  readonly clock: FakeClock;
}

/** A test whose clock only moves when told to. */
function timedTest(name: string, body: (world: World) => Promise<void>, settings: Record<string, unknown> = {}): void {
  Deno.test(name, async () => {
    using clock = fakeClock({
      now: Date.UTC(2026, 0, 1),
      toFake: ["setTimeout", "clearTimeout", "Date", "performance"],
    });
    using stage = createStage(settings);
    await body({ ...stage, clock });
  });
}

/** Stops the receiver while the clock goes on. */
async function stop(receiver: Receiver, { clock }: World, deadline: AbortSignal = NEVER): Promise<void> {
  const stopped = receiver.stop(deadline);
  await clock.tickAsync(10 * SECOND_MS);
  await stopped;
}

const NEVER = new AbortController().signal;

async function runOnce(world: World, ms = MINUTE_MS): Promise<{ undelivered: number }> {
  const receiver = world.receiver({ once: true });
  await receiver.start();
  await world.clock.tickAsync(ms);
  const result = await receiver.finished;
  await stop(receiver, world);
  return result;
}

/** An endpoint that is down until told otherwise: requests wait, and the gate is closed. */
function breakEndpoint({ sink, flowControl }: World): () => void {
  const repaired = Promise.withResolvers<void>();
  sink.answer = async () => {
    flowControl.gate.close(repaired);
    await repaired.promise;
  };
  return () => {
    sink.answer = () => {};
    flowControl.gate.open(repaired);
    repaired.resolve();
  };
}

const position = (world: World) => world.position() as Position;
const agoMs = (ms: number) => Date.now() - ms;

timedTest("awscloudwatch hands on an event as one record, with what CloudWatch Logs says of it", async (world) => {
  const id = world.logs.put({ timeMs: agoMs(HOUR_MS), stream: "aws/bedrock", message: '{"requestId":"ü"}' });
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  const [record] = world.sink.delivered;
  assert.equal(record?.body, '{"requestId":"ü"}');
  assert.deepEqual(record?.attributes, {
    "aws.cloudwatch.log_group": "bedrock",
    "aws.cloudwatch.log_stream": "aws/bedrock",
    "aws.cloudwatch.event_id": id,
    "aws.cloudwatch.ingestion_time": "2026-01-01T00:00:00.000Z",
  });
  const { source, ...origin } = record?.origin ?? {};
  assert.deepEqual(origin, { id, position: id, sizeBytes: 18, writtenMs: Date.UTC(2026, 0, 1) });
  assert.equal(source?.name, "cloudwatch:us-east-1:bedrock");
});

timedTest("what Bedrock writes when logging is switched on is no record", async (world) => {
  world.logs.put({ timeMs: agoMs(HOUR_MS), message: "Permissions are correctly set for Amazon Bedrock logs.\n" });
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS), message: "Permissions" });
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), [put]);
});

timedTest("an event is read once it is as old as latency, with the next scan", async (world) => {
  const receiver = world.receiver();
  await receiver.start();
  world.logs.put({ timeMs: Date.now() });
  await world.clock.tickAsync(MINUTE_MS - 1);
  assert.equal(world.sink.delivered.length, 0);
  await world.clock.tickAsync(1);
  assert.equal(world.sink.delivered.length, 1);
  await stop(receiver, world);
});

timedTest("events at exactly the edges of a window are delivered once, also when they come late", async (world) => {
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(10);
  const { doneMs } = position(world);
  assert.equal(doneMs, Date.now() - 10 - MINUTE_MS);
  const put = [-1, 0, 0, 1].map((offsetMs) => world.logs.put({ timeMs: doneMs + offsetMs }));
  await world.clock.tickAsync(MINUTE_MS);
  const edges = [position(world).doneMs, position(world).doneMs - 10 * MINUTE_MS];
  put.push(...edges.map((timeMs) => world.logs.put({ timeMs })));
  await world.clock.tickAsync(30 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), put.toSorted());
  await stop(receiver, world);
});

timedTest("a late event is found by the overlap, a very late one by the sweep, and neither twice", async (world) => {
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(3.5 * HOUR_MS);
  const late = world.logs.put({ timeMs: agoMs(10 * MINUTE_MS) });
  const veryLate = world.logs.put({ timeMs: agoMs(2 * HOUR_MS - MINUTE_MS) });
  await world.clock.tickAsync(MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), [late]);
  await world.clock.tickAsync(HOUR_MS);
  assert.deepEqual(world.deliveredIds(), [late, veryLate]);
  await world.clock.tickAsync(5 * HOUR_MS);
  assert.deepEqual(world.deliveredIds(), [late, veryLate]);
  await stop(receiver, world);
});

timedTest("events as late as is promised are found, also by a clock that is a little ahead", async (world) => {
  const receiver = world.receiver();
  await receiver.start();
  world.logs.skewMs = CLOCK_TOLERANCE_MS;
  await world.clock.tickAsync(4 * HOUR_MS);
  const put: string[] = [];
  // Some of them can be found just after a sweep, and only by the next one.
  for (let minute = 0; minute < 120; minute++) {
    put.push(world.logs.put({ timeMs: Date.now(), visibleMs: Date.now() + 2 * HOUR_MS }));
    await world.clock.tickAsync(MINUTE_MS);
  }
  await world.clock.tickAsync(4 * HOUR_MS);
  assert.deepEqual(world.deliveredIds().toSorted(), put);
  await stop(receiver, world);
});

timedTest(
  "ids are remembered as long as a sweep may find their events again, however many there are",
  async (world) => {
    const receiver = world.receiver();
    await receiver.start();
    for (let hour = 0; hour < 12; hour++) {
      for (let i = 0; i < 60; i++) world.logs.put({ timeMs: Date.now() + i * MINUTE_MS });
      await world.clock.tickAsync(HOUR_MS);
    }
    assert.equal(world.sink.delivered.length, 12 * 60);
    const remembered = world.rememberedIds().length;
    assert.ok(remembered >= 120 && remembered <= 190, `${remembered} ids`);
    await stop(receiver, world);
  },
);

timedTest(
  "while the state cannot be written nothing is sent twice, and nothing is left out afterwards",
  async (world) => {
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(5 * MINUTE_MS);
    world.storage.beforeWrite = diskIsFull;
    const put = [world.logs.put({ timeMs: Date.now() }), world.logs.put({ timeMs: Date.now() })];
    await world.clock.tickAsync(90 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), put);
    put.push(world.logs.put({ timeMs: Date.now() }));
    await world.clock.tickAsync(5 * MINUTE_MS);
    world.storage.beforeWrite = () => {};
    await world.clock.tickAsync(5 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), put);
    assert.deepEqual(world.rememberedIds(), put);
    await stop(receiver, world);
  },
);

timedTest("a group whose position cannot be read is reported with the way out, and the others go on", async (world) => {
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS) }, "bedrock2");
  world.logs.put({ timeMs: agoMs(HOUR_MS) });
  const key = "cloudwatch:us-east-1:bedrock";
  const row = { key, json: "{", timeMs: 0 };
  world.storage.table.write([{ receiver: "awscloudwatch", collection: "groups", key, row }]);
  assert.deepEqual(await runOnce(world), { undelivered: 1 });
  assert.deepEqual(world.deliveredIds(), [put]);
  assert.match(
    world.lines.join("\n"),
    /read_failed: .*is not JSON: .*--collection groups --key cloudwatch:us-east-1:bedrock/,
  );
}, { log_group_name_prefix: "bedrock" });

timedTest("a restart goes on at the checkpoint, wherever a group without one would begin", async (world) => {
  const put = [world.logs.put({ timeMs: agoMs(HOUR_MS) })];
  await runOnce(world);
  put.push(world.logs.put({ timeMs: Date.now() }));
  await world.clock.tickAsync(5 * HOUR_MS);
  const receiver = world.receiver({ settings: { start_position: "end" } });
  await receiver.start();
  await world.clock.tickAsync(MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), put);
  await stop(receiver, world);
});

timedTest("with start_position end only what comes from then on is delivered, also by sweeps", async (world) => {
  world.logs.put({ timeMs: agoMs(2 * MINUTE_MS) });
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(5 * MINUTE_MS);
  const id = world.logs.put({ timeMs: Date.now() });
  await world.clock.tickAsync(4 * HOUR_MS);
  assert.deepEqual(world.deliveredIds(), [id]);
  await stop(receiver, world);
}, { start_position: "end" });

timedTest("from the beginning of an old group to now there are few calls where nothing is", async (world) => {
  const put = [400, 399.5, 30].map((days) => world.logs.put({ timeMs: agoMs(days * 24 * HOUR_MS) }));
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), put);
  assert.ok(world.logs.queries.length < 200, `${world.logs.queries.length} calls`);
});

timedTest("a long outage is caught up in slices of an hour, and the checkpoint moves with each", async (world) => {
  await runOnce(world);
  const put = Array.from({ length: 100 }, (_, i) => world.logs.put({ timeMs: Date.now() + i * 6 * MINUTE_MS }));
  await world.clock.tickAsync(10 * HOUR_MS);
  const checkpoints: number[] = [];
  world.sink.answer = () => void checkpoints.push(position(world).doneMs);
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), put);
  assert.ok(new Set(checkpoints).size >= 10, `${checkpoints.length} checkpoints`);
  assert.ok(world.rememberedIds().length <= 31, `${world.rememberedIds().length} ids`);
});

timedTest("what comes late while a sweep waits for its deliveries is found by the next one", async (world) => {
  await runOnce(world);
  const beganMs = Date.now();
  await world.clock.tickAsync(3 * HOUR_MS);
  const put = [world.logs.put({ timeMs: beganMs + 90 * MINUTE_MS })];
  const delivered = Promise.withResolvers<void>();
  world.sink.answer = () => delivered.promise;
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(10 * MINUTE_MS);
  assert.equal(world.sink.requests.length, 1);
  put.push(world.logs.put({ timeMs: beganMs + 80 * MINUTE_MS }));
  await world.clock.tickAsync(20 * MINUTE_MS);
  delivered.resolve();
  await world.clock.tickAsync(2 * HOUR_MS);
  assert.deepEqual(world.deliveredIds(), put);
  await stop(receiver, world);
});

timedTest(
  "while the endpoint is at fault nothing new is read, no checkpoint moves, and nothing is lost",
  async (world) => {
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(MINUTE_MS);
    const repair = breakEndpoint(world);
    const put = Array.from({ length: 300 }, (_, i) => world.logs.put({ timeMs: Date.now() + i * MINUTE_MS }));
    await world.clock.tickAsync(2 * MINUTE_MS);
    const [calls, { doneMs }] = [world.logs.queries.length, position(world)];
    await world.clock.tickAsync(6 * HOUR_MS);
    assert.equal(world.logs.queries.length, calls);
    assert.equal(position(world).doneMs, doneMs);
    repair();
    await world.clock.tickAsync(2 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), put);
    await stop(receiver, world);
  },
);

timedTest("what the endpoint refuses holds its window, is said, and is tried again with each sweep", async (world) => {
  const guilty = world.logs.put({ timeMs: agoMs(20 * MINUTE_MS) });
  const put = [world.logs.put({ timeMs: agoMs(90 * MINUTE_MS) })];
  world.sink.answer = (items) => {
    if (items.some(({ origin }) => origin.id === guilty)) throw new DataFaultError("Endpoint answered 400");
  };
  const health = new Health(world.events);
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(10 * MINUTE_MS);
  assert.equal(health.failureOf("awscloudwatch")?.reason, "refused");
  put.push(world.logs.put({ timeMs: Date.now() }));
  await world.clock.tickAsync(30 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), put.toSorted());
  assert.deepEqual(position(world).deferred, [{ startMs: agoMs(HOUR_MS), endMs: agoMs(HOUR_MS) }]);
  assert.equal(world.events.count("receiver.deferred_windows"), 1);
  assert.equal(world.sink.requests.filter((items) => items.some(({ origin }) => origin.id === guilty)).length, 1);
  await world.clock.tickAsync(HOUR_MS);
  assert.equal(world.events.count("receiver.deferred_windows"), 2);

  world.sink.answer = () => {};
  await world.clock.tickAsync(HOUR_MS);
  assert.deepEqual(world.deliveredIds(), [...put, guilty].toSorted());
  assert.deepEqual(position(world).deferred, []);
  assert.equal(health.failureOf("awscloudwatch"), undefined);
  await stop(receiver, world);
});

timedTest(
  "a window that could not be read whole does not pass for delivered because events of it are refused",
  async (world) => {
    world.logs.pageEvents = 1;
    const [guilty, unread] = [1, 2].map((i) => world.logs.put({ timeMs: agoMs(HOUR_MS) + i }));
    let isForbidden = true;
    world.logs.before = (_, { token }) => {
      if (isForbidden && token !== undefined) throw sdkError("AccessDeniedException", "not now");
    };
    world.sink.answer = (items) => {
      if (items.some(({ origin }) => origin.id === guilty)) throw new DataFaultError("Endpoint answered 400");
    };
    assert.deepEqual(await runOnce(world), { undelivered: 1 });
    assert.equal(world.events.count("receiver.read_failures", "forbidden"), 1);
    isForbidden = false;
    assert.deepEqual(await runOnce(world), { undelivered: 1 });
    assert.deepEqual(world.deliveredIds(), [unread]);
  },
);

timedTest("when everything is refused for hours, all of it is delivered once it is taken", async (world) => {
  const put = Array.from(
    { length: 50 },
    (_, i) => world.logs.put({ timeMs: agoMs(i * 10 * MINUTE_MS + 5 * MINUTE_MS) }),
  );
  world.sink.answer = () => {
    throw new DataFaultError("Endpoint answered 400");
  };
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(10 * MINUTE_MS);
  world.sink.answer = () => {};
  await world.clock.tickAsync(HOUR_MS);
  assert.deepEqual(world.deliveredIds(), put);
  assert.deepEqual(position(world).deferred, []);
  await stop(receiver, world);
});

timedTest("a held window counts as undelivered with once, and the next run tries it again", async (world) => {
  const guilty = world.logs.put({ timeMs: agoMs(20 * MINUTE_MS) });
  world.sink.answer = () => {
    throw new DataFaultError("Endpoint answered 400");
  };
  assert.deepEqual(await runOnce(world), { undelivered: 1 });
  world.sink.answer = () => {};
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), [guilty]);
});

timedTest(
  "a group that is deleted is an error that is retried, said once, and nothing when it is back",
  async (world) => {
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(MINUTE_MS);
    world.logs.stored.delete("bedrock");
    await world.clock.tickAsync(10 * MINUTE_MS);
    const failures = world.lines.filter((line) => line.includes("awscloudwatch.read_failed"));
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? "", /cloudwatch:us-east-1:bedrock.*ResourceNotFoundException/);
    assert.equal(world.events.count("receiver.read_failures", "missing_group"), 1);
    const id = world.logs.put({ timeMs: Date.now() });
    await world.clock.tickAsync(2 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), [id]);
    assert.ok(world.lines.some((line) => line.includes("awscloudwatch.recovered")));
    await stop(receiver, world);
  },
);

timedTest(
  "groups of a prefix are read side by side; new ones are found, one that fails does not stop the others",
  async (world) => {
    world.logs.create("bedrock-a", "bedrock-b", "bedrock-c", "other");
    world.logs.before = (call) => {
      if (call === "events" && world.logs.queries.at(-1)?.group === "bedrock-a") {
        throw sdkError(
          "AccessDeniedException",
          "no",
        );
      }
    };
    const receiver = world.receiver();
    await assert.rejects(
      receiver.start(),
      /bedrock-\* in us-east-1: AccessDeniedException: no .*logs:DescribeLogGroups/,
    );
    world.logs.create("bedrock-0");
    const second = world.receiver();
    await second.start();
    const put = ["bedrock-b", "bedrock-c"].map((group) => world.logs.put({ timeMs: agoMs(HOUR_MS) }, group));
    world.logs.put({ timeMs: agoMs(HOUR_MS) }, "other");
    await world.clock.tickAsync(MINUTE_MS);
    put.push(world.logs.put({ timeMs: agoMs(MINUTE_MS) }, "bedrock-new"));
    await world.clock.tickAsync(2 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), put);
    assert.equal(world.events.count("receiver.read_failures", "forbidden"), 1);
    await stop(second, world);
  },
  { log_group_name_prefix: "bedrock-", number_of_workers: 2 },
);

/** What CloudWatch Logs refuses for an hour, of a group that appears meanwhile. */
const REFUSED: Readonly<Record<string, (call: string, group: string | undefined) => boolean>> = {
  "that appears while none can be listed is read from its beginning": (call) => call === "groups",
  "whose first reading fails is read from when it was seen first": (call, group) =>
    call === "events" && group === "bedrock-b",
};

for (const [name, isRefused] of Object.entries(REFUSED)) {
  timedTest(`with start_position: end a group ${name}`, async (world) => {
    world.logs.create("bedrock-a");
    let isDown = false;
    world.logs.before = (call) => {
      if (isDown && isRefused(call, world.logs.queries.at(-1)?.group)) {
        throw sdkError("AccessDeniedException", "not now");
      }
    };
    world.logs.put({ timeMs: agoMs(HOUR_MS) }, "bedrock-a");
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(10 * MINUTE_MS);
    isDown = true;
    const put = world.logs.put({ timeMs: Date.now() }, "bedrock-b");
    await world.clock.tickAsync(HOUR_MS);
    isDown = false;
    await world.clock.tickAsync(2 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), [put]);
    await stop(receiver, world);
  }, { log_group_name_prefix: "bedrock-", start_position: "end" });
}

timedTest(
  "with start_position: end a group that appears while the program is down is read from its beginning",
  async (world) => {
    world.logs.create("bedrock-a");
    world.logs.put({ timeMs: agoMs(HOUR_MS) }, "bedrock-a");
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(10 * MINUTE_MS);
    await stop(receiver, world);
    const put = world.logs.put({ timeMs: Date.now() }, "bedrock-b");
    await world.clock.tickAsync(HOUR_MS);
    const again = world.receiver();
    await again.start();
    await world.clock.tickAsync(2 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), [put]);
    await stop(again, world);
  },
  { log_group_name_prefix: "bedrock-", start_position: "end" },
);

timedTest(
  "with start_position: end nothing is left out that comes while CloudWatch Logs fails at first",
  async (world) => {
    world.logs.put({ timeMs: agoMs(HOUR_MS) });
    let isDown = true;
    world.logs.before = () => {
      if (isDown) throw sdkError("AwsConnectionError", "no answer");
    };
    const receiver = world.receiver();
    await receiver.start();
    await world.clock.tickAsync(5 * MINUTE_MS);
    const put = world.logs.put({ timeMs: Date.now() });
    await world.clock.tickAsync(30 * MINUTE_MS);
    isDown = false;
    await world.clock.tickAsync(3 * MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), [put]);
    await stop(receiver, world);
  },
  { start_position: "end" },
);

timedTest("with start_position: end a clock that is ahead at first leaves nothing out", async (world) => {
  let isDown = true;
  world.logs.before = () => {
    if (isDown) throw sdkError("AwsConnectionError", "no answer");
  };
  world.logs.skewMs = 24 * HOUR_MS;
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(10 * MINUTE_MS);
  isDown = false;
  await world.clock.tickAsync(2 * MINUTE_MS);
  const put = world.logs.put({ timeMs: Date.now() });
  await world.clock.tickAsync(3 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), [put]);
  await stop(receiver, world);
}, { start_position: "end" });

timedTest("of a group that is gone no ids are remembered, also when it went while nobody was there", async (world) => {
  for (const group of ["bedrock-a", "bedrock-b", "bedrock-c"]) world.logs.put({ timeMs: agoMs(MINUTE_MS) }, group);
  const first = world.receiver();
  await first.start();
  await world.clock.tickAsync(2 * MINUTE_MS);
  world.logs.stored.delete("bedrock-b");
  await world.clock.tickAsync(MINUTE_MS);
  assert.equal(world.rememberedIds("bedrock-b").length, 1);
  await stop(first, world);
  world.logs.stored.delete("bedrock-c");
  const second = world.receiver();
  await second.start();
  await world.clock.tickAsync(2 * HOUR_MS);
  assert.equal(world.rememberedIds("bedrock-b").length, 1, "it may come back");
  await world.clock.tickAsync(2 * HOUR_MS);
  assert.deepEqual(["bedrock-b", "bedrock-c"].flatMap((group) => world.rememberedIds(group)), []);
  const { doneMs } = world.position("bedrock-b") as Position;
  world.logs.put({ timeMs: doneMs + MINUTE_MS }, "bedrock-b");
  await world.clock.tickAsync(HOUR_MS + MINUTE_MS);
  assert.equal(world.sink.delivered.length, 4);
  await stop(second, world);
}, { log_group_name_prefix: "bedrock-" });

timedTest("a group whose deliveries take long does not keep the others waiting", async (world) => {
  world.logs.put({ timeMs: agoMs(HOUR_MS) }, "slow");
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS) }, "swift");
  world.sink.answer = (items) => items[0]?.origin.source.name.endsWith("slow") ? new Promise(() => {}) : undefined;
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(2 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), [put]);
  await stop(receiver, world, AbortSignal.abort(new Error("deadline")));
}, { log_group_name_prefix: "s", number_of_workers: 2 });

timedTest("a paging token that does not move is reported once, tried again later, and ends once", async (world) => {
  const { logs } = world;
  const pages = logs.events.bind(logs);
  let isStuck = true;
  logs.events = async (group, query) => {
    const page = await pages(group, { ...query, token: undefined });
    return isStuck ? { ...page, token: "same" } : page;
  };
  const id = logs.put({ timeMs: agoMs(HOUR_MS) });
  assert.deepEqual(await runOnce(world), { undelivered: 1 });

  const receiver = world.receiver();
  const queriesBefore = logs.queries.length;
  await receiver.start();
  await world.clock.tickAsync(10 * MINUTE_MS);
  assert.ok(logs.queries.length - queriesBefore < 100, `${logs.queries.length - queriesBefore} calls`);
  const said = world.lines.filter((line) => line.includes("paging token does not move on"));
  assert.equal(said.length, 2, "once by each receiver");
  isStuck = false;
  await world.clock.tickAsync(5 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), [id]);
  assert.ok(world.lines.some((line) => line.includes("awscloudwatch.recovered")));
  await stop(receiver, world);
});

timedTest("a token of the names of groups that does not move ends their listing", async (world) => {
  const { logs } = world;
  const pages = logs.groups.bind(logs);
  logs.groups = async (prefix, query) =>
    ({ ...await pages(prefix, { ...query, token: undefined }), token: "same" }) as never;
  logs.put({ timeMs: agoMs(HOUR_MS) });
  assert.deepEqual(await runOnce(world), { undelivered: 1 });
  assert.ok(logs.groupCalls < 20, `${logs.groupCalls} calls`);
}, { log_group_name_prefix: "bed" });

timedTest("throttled and failed calls in the middle of paging are made again with the same token", async (world) => {
  world.logs.pageEvents = 10;
  world.logs.emptyPages = 1;
  const put = Array.from({ length: 50 }, () => world.logs.put({ timeMs: agoMs(HOUR_MS) }));
  let calls = 0;
  world.logs.before = (_, { token }) => {
    if (token === undefined || calls++ % 3 > 0) return;
    throw calls % 2 === 0 ? sdkError("ThrottlingException", "Rate exceeded") : sdkError("InternalFailure", "oops");
  };
  assert.deepEqual(await runOnce(world, 10 * MINUTE_MS), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), put);
  const firstPages = world.logs.queries.filter(({ token, startMs }) =>
    token === undefined && startMs > agoMs(3 * HOUR_MS)
  );
  const windows = new Set(firstPages.map(({ startMs, endMs, limit }) => `${startMs} ${endMs} ${limit}`));
  assert.equal(firstPages.length, windows.size);
  assert.ok(world.events.count("receiver.slowed_down_calls", "throttled") > 0);
  assert.ok(world.events.count("receiver.slowed_down_calls", "failed") > 0);
});

timedTest("when a token has expired the window is read again, and nothing of it is delivered again", async (world) => {
  world.logs.pageEvents = 10;
  const put = Array.from({ length: 50 }, () => world.logs.put({ timeMs: agoMs(HOUR_MS) }));
  let isExpired = false;
  world.logs.before = (_, { token }) => {
    if (isExpired || !token?.startsWith("30 ")) return;
    isExpired = true;
    throw sdkError("InvalidParameterException", "The specified nextToken is invalid.");
  };
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), put);
  assert.equal(world.events.count("receiver.expired_tokens"), 1);
});

timedTest("with once everything up to the start less latency is delivered, and nothing later", async (world) => {
  const put = world.logs.put({ timeMs: agoMs(MINUTE_MS) });
  world.logs.put({ timeMs: agoMs(MINUTE_MS - 1) });
  world.sink.answer = () => new Promise((resolve) => setTimeout(resolve, 10 * MINUTE_MS));
  assert.deepEqual(await runOnce(world, HOUR_MS), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), [put]);
});

timedTest("with once what could not be delivered is counted, and delivered by the next run", async (world) => {
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS) });
  world.sink.answer = () => {
    throw new Error("connection refused");
  };
  assert.deepEqual(await runOnce(world), { undelivered: 1 });
  assert.equal(world.events.count("receiver.read_failures", "not_delivered"), 1);
  world.sink.answer = () => {};
  assert.deepEqual(await runOnce(world), { undelivered: 0 });
  assert.deepEqual(world.deliveredIds(), [put]);
});

timedTest("stopping finishes what is in flight and reads no further", async (world) => {
  world.logs.pageEvents = 1;
  world.logs.put({ timeMs: agoMs(HOUR_MS), message: "x".repeat(1024 * 1024) });
  world.logs.put({ timeMs: agoMs(HOUR_MS) });
  world.sink.answer = () => new Promise((resolve) => setTimeout(resolve, 5 * SECOND_MS));
  const receiver = world.receiver({ once: true });
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  await stop(receiver, world);
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  assert.equal(world.sink.delivered.length, 1);
  assert.equal(world.rememberedIds().length, 1);
  assert.equal(world.logs.isClosed, true);
  world.sink.answer = () => {};
  await runOnce(world);
  assert.equal(world.sink.requests.length, 2);
});

timedTest("stopping gives up what is in flight at the deadline", async (world) => {
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS) });
  world.sink.answer = () => new Promise(() => {});
  const receiver = world.receiver();
  await receiver.start();
  await world.clock.tickAsync(SECOND_MS);
  await stop(receiver, world, AbortSignal.abort(new Error("deadline")));
  assert.deepEqual(world.rememberedIds(), []);
  world.sink.answer = () => {};
  await runOnce(world);
  assert.deepEqual(world.deliveredIds(), [put]);
});

timedTest(
  "a window of 50,000 events is delivered whole, and no page is read before there is room for it",
  async (world) => {
    const put = Array.from(
      { length: 50_000 },
      (_, i) => world.logs.put({ timeMs: agoMs(HOUR_MS) + i % 7, message: "{}" }),
    );
    const receiver = world.receiver();
    const repair = breakEndpoint(world);
    await receiver.start();
    await world.clock.tickAsync(MINUTE_MS);
    const pages = world.logs.queries.filter(({ token }) => token !== undefined).length;
    assert.ok(pages <= 2, `${pages} pages`);
    assert.ok(world.flowControl.budget.usedBytes <= 3 * 1024 * 1024, `${world.flowControl.budget.usedBytes} bytes`);
    repair();
    await world.clock.tickAsync(MINUTE_MS);
    assert.deepEqual(world.deliveredIds(), put);
    await stop(receiver, world);
  },
);

timedTest("events of a megabyte are read one page at a time", async (world) => {
  const message = "x".repeat(1024 * 1024);
  const put = Array.from({ length: 20 }, () => world.logs.put({ timeMs: agoMs(HOUR_MS), message }));
  let mostBytes = 0;
  world.sink.answer = () => void (mostBytes = Math.max(mostBytes, world.flowControl.budget.usedBytes));
  await runOnce(world);
  assert.deepEqual(world.deliveredIds(), put);
  // In memory a text takes four times its size.
  assert.ok(mostBytes < 2 * 4 * 1024 * 1024, `${mostBytes} bytes`);
});

for (
  const { error, message } of [
    { error: undefined, message: /log group bedrock in us-east-1: ResourceNotFoundException: .*see region_name/ },
    { error: sdkError("AccessDeniedException", "not authorized"), message: /not authorized .*logs:FilterLogEvents/ },
    { error: sdkError("UnrecognizedClientException", "bad token"), message: /UnrecognizedClientException: bad token/ },
    { error: sdkError("InvalidSignatureException", "bad scope"), message: /InvalidSignatureException: bad scope/ },
  ]
) {
  timedTest(`awscloudwatch does not start when it can never read: ${message}`, async (world) => {
    if (error === undefined) world.logs.stored.clear();
    else world.logs.before = () => Promise.reject(error);
    const receiver = world.receiver();
    await assert.rejects(receiver.start(), message);
    await assert.rejects(receiver.finished, message);
    await receiver.stop(NEVER);
  });
}

timedTest("a prefix that no group has is an error at the start", async (world) => {
  const receiver = world.receiver();
  await assert.rejects(receiver.start(), /Cannot read log groups nobody\* in us-east-1: there is no such group/);
  await receiver.stop(NEVER);
}, { log_group_name_prefix: "nobody" });

timedTest("awscloudwatch starts though CloudWatch Logs does not answer yet, and reports it at once", async (world) => {
  const put = world.logs.put({ timeMs: agoMs(HOUR_MS) });
  let isDown = true;
  world.logs.before = () => {
    if (isDown) throw sdkError("AwsConnectionError", "no answer");
  };
  const receiver = world.receiver();
  const health = new Health(world.events);
  await receiver.start();
  for (const ms of [0, 5 * MINUTE_MS]) {
    await world.clock.tickAsync(ms);
    assert.equal(world.events.count("receiver.read_failures", "transient"), 1);
    assert.ok(health.isFailing);
  }
  isDown = false;
  await world.clock.tickAsync(2 * MINUTE_MS);
  assert.deepEqual(world.deliveredIds(), [put]);
  assert.ok(!health.isFailing);
  await stop(receiver, world);
});

timedTest("the receiver can be stopped before it was started", async (world) => {
  const receiver = world.receiver();
  await receiver.stop(NEVER);
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
});
