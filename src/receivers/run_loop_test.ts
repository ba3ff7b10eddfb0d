import assert from "node:assert/strict";
import { RunLoop, type RunLoopOptions, type StopSignals } from "./run_loop.ts";

/** A receiver whose work ends when the test says so, or when it is given up. */
function receiver() {
  const work = Promise.withResolvers<{ undelivered: number }>();
  const seen: { signals?: StopSignals; closed: number } = { closed: 0 };
  const task = new RunLoop({
    begin(signals) {
      seen.signals = signals;
      signals.giveUp.addEventListener("abort", () => work.resolve({ undelivered: 7 }));
      return { run: () => work.promise };
    },
    close: () => seen.closed++,
  });
  return { task, work, seen };
}

Deno.test("a stop tells the work, waits for its end and then closes", async () => {
  const { task, work, seen } = receiver();
  await task.start();
  const stopped = task.stop(new AbortController().signal);
  assert.equal(seen.signals?.stopping.aborted, true);
  assert.deepEqual([seen.signals?.giveUp.aborted, seen.closed], [false, 0]);
  work.resolve({ undelivered: 2 });
  await stopped;
  assert.equal(seen.closed, 1);
  assert.deepEqual(await task.finished, { undelivered: 2 });
});

Deno.test("work that is not finished at the deadline is given up", async () => {
  const { task } = receiver();
  await task.start();
  const deadline = new AbortController();
  const stopped = task.stop(deadline.signal);
  deadline.abort();
  await stopped;
  assert.deepEqual(await task.finished, { undelivered: 7 });
});

Deno.test("a stop before the start leaves nothing to do, and the start does nothing", async () => {
  const { task, seen } = receiver();
  await task.stop(new AbortController().signal);
  await task.start();
  assert.equal(seen.signals, undefined);
  assert.deepEqual(await task.finished, { undelivered: 0 });
});

Deno.test("work that fails shows in finished, and not in stop", async () => {
  const { task, work } = receiver();
  await task.start();
  work.reject(new Error("no more"));
  await assert.rejects(task.finished, /no more/);
  await task.stop(new AbortController().signal);
});

Deno.test("what must work before the start and does not makes the start fail", async () => {
  const task = new RunLoop({ begin: () => Promise.reject(new Error("no permission")) });
  await assert.rejects(task.start(), /no permission/);
  await assert.rejects(task.finished, /no permission/);
  await task.stop(new AbortController().signal);
});

Deno.test("a stop while it begins is no failure, and something was left", async () => {
  const task = new RunLoop({
    begin: ({ stopping }) =>
      new Promise((_, reject) => stopping.addEventListener("abort", () => reject(stopping.reason))),
  });
  const started = task.start();
  await task.stop(new AbortController().signal);
  await started;
  assert.deepEqual(await task.finished, { undelivered: 1 });
});

Deno.test("what is loaded when the receiver starts is loaded then, once", async () => {
  let loads = 0;
  const task = new RunLoop(() => {
    loads++;
    return Promise.resolve({ begin: () => ({ run: () => Promise.resolve({ undelivered: 3 }) }) });
  });
  assert.equal(loads, 0);
  await task.start();
  await task.stop(new AbortController().signal);
  assert.deepEqual([loads, await task.finished], [1, { undelivered: 3 }]);
});

Deno.test("what is stopped before its start is never loaded", async () => {
  const task = new RunLoop(() => Promise.reject(new Error("loaded")));
  await task.stop(new AbortController().signal);
  await task.start();
  assert.deepEqual(await task.finished, { undelivered: 0 });
});

Deno.test("what is stopped while it is loaded does not begin, and is closed", async () => {
  const loaded = Promise.withResolvers<RunLoopOptions>();
  const calls: string[] = [];
  const task = new RunLoop(() => loaded.promise);
  const [starting, stopping] = [task.start(), task.stop(new AbortController().signal)];
  loaded.resolve({
    begin() {
      throw new Error("begun");
    },
    close: () => void calls.push("close"),
  });
  await Promise.all([starting, stopping]);
  assert.deepEqual([calls, await task.finished], [["close"], { undelivered: 1 }]);
});

Deno.test("what cannot be loaded fails at the start, and can be stopped", async () => {
  const task = new RunLoop(() => Promise.reject(new Error("no such module")));
  await assert.rejects(task.start(), /no such module/);
  await task.stop(new AbortController().signal);
});
