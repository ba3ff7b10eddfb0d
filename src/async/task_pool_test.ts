import assert from "node:assert/strict";
import { Gate } from "./gate.ts";
import { Semaphore } from "./semaphore.ts";
import { TaskPool } from "./task_pool.ts";

const { signal: NEVER } = new AbortController();

/** Lets everything go on that can. */
const settle = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a semaphore gives its slots out in turn, and one that is given back twice counts once", async () => {
  const semaphore = new Semaphore(1);
  const first = await semaphore.acquire();
  const order: string[] = [];
  const second = semaphore.acquire().then((slot) => (order.push("second"), slot));
  const third = semaphore.acquire().then((slot) => (order.push("third"), slot));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  await settle();
  assert.deepEqual(order, ["second"]);
  (await second)[Symbol.dispose]();
  (await third)[Symbol.dispose]();
  assert.deepEqual([order, semaphore.free], [["second", "third"], 1]);
});

Deno.test("who gives up waiting for a slot takes none, also in the moment in which it is given", async () => {
  const semaphore = new Semaphore(1);
  const held = await semaphore.acquire();
  const [early, late] = [new AbortController(), new AbortController()];
  const refused = [
    assert.rejects(semaphore.acquire(early.signal), /gone/),
    assert.rejects(semaphore.acquire(late.signal), /gone/),
  ];
  early.abort(new Error("gone"));
  late.abort(new Error("gone"));
  held[Symbol.dispose]();
  await Promise.all(refused);
  assert.equal(semaphore.free, 1);
});

Deno.test("a pool begins no more tasks than it has slots, and none while the gate is closed", async () => {
  const gate = new Gate();
  const pool = new TaskPool({ size: 2, gate });
  const ends = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const task = (index: number) => () => {
    begun.push(index);
    return ends[index]?.promise ?? Promise.resolve();
  };
  gate.close("endpoint");
  const all = (async () => {
    for (const index of [0, 1, 2]) await pool.begin(task(index), NEVER);
  })();
  await settle();
  assert.deepEqual(begun, []);
  gate.open("endpoint");
  await settle();
  await settle();
  assert.deepEqual(begun, [0, 1]);
  for (const { resolve } of ends) resolve();
  await all;
  await pool.idle();
  assert.deepEqual(begun, [0, 1, 2]);
});

Deno.test("after a task failed a pool begins no other, and tells once the others have ended", async () => {
  const pool = new TaskPool({ size: 2 });
  const other = Promise.withResolvers<void>();
  await pool.begin(() => other.promise, NEVER);
  await pool.begin(() => Promise.reject(new Error("broken")), NEVER);
  await assert.rejects(pool.begin(() => Promise.resolve(), NEVER), /broken/);
  let isIdle = false;
  const idle = assert.rejects(pool.idle(), /broken/).then(() => isIdle = true);
  await settle();
  assert.equal(isIdle, false);
  other.resolve();
  await idle;
});

Deno.test("a begin that is aborted takes no slot", async () => {
  const gate = new Gate();
  gate.close("endpoint");
  const pool = new TaskPool({ size: 1, gate });
  const abort = new AbortController();
  const refused = assert.rejects(pool.begin(() => Promise.resolve(), abort.signal), /stopped/);
  abort.abort(new Error("stopped"));
  await refused;
  gate.open("endpoint");
  await pool.begin(() => Promise.resolve(), NEVER);
  await pool.idle();
});
