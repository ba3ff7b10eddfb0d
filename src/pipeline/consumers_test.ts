import assert from "node:assert/strict";
import { batchOf } from "../component/batch.ts";
import { Budget } from "../component/budget.ts";
import { fanOut } from "./fan_out.ts";
import { limit } from "./limit.ts";
import { DataFaultError } from "../component/outcome.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { items, type TestItem } from "./testing.ts";

Deno.test("limit lets only so many requests through at once, and the next when one has settled", async () => {
  const sink = new TestSink<TestItem>();
  const running = [Promise.withResolvers<void>(), Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  sink.answer = () => running[sink.requests.length - 1]?.promise;
  const inFlight = { requests: 0 };
  const consumer = limit(sink, { concurrency: 2, inFlight });
  const results = ["a", "b", "c"].map((name) => consumer.consume(batchOf(items([name]))));
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(sink.requests.length, 2);
  assert.equal(inFlight.requests, 2);
  running[0]?.reject(new Error("failed"));
  await assert.rejects(results[0] as Promise<void>, /failed/);
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(sink.requests.length, 3);
  for (const { resolve } of running) resolve();
  await Promise.all(results.slice(1));
  assert.equal(inFlight.requests, 0);
});

Deno.test("fanOut delivers to all consumers and is delivered only when all took it", async () => {
  const [first, second] = [new TestSink<TestItem>(), new TestSink<TestItem>()];
  await fanOut([first, second]).consume(batchOf(items(["a"])));
  assert.equal(first.delivered.length + second.delivered.length, 2);
  second.answer = () => {
    throw new Error("down");
  };
  await assert.rejects(fanOut([first, second]).consume(batchOf(items(["b"]))), /down/);
});

Deno.test("fanOut reports an endpoint fault before a data fault, so that nothing is given up", async () => {
  const [refusing, down] = [new TestSink<TestItem>(), new TestSink<TestItem>()];
  refusing.answer = () => {
    throw new DataFaultError("bad");
  };
  down.answer = () => {
    throw new Error("down");
  };
  await assert.rejects(fanOut([refusing, down]).consume(batchOf(items(["a"]))), /down/);
});

Deno.test("fanOut waits for the others when one consumer throws instead of rejecting", async () => {
  const slow = new TestSink<TestItem>();
  const answer = Promise.withResolvers<void>();
  slow.answer = () => answer.promise;
  const broken = {
    consume(): Promise<void> {
      throw new Error("a mistake in a processor");
    },
  };
  const delivered = fanOut([slow, broken]).consume(batchOf(items(["a"])));
  // Left alone, this would be an unhandled rejection, which ends the program.
  answer.reject(new Error("down"));
  await assert.rejects(delivered, /down/);
});

Deno.test("the budget serves those who wait in order, and lets more than its limit through alone", async () => {
  const budget = new Budget(100);
  const { signal } = new AbortController();
  const held = await budget.acquire(60, signal);
  const granted: string[] = [];
  const huge = budget.acquire(5000, signal).then((memory) => (granted.push("huge"), memory));
  const small = budget.acquire(10, signal).then((memory) => (granted.push("small"), memory));
  await Promise.resolve();
  assert.deepEqual(granted, []);
  held[Symbol.dispose]();
  (await huge)[Symbol.dispose]();
  (await small)[Symbol.dispose]();
  assert.deepEqual(granted, ["huge", "small"]);
  assert.equal(budget.usedBytes, 0);
});

Deno.test("who stops waiting for the budget holds nothing and does not block the next", async () => {
  const budget = new Budget(100);
  const { signal } = new AbortController();
  const held = await budget.acquire(60, signal);
  const abort = new AbortController();
  const waiting = assert.rejects(budget.acquire(90, abort.signal), /gone/);
  const next = budget.acquire(40, signal);
  abort.abort(new Error("gone"));
  await waiting;
  (await next)[Symbol.dispose]();
  held[Symbol.dispose]();
  assert.equal(budget.usedBytes, 0);
});

Deno.test("holders of a full budget get more one after the other, before those who hold nothing", async () => {
  const budget = new Budget(100);
  const { signal } = new AbortController();
  const chunks = await budget.acquire(100, signal);
  const granted: string[] = [];
  const other = budget.acquire(1, signal).then((memory) => (granted.push("other"), memory));
  const first = await budget.acquireMore(30, signal);
  const second = budget.acquireMore(30, signal).then((memory) => (granted.push("second"), memory));
  assert.equal(budget.usedBytes, 130, "the first of them goes over the limit");
  first.shrinkTo(10);
  first.shrinkTo(20);
  assert.equal(budget.usedBytes, 110);
  await Promise.resolve();
  assert.deepEqual(granted, []);
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
  assert.equal(budget.tryAcquire(0), undefined, "who waits goes first");
  chunks[Symbol.dispose]();
  (await other)[Symbol.dispose]();
  assert.deepEqual(granted, ["second", "other"]);
  assert.equal(budget.usedBytes, 0);
});

Deno.test("what holders get more is a quarter of the budget, or what one of them needs", async () => {
  const budget = new Budget(100);
  const { signal } = new AbortController();
  const first = await budget.acquireMore(15, signal);
  const second = await budget.acquireMore(10, signal);
  let isGranted = false;
  const third = budget.acquireMore(60, signal).then((memory) => (isGranted = true, memory));
  second[Symbol.dispose]();
  await Promise.resolve();
  assert.equal(isGranted, false);
  first[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assert.equal(budget.usedBytes, 0);
});
