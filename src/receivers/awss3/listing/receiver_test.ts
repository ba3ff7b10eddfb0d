import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type FakeClock, fakeClock } from "../../../../test/world/fake_time.ts";
import { gzipSync } from "node:zlib";
import { ObjectNotReadError, ObjectUnreadableError } from "../../../decode/object_error.ts";
import type { LogRecord } from "../../../component/batch.ts";
import { DataFaultError } from "../../../component/outcome.ts";
import { DeadLetterError } from "../../../pipeline/dead_letter.ts";
import { Health } from "../../../telemetry/health.ts";
import { sdkError } from "../../../../test/world/aws_service.ts";
import type { Receiver } from "../../../component/component.ts";
import { AREA, bedrockKey, HOUR_MS, lines, ListingWorld, START_MS } from "./testing.ts";

/** A test with fake time, which begins in the third hour. */
function timedTest(name: string, body: (world: ListingWorld, clock: FakeClock) => Promise<void>): void {
  Deno.test(name, async () => {
    using clock = fakeClock({ now: START_MS + 2 * HOUR_MS });
    using world = new ListingWorld();
    await body(world, clock);
  });
}

const MINUTE_MS = 60_000;

async function stopped(receiver: Receiver, clock: FakeClock): Promise<{ undelivered: number }> {
  const stopping = receiver.stop(AbortSignal.abort(new Error("Stopped")));
  await clock.tickAsync(1000);
  await stopping;
  return await receiver.finished;
}

Deno.test("a listing delivers what is in the bucket, and in the next pass what is new", async () => {
  using world = new ListingWorld();
  world.put(0, "a", 1, 2);
  world.bucket.put(bedrockKey(1, "b"), gzipSync(lines(3)), { lastModifiedMs: START_MS + HOUR_MS });
  world.bucket.put("other/c.json", lines(4));
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, [1, 2, 3, 4]);

  world.put(1, "a", 5);
  world.put(1, "d", 6);
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, [1, 2, 3, 4, 5, 6]);
  assert.equal(new Set(world.sink.delivered.map(({ origin }) => origin.id)).size, 6);
});

timedTest("a running listing looks again after bucket_list_interval", async (world, clock) => {
  world.put(2, "a", 1);
  const receiver = world.receiver({ bucket_list_interval: "2m" });
  await receiver.start();
  await clock.tickAsync(MINUTE_MS);
  assert.deepEqual(world.numbers, [1]);
  world.put(2, "b", 2);
  await clock.tickAsync(MINUTE_MS / 2);
  assert.deepEqual(world.numbers, [1]);
  await clock.tickAsync(MINUTE_MS);
  assert.deepEqual(world.numbers, [1, 2]);
  assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
});

for (const { late_window, found } of [{ late_window: "2h", found: [30] }, { late_window: "3h", found: [20, 30] }]) {
  Deno.test(`with late_window ${late_window} late objects are found that long before the newest hour, no further`, async () => {
    using world = new ListingWorld();
    for (let hour = 0; hour < 6; hour++) world.put(hour, "a", hour);
    await world.once({ late_window });
    world.put(3, "late", 30);
    world.put(2, "later", 20);
    world.put(1, "too_late", 10);
    await world.once({ late_window });
    assert.deepEqual(world.numbers, [0, 1, 2, 3, 4, 5, ...found]);
  });
}

timedTest("an object that comes in time is found, however long the pass before it took", async (world, clock) => {
  // More than a page of the first hour, behind which the pass stands still.
  for (let i = 0; i < 1200; i++) world.put(0, `m${String(i).padStart(4, "0")}`, i);
  clock.setSystemTime(START_MS + HOUR_MS / 2);
  let isHeld = true;
  world.bucket.before = async (key) => {
    while (key !== undefined && isHeld) await new Promise((resolve) => setTimeout(resolve, MINUTE_MS));
  };
  const receiver = world.receiver();
  await receiver.start();
  await clock.tickAsync(10 * MINUTE_MS);
  world.put(0, "a_in_time", -1);
  for (let hour = 1; hour <= 8; hour++) {
    await clock.tickAsync(HOUR_MS);
    world.put(hour, "a", 10_000 + hour);
  }
  isHeld = false;
  await clock.tickAsync(HOUR_MS);
  assert.ok(world.numbers.includes(10_008));
  assert.ok(world.numbers.includes(-1), "the object that came into the hour that the pass was behind of");
  assert.equal(world.numbers.length, 1209);
  assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
});

Deno.test("state is kept for the late window alone, however many objects were read", async () => {
  using world = new ListingWorld();
  for (let hour = 0; hour < 50; hour++) {
    for (let i = 0; i < 4; i++) world.put(hour, `${i}`, hour * 10 + i);
  }
  await world.once();
  await world.once();
  assert.equal(world.numbers.length, 200);
  assert.equal(world.entries("objects"), 3 * 4);
  assert.equal(world.entries("areas"), 1);
});

Deno.test("a key that names an hour to come does not make the listing look beyond what comes today", async () => {
  using world = new ListingWorld();
  world.bucket.put(`${AREA}2099/01/01/00/a.json.gz`, lines(1), { lastModifiedMs: START_MS });
  world.put(0, "a", 2);
  await world.once();
  world.put(1, "b", 3);
  await world.once();
  assert.deepEqual(world.numbers, [1, 2, 3]);
});

Deno.test("bodies, media, the permission check, empty and unselected objects are neither read nor remembered", async () => {
  using world = new ListingWorld();
  world.put(0, "a", 1);
  world.bucket.put(bedrockKey(0, "data/x_input"), lines(9));
  world.bucket.put("AWSLogs/123456789012/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check", "");
  world.bucket.put("folder/", "");
  world.bucket.put("folder/readme.txt", lines(9));
  await world.once({ file_selectors: [{ regex: "json" }] });
  assert.deepEqual(world.bucket.gets, [bedrockKey(0, "a")]);
  assert.equal(world.entries("objects"), 1);
});

Deno.test("objects last modified before start_timestamp, or longer ago than ignore_older, are left out", async () => {
  using world = new ListingWorld();
  const nowMs = Date.now();
  world.bucket.put("old.json", lines(1), { lastModifiedMs: nowMs - 3 * HOUR_MS });
  world.bucket.put("new.json", lines(2), { lastModifiedMs: nowMs - HOUR_MS });
  await world.once({ start_timestamp: new Date(nowMs - 2 * HOUR_MS).toISOString() });
  assert.deepEqual(world.numbers, [2]);
  await world.once({ ignore_older: "4h" });
  assert.deepEqual(world.numbers, [1, 2]);
  assert.equal(world.entries("objects"), 2);
  await world.once({ ignore_older: "2h" });
  assert.equal(world.entries("objects"), 1);
});

Deno.test("in other layouts objects that are gone are forgotten, and those of another prefix are not", async () => {
  using world = new ListingWorld();
  for (let i = 0; i < 2500; i++) world.bucket.put(`x/${i}.json`, lines(i));
  world.bucket.put("y.json", lines(-1));
  world.put(0, "a", -2);
  await world.once();
  assert.equal(world.entries("objects"), 2502);
  for (let i = 0; i < 2500; i++) if (i % 10 !== 0) world.bucket.delete(`x/${i}.json`);
  world.bucket.delete("y.json");
  await world.once({ bucket_list_prefix: "x/" });
  assert.equal(world.entries("objects"), 252);
  await world.once();
  assert.equal(world.entries("objects"), 251);
  assert.equal(world.numbers.length, 2502);
});

Deno.test("what somebody put beside the hours of an area is delivered once, however often hours pass", async () => {
  using world = new ListingWorld();
  world.bucket.put(`${AREA}1.json`, lines(-1));
  world.bucket.put(`${AREA}copies/x.json`, lines(-2));
  for (let hour = 0; hour < 5; hour++) {
    world.put(hour, "a", hour);
    await world.once({ late_window: "1h" });
  }
  assert.deepEqual(world.numbers, [-2, -1, 0, 1, 2, 3, 4]);
  assert.equal(world.entries("objects"), 4);
});

Deno.test("an area that is gone is forgotten", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "a", 1);
  world.bucket.put("z.json", lines(2));
  await world.once();
  assert.equal(world.entries("objects"), 2);
  world.bucket.delete(key);
  await world.once();
  assert.equal(world.entries("objects"), 1);
});

Deno.test("another bucket or prefix begins with a state of its own", async () => {
  using world = new ListingWorld();
  for (let hour = 0; hour < 9; hour++) world.put(hour, "a", hour);
  await world.once({ bucket_list_prefix: `${AREA}2026/03/02/1` });
  assert.deepEqual(world.numbers, [5, 6, 7, 8]);
  await world.once();
  assert.deepEqual(world.numbers.filter((n) => n < 5), [0, 1, 2, 3, 4]);
});

Deno.test("a reading that was cut goes on behind the last delivered chunk, and sends nothing before it again", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "large", ...Array.from({ length: 2000 }, (_, n) => n));
  let chunks = 0;
  world.sink.answer = () => ++chunks > 2 ? Promise.reject(new Error("killed")) : undefined;
  assert.deepEqual(await world.once(), { undelivered: 1 });
  assert.equal(world.numbers.length, 1000);

  world.sink.answer = () => {};
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, Array.from({ length: 2000 }, (_, n) => n));
  assert.deepEqual(world.bucket.gets, [key, key]);
  assert.equal(world.entries("objects"), 1);
});

Deno.test("a chunk that is delivered before an earlier one does not count until that is delivered", async () => {
  using world = new ListingWorld();
  world.put(0, "large", ...Array.from({ length: 2000 }, (_, n) => n));
  let chunks = 0;
  world.sink.answer = () => ++chunks === 2 ? Promise.reject(new Error("killed")) : undefined;
  assert.deepEqual(await world.once(), { undelivered: 1 });
  world.sink.answer = () => {};
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual([...new Set(world.numbers)], Array.from({ length: 2000 }, (_, n) => n));
  assert.equal(world.numbers.filter((n) => n < 500).length, 500, "the first chunk came once");
});

Deno.test("an object that is overwritten in the middle of its reading is read anew, with other ids", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "a", ...Array.from({ length: 1000 }, (_, n) => n));
  let chunks = 0;
  world.sink.answer = () => ++chunks > 1 ? Promise.reject(new Error("killed")) : undefined;
  await world.once();
  world.bucket.put(key, lines(5000, 5001), { lastModifiedMs: START_MS });
  world.sink.answer = () => {};
  await world.once();
  assert.deepEqual(world.numbers.slice(-2), [5000, 5001]);
  assert.equal(new Set(world.sink.delivered.map(({ origin }) => origin.id)).size, world.numbers.length);
});

Deno.test("an object that is overwritten between listing and reading is read as it is then, once", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "a", 1);
  world.bucket.before = (asked) => {
    if (asked !== undefined) world.bucket.put(key, lines(2), { lastModifiedMs: START_MS });
  };
  await world.once();
  await world.once();
  assert.deepEqual(world.numbers, [2]);
});

Deno.test("an object that is overwritten after it was read is read again; one with the same content is not", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "a", 1);
  await world.once();
  world.bucket.put(key, lines(1), { lastModifiedMs: START_MS + 1 });
  await world.once();
  assert.deepEqual(world.numbers, [1]);
  world.bucket.put(key, lines(1, 2), { lastModifiedMs: START_MS + 2 });
  await world.once();
  assert.deepEqual(world.numbers, [1, 1, 2]);
  assert.equal(new Set(world.sink.delivered.map(({ origin }) => origin.id)).size, 3);
});

Deno.test("an object that is deleted between listing and reading is done, with a warning", async () => {
  using world = new ListingWorld();
  const key = world.put(0, "a", 1);
  world.bucket.before = (asked) => asked === undefined ? undefined : world.bucket.delete(key);
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.equal(world.events.count("receiver.missing_objects"), 1);
});

function damaged(numbers: number[]): Uint8Array {
  const whole = gzipSync(numbers.map((n) => `{"n":${n},"x":"${Math.random()}"}\n`).join(""));
  return whole.subarray(0, whole.length - 20);
}

Deno.test(
  "a damaged object is deferred and the others go on; after five tries it goes to the dead letter",
  async () => {
    using world = new ListingWorld();
    const letters: LogRecord[] = [];
    world.deadLetter = {
      keepsContent: true,
      async write(records) {
        await Promise.resolve();
        letters.push(...records);
      },
    };
    world.bucket.put(bedrockKey(0, "damaged"), damaged([1, 2, 3]), { lastModifiedMs: START_MS });
    for (let hour = 1; hour < 6; hour++) world.put(hour, "a", 10 + hour);
    for (let tries = 1; tries < 5; tries++) {
      assert.deepEqual(await world.once(), { undelivered: 1 });
      assert.equal(world.entries("deferred"), 1);
    }
    assert.equal(letters.length, 0);
    assert.deepEqual(await world.once(), { undelivered: 0 });
    assert.equal(world.entries("deferred"), 0);
    assert.deepEqual(letters.map(({ origin }) => origin.source.name), [`s3://logs/${bedrockKey(0, "damaged")}`]);
    assert.match(String(letters[0]?.attributes["error.message"]), /is damaged/);
    assert.equal(letters[0]?.body, undefined);
    // What came before the damage came once.
    const early = world.numbers.filter((n) => n < 10);
    assert.equal(new Set(early).size, early.length);
    assert.deepEqual(world.numbers.filter((n) => n > 10), [11, 12, 13, 14, 15]);
    await world.once();
    assert.equal(letters.length, 1);
  },
);

timedTest(
  "without a dead letter an object that cannot be read stays deferred, tried more and more seldom, until it can be",
  async (world, clock) => {
    const key = world.put(0, "secret", 1);
    for (let hour = 1; hour < 6; hour++) world.put(hour, "a", 10 + hour);
    world.bucket.before = (asked) => {
      if (asked === key) throw new ObjectUnreadableError("AccessDenied", { reason: "forbidden" });
    };
    const receiver = world.receiver({ bucket_list_interval: "1m" });
    await receiver.start();
    await clock.tickAsync(24 * HOUR_MS);
    assert.deepEqual(world.numbers, [11, 12, 13, 14, 15]);
    const tries = world.bucket.gets.filter((asked) => asked === key).length;
    assert.ok(tries > 20 && tries < 35, `${tries} tries in a day`);
    assert.ok(world.log.some((line) => line.includes("awss3.objects_deferred")), "health says so");
    assert.equal(world.entries("objects"), 3, "only the late window");

    world.bucket.before = () => {};
    await clock.tickAsync(2 * HOUR_MS);
    assert.deepEqual(world.numbers, [1, 11, 12, 13, 14, 15]);
    assert.equal(world.entries("deferred"), 0);
    assert.equal(world.log.filter((line) => line.includes("awss3.none_deferred")).length, 1);
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

timedTest(
  "a receiver is well again when its deferred object is read while the bucket cannot be listed",
  async (world, clock) => {
    const health = new Health(world.events);
    const key = world.put(0, "secret", 1);
    world.bucket.before = (asked) => {
      if (asked === key) throw new ObjectUnreadableError("AccessDenied", { reason: "forbidden" });
    };
    const receiver = world.receiver({ bucket_list_interval: "1m" });
    await receiver.start();
    await clock.tickAsync(2.5 * MINUTE_MS);
    assert.notEqual(health.failureOf("awss3"), undefined);

    world.bucket.before = (asked) => {
      if (asked === undefined) throw sdkError("InternalError", "We encountered an internal error");
    };
    await clock.tickAsync(10 * MINUTE_MS);
    assert.deepEqual(world.numbers, [1]);
    assert.notEqual(health.failureOf("awss3"), undefined);

    world.bucket.before = () => {};
    await clock.tickAsync(5 * MINUTE_MS);
    assert.equal(health.failureOf("awss3"), undefined);
    await stopped(receiver, clock);
  },
);

timedTest("a bucket full of what may not be read costs a pass a hundred tries", async (world, clock) => {
  for (let i = 0; i < 300; i++) world.put(2, String(i), i);
  world.bucket.before = (asked) => {
    if (asked !== undefined) throw new ObjectUnreadableError("AccessDenied", { reason: "forbidden" });
  };
  const receiver = world.receiver({ bucket_list_interval: "2m" });
  await receiver.start();
  await clock.tickAsync(MINUTE_MS);
  assert.equal(world.bucket.gets.length, 300);
  await clock.tickAsync(2 * MINUTE_MS);
  assert.equal(world.bucket.gets.length, 400);
  world.bucket.before = () => {};
  await clock.tickAsync(8 * MINUTE_MS);
  assert.equal(world.numbers.length, 300);
  assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
});

Deno.test("archived objects are left out, with one warning", async () => {
  using world = new ListingWorld();
  for (const name of ["a", "b"]) {
    world.bucket.put(bedrockKey(0, name), lines(9), { lastModifiedMs: START_MS, storageClass: "GLACIER" });
  }
  world.put(1, "a", 1);
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, [1]);
  assert.equal(world.log.filter((line) => line.includes("awss3.archived")).length, 1);
});

timedTest(
  "a large object holds up no pass: what is new meanwhile is delivered, and it is not read twice",
  async (world, clock) => {
    const large = world.put(0, "large", 1);
    const finish = Promise.withResolvers<void>();
    world.sink.answer = (records) => String(records[0]?.body).includes('"n":1}') ? finish.promise : undefined;
    const receiver = world.receiver();
    await receiver.start();
    for (let hour = 1; hour < 9; hour++) {
      world.put(hour, "a", 10 + hour);
      await clock.tickAsync(HOUR_MS);
    }
    assert.deepEqual(world.numbers, [11, 12, 13, 14, 15, 16, 17, 18]);
    finish.resolve();
    await clock.tickAsync(5 * MINUTE_MS);
    assert.equal(world.numbers[0], 1);
    assert.deepEqual(world.bucket.gets.filter((key) => key === large), [large]);
    assert.equal(world.entries("objects"), 3);
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

Deno.test("a refused record without a dead letter holds its object, and the others go on", async () => {
  using world = new ListingWorld();
  world.put(0, "guilty", 1, 666);
  world.put(1, "a", 2);
  world.sink.answer = (records) => {
    if (records.some(({ body }) => String(body).includes("666"))) throw new DataFaultError("no such type");
  };
  assert.deepEqual(await world.once(), { undelivered: 1 });
  assert.deepEqual(world.numbers, [2]);
  assert.equal(world.events.count("receiver.deferred_objects", "refused"), 1);
  world.sink.answer = () => {};
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, [1, 2, 666]);
});

timedTest(
  "an object that the store does not give for now is tried three times, then deferred while the others go on",
  async (world, clock) => {
    const key = world.put(0, "a", 1);
    world.put(1, "b", 2);
    world.bucket.before = (asked) => {
      if (asked === key) throw sdkError("SlowDown", "Reduce your request rate");
    };
    const receiver = world.receiver();
    await receiver.start();
    await clock.tickAsync(MINUTE_MS);
    assert.deepEqual(world.bucket.gets.filter((asked) => asked === key).length, 3);
    assert.equal(world.events.count("receiver.deferred_objects", "transient"), 1);
    world.bucket.before = () => {};
    await clock.tickAsync(5 * MINUTE_MS);
    assert.deepEqual(world.numbers, [1, 2]);
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

const BESIDE = {
  "of which a body cannot be read": new ObjectNotReadError("Cannot read object: s3://logs/data/a_input.json.gz"),
  "whose refused records cannot be written to the dead letter": new DeadLetterError("Cannot write the dead letter"),
};

for (const [which, error] of Object.entries(BESIDE)) {
  timedTest(
    `objects ${which} are deferred, as many as there are workers, and the others go on`,
    async (world, clock) => {
      for (let i = 0; i < 3; i++) world.put(0, `${i}`, 1000 + i);
      for (let i = 0; i < 5; i++) world.put(1, `${i}`, i);
      world.sink.answer = (records) => {
        if (records.some(({ body }) => String(body).includes('"n":100'))) throw error;
      };
      const receiver = world.receiver({ number_of_workers: 3 });
      await receiver.start();
      await clock.tickAsync(MINUTE_MS);
      assert.deepEqual(world.numbers, [0, 1, 2, 3, 4]);
      assert.equal(world.events.count("receiver.deferred_objects", "transient"), 3);
      world.sink.answer = () => {};
      await clock.tickAsync(5 * MINUTE_MS);
      assert.equal(world.numbers.length, 8);
      assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
    },
  );
}

timedTest(
  "while the endpoint is at fault nothing new is read, and nothing is deferred for it",
  async (world, clock) => {
    for (let i = 0; i < 50; i++) world.put(2, `${i}`, i);
    const repaired = Promise.withResolvers<void>();
    world.sink.answer = async () => {
      world.flowControl.gate.close(world);
      await repaired.promise;
    };
    const receiver = world.receiver({ number_of_workers: 3 });
    await receiver.start();
    await clock.tickAsync(20 * HOUR_MS);
    assert.ok(world.bucket.gets.length <= 3, `${world.bucket.gets.length} read`);
    world.sink.answer = () => {};
    world.flowControl.gate.open(world);
    repaired.resolve();
    await clock.tickAsync(MINUTE_MS);
    assert.equal(world.numbers.length, 50);
    assert.equal(world.entries("deferred"), 0);
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

Deno.test("once gives up when the endpoint was given up on, and the next run delivers", async () => {
  using world = new ListingWorld();
  for (let i = 0; i < 50; i++) world.put(0, `${i}`, i);
  world.sink.answer = () => Promise.reject(new Error("connection refused"));
  const { undelivered } = await world.once({ number_of_workers: 2 });
  assert.ok(undelivered > 0);
  assert.ok(world.bucket.gets.length <= 4, `${world.bucket.gets.length} read`);
  assert.match(world.log.join("\n"), /awss3\.pass_failed: .* source=s3:\/\//);
  world.sink.answer = () => {};
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.equal(world.numbers.length, 50);
});

timedTest(
  "while the state cannot be written little is delivered, nothing twice; then it goes on",
  async (world, clock) => {
    for (let i = 0; i < 50; i++) world.put(i % 3, String(i), i);
    world.isDiskFull = true;
    const receiver = world.receiver({ number_of_workers: 5 });
    await receiver.start();
    await clock.tickAsync(HOUR_MS);
    const { length } = world.numbers;
    assert.ok(length > 0 && length <= 6, `${length} delivered`);
    world.isDiskFull = false;
    await clock.tickAsync(5 * MINUTE_MS);
    assert.deepEqual(world.numbers, Array.from({ length: 50 }, (_, n) => n));
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

Deno.test("an object of which the state cannot be read is reported and tried again, and the others go on", async () => {
  using world = new ListingWorld();
  const bad = world.put(0, "bad", 1);
  world.put(0, "good", 2);
  const key = `s3://${world.bucket.name}/${bad}`;
  const id = { receiver: "awss3", collection: "objects", key };
  world.storage.table.write([{ ...id, row: { key, json: '{"etag":7}', timeMs: START_MS } }]);
  assert.deepEqual(await world.once(), { undelivered: 1 });
  assert.deepEqual(world.numbers, [2]);
  assert.match(
    world.log.join("\n"),
    /awss3\.pass_failed: .*has another shape .*state forget .* --receiver awss3 --collection objects --key s3:\/\//,
  );
  for (let hour = 1; hour < 6; hour++) world.put(hour, "later", hour + 2);
  assert.deepEqual(await world.once(), { undelivered: 1 });
  world.storage.table.write([{ ...id, row: undefined }]);
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.deepEqual(world.numbers, [1, 2, 3, 4, 5, 6, 7]);
});

for (const collection of ["objects", "deferred", "areas"] as const) {
  Deno.test(`whatever byte of a value in ${collection} is flipped, a pass names it or can use it, and goes on with the others`, async () => {
    using world = new ListingWorld();
    const bad = world.put(0, "bad", 1);
    if (collection === "deferred") {
      world.bucket.before = (asked) => {
        if (asked === bad) throw new ObjectUnreadableError("AccessDenied", { reason: "forbidden" });
      };
    }
    await world.once();
    const key = `s3://${world.bucket.name}/${collection === "areas" ? AREA : bad}`;
    const id = { receiver: "awss3", collection, key };
    const row = world.storage.table.get(id, key);
    assert.ok(row !== undefined);
    const bytes = Buffer.from(row.json);
    let named = 0;
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [0x01, 0x80]) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        world.storage.table.write([{ ...id, row: { ...row, json: flipped.toString() } }]);
        world.log.length = 0;
        world.put(0, `${at}-${bit}`, 10 + at);
        const { undelivered } = await world.once();
        assert.ok(world.numbers.includes(10 + at), `byte ${at}`);
        const lineOf = world.log.find((line) => line.includes("awss3.pass_failed"));
        if (lineOf === undefined) continue;
        named++;
        assert.ok(undelivered > 0);
        const command = `state forget --directory \\S+ --receiver awss3 --collection ${collection} --key ${key}`;
        assert.match(
          lineOf,
          new RegExp(`state\\.db.*receiver awss3, collection ${collection}, key ${key}.*${command}`),
        );
      }
    }
    assert.ok(named > 5, `${named} were named`);
  });
}

Deno.test("what could not be written after once is known to the storage", async () => {
  using world = new ListingWorld();
  world.put(0, "a", 1);
  world.isDiskFull = true;
  await world.once();
  assert.ok(world.storage.flush() > 0);
  world.isDiskFull = false;
  assert.deepEqual(await world.once(), { undelivered: 0 });
  assert.equal(new Set(world.sink.delivered.map(({ origin }) => origin.id)).size, 1);
});

Deno.test("a prefix that no key begins with is said at start", async () => {
  using world = new ListingWorld();
  world.put(0, "a", 1);
  assert.deepEqual(await world.once({ bucket_list_prefix: "/AWSLogs" }), { undelivered: 0 });
  assert.ok(world.log.some((line) => line.includes("awss3.none_listed")));
});

timedTest("a clock that jumps back loses nothing and does not wait for its old time", async (world, clock) => {
  const forbidden = world.put(2, "secret", 0);
  world.put(2, "a", 1);
  world.bucket.before = (asked) => {
    if (asked === forbidden) throw new ObjectUnreadableError("AccessDenied", { reason: "forbidden" });
  };
  const receiver = world.receiver({ ignore_older: "24h" });
  await receiver.start();
  await clock.tickAsync(MINUTE_MS);
  clock.setSystemTime(START_MS - 365 * 24 * HOUR_MS);
  world.put(2, "b", 2);
  world.put(3, "c", 3);
  world.bucket.before = () => {};
  await clock.tickAsync(5 * MINUTE_MS);
  assert.deepEqual(world.numbers, [0, 1, 2, 3]);
  assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
});

timedTest("stop lets what is under way finish; at the deadline it is left for the next run", async (world, clock) => {
  world.put(0, "a", 1);
  world.put(0, "b", 2);
  world.sink.answer = (records) => String(records[0]?.body).includes("1") ? undefined : new Promise(() => {});
  const receiver = world.receiver();
  await receiver.start();
  await clock.tickAsync(1000);
  assert.deepEqual(await stopped(receiver, clock), { undelivered: 1 });
  world.sink.answer = () => {};
  const next = world.receiver();
  await next.start();
  await clock.tickAsync(1000);
  assert.deepEqual(world.numbers, [1, 2]);
  assert.deepEqual(await stopped(next, clock), { undelivered: 0 });
});

timedTest("once that is stopped before its pass is over says that something was left", async (world, clock) => {
  for (let i = 0; i < 5; i++) world.put(0, String(i), i);
  const finish = Promise.withResolvers<void>();
  world.sink.answer = () => finish.promise;
  const receiver = world.receiver({ once: true, number_of_workers: 1 });
  await receiver.start();
  await clock.tickAsync(1000);
  const stopping = receiver.stop(new AbortController().signal);
  finish.resolve();
  await clock.tickAsync(1000);
  await stopping;
  assert.deepEqual(world.numbers, [0]);
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
});

for (const name of ["NoSuchBucket", "AccessDenied", "InvalidAccessKeyId"]) {
  Deno.test(`a listing does not start with ${name}`, async () => {
    using world = new ListingWorld();
    world.bucket.before = () => {
      throw sdkError(name, "no");
    };
    await assert.rejects(world.receiver().start(), new RegExp(`Cannot list bucket logs: ${name}: no`));
  });
}

timedTest(
  "a bucket that cannot be listed any more is said once, and listed when that is over",
  async (world, clock) => {
    world.put(0, "a", 1);
    const receiver = world.receiver();
    await receiver.start();
    await clock.tickAsync(MINUTE_MS);
    world.bucket.before = () => {
      throw sdkError("NoSuchBucket", "The specified bucket does not exist");
    };
    await clock.tickAsync(HOUR_MS);
    world.bucket.before = () => {};
    world.put(0, "b", 2);
    await clock.tickAsync(5 * MINUTE_MS);
    assert.deepEqual(world.numbers, [1, 2]);
    assert.equal(world.events.count("receiver.list_failures", "missing_bucket"), 1);
    assert.equal(world.log.filter((line) => line.includes("awss3.list_recovered")).length, 1);
    assert.deepEqual(await stopped(receiver, clock), { undelivered: 0 });
  },
);

Deno.test("in a bucket of 100,000 a pass over an hour with 10 new objects takes at most 3 list requests an area", async () => {
  using world = new ListingWorld();
  const areas = ["us-east-1", "eu-west-1"];
  const put = (hour: number, name: string) => {
    for (const area of areas) {
      const key = bedrockKey(hour, name).replace("us-east-1", area);
      world.bucket.put(key, lines(hour), { lastModifiedMs: START_MS + hour * HOUR_MS });
    }
  };
  for (let hour = 0; hour < 250; hour++) {
    for (let i = 0; i < 200; i++) put(hour, String(i).padStart(4, "0"));
  }
  // The older ones are listed alone: this test counts requests.
  const start_timestamp = new Date(START_MS + 245 * HOUR_MS).toISOString();
  await world.once({ start_timestamp });
  assert.equal(world.bucket.gets.length, areas.length * 5 * 200);
  for (let i = 0; i < 10; i++) put(250, `new${i}`);
  const before = { lists: world.bucket.listRequests, gets: world.bucket.gets.length };
  await world.once({ start_timestamp });
  assert.equal(world.bucket.gets.length - before.gets, areas.length * 10);
  assert.ok(
    world.bucket.listRequests - before.lists <= areas.length * 3,
    `${world.bucket.listRequests - before.lists}`,
  );
});

Deno.test("memory does not grow with the number of objects", async () => {
  using world = new ListingWorld();
  const COUNT = 8000;
  for (let i = 0; i < COUNT; i++) world.put(Math.floor(i / 100), String(i), i);
  // Collected first: what lives is measured, not how soon V8 collects.
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const usedBytes: number[] = [];
  let delivered = 0;
  world.sink.answer = () => {
    delivered++;
    for (const kept of [world.sink.requests, world.sink.delivered, world.bucket.gets]) kept.length = 0;
    if (delivered % (COUNT / 8) !== 0) return;
    collect();
    usedBytes.push(Deno.memoryUsage().heapUsed);
  };
  await world.once();
  assert.equal(delivered, COUNT);
  const [first = 0, ...later] = usedBytes;
  assert.ok(Math.max(...later) - first < 2e6, `${usedBytes.join(" ")} bytes`);
});

Deno.test("a thousand large bodies an hour cost a pass one request an hour", async () => {
  using world = new ListingWorld();
  for (let hour = 0; hour < 8; hour++) {
    world.put(hour, "a", hour);
    for (let i = 0; i < 1000; i++) world.bucket.put(bedrockKey(hour, `data/${i}`), "x");
  }
  await world.once();
  const before = world.bucket.listRequests;
  await world.once();
  // The three hours of the window, what is behind the last folder, and one before and behind the area.
  assert.ok(world.bucket.listRequests - before <= 3 + 1 + 2, `${world.bucket.listRequests - before} requests`);
  assert.equal(world.entries("objects"), 3);
});
