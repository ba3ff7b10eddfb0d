import assert from "node:assert/strict";
import type { Receiver, ReceiverResult } from "../component/component.ts";
import { LazyReceiver } from "./lazy_receiver.ts";

/** A receiver that tells what was done with it. */
class Recorded implements Receiver {
  readonly calls: string[] = [];
  readonly #end = Promise.withResolvers<ReceiverResult>();

  get finished(): Promise<ReceiverResult> {
    return this.#end.promise;
  }

  start(): Promise<void> {
    this.calls.push("start");
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.calls.push("stop");
    this.#end.resolve({ undelivered: 3 });
    return Promise.resolve();
  }
}

const deadline = new AbortController().signal;

Deno.test("a lazy receiver is loaded when it starts, and finishes as the one that it loads", async () => {
  const receiver = new Recorded();
  let loads = 0;
  const lazy = new LazyReceiver(() => {
    loads++;
    return Promise.resolve(receiver);
  });
  assert.equal(loads, 0);
  await lazy.start();
  await lazy.stop(deadline);
  assert.deepEqual([loads, receiver.calls], [1, ["start", "stop"]]);
  assert.deepEqual(await lazy.finished, { undelivered: 3 });
});

Deno.test("a lazy receiver that is stopped before its start is never loaded", async () => {
  const lazy = new LazyReceiver(() => Promise.reject(new Error("loaded")));
  await lazy.stop(deadline);
  await lazy.start();
  assert.deepEqual(await lazy.finished, { undelivered: 0 });
});

Deno.test("a lazy receiver that is stopped while it loads does not start", async () => {
  const receiver = new Recorded();
  const loaded = Promise.withResolvers<Receiver>();
  const lazy = new LazyReceiver(() => loaded.promise);
  const [starting, stopping] = [lazy.start(), lazy.stop(deadline)];
  loaded.resolve(receiver);
  await Promise.all([starting, stopping]);
  assert.deepEqual(receiver.calls, ["stop"]);
  assert.deepEqual(await lazy.finished, { undelivered: 3 });
});

Deno.test("a lazy receiver that cannot be loaded fails at its start, and can be stopped", async () => {
  const lazy = new LazyReceiver(() => Promise.reject(new Error("no such module")));
  await assert.rejects(lazy.start(), /no such module/);
  await lazy.stop(deadline);
  assert.deepEqual(await lazy.finished, { undelivered: 0 });
});
