import assert from "node:assert/strict";
import { RunLoop, type StopSignals } from "./run_loop.ts";

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
