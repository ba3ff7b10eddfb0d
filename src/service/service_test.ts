import assert from "node:assert/strict";
import type { Exporter, Receiver, ReceiverResult } from "../component/component.ts";
import type { LoadedConfig } from "../config/load.ts";
import { serviceSchema } from "../config/service.ts";
import { LOCAL_SENDING } from "../exporters/local_sending.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { Service } from "./service.ts";

/** Says what was done with it; `finish` ends its work, and so does `stop`. */
class FakeReceiver implements Receiver {
  readonly #name: string;
  readonly #done: string[];
  readonly #finished = Promise.withResolvers<ReceiverResult>();
  startError: Error | undefined;
  /** Until then it starts. */
  isReady: Promise<void> = Promise.resolve();

  constructor(name: string, done: string[]) {
    this.#name = name;
    this.#done = done;
    this.#finished.promise.catch(() => {});
  }

  get finished(): Promise<ReceiverResult> {
    return this.#finished.promise;
  }

  fail(error: Error): void {
    this.#finished.reject(error);
  }

  async start(): Promise<void> {
    this.#done.push(`start ${this.#name}`);
    if (this.startError !== undefined) throw await Promise.resolve(this.startError);
    await Promise.race([this.isReady, this.#finished.promise]);
  }

  stop(): Promise<void> {
    this.#done.push(`stop ${this.#name}`);
    this.#finished.resolve({ undelivered: 1 });
    return Promise.resolve();
  }
}

/** Two receivers, `a` and `b`, in front of an exporter, and what was done with them. */
function setUp(startExporter: () => Promise<void> = () => Promise.resolve()) {
  const done: string[] = [];
  const receivers = new Map(["a", "b"].map((name) => [name, new FakeReceiver(name, done)]));
  const exporter: Exporter = {
    sending: LOCAL_SENDING,
    consumers: { logs: { consume: () => Promise.resolve() } },
    async start() {
      done.push("start exporter");
      await startExporter();
    },
    shutdown() {
      done.push("shutdown exporter");
      return Promise.resolve();
    },
  };
  const pipelines = { logs: { receivers: ["a", "b"], exporters: ["exporter"] } };
  const config = {
    receivers: new Map([...receivers].map(([id, receiver]) => [id, { create: () => receiver }])),
    processors: new Map(),
    exporters: new Map([["exporter", { create: () => exporter }]]),
    service: serviceSchema.parse({ pipelines }),
  } as unknown as LoadedConfig;
  const [a, b] = [...receivers.values()] as [FakeReceiver, FakeReceiver];
  const { events, lines } = quietEvents();
  return { done, a, b, events, lines, service: new Service(config, { once: true, events }) };
}

Deno.test("the service starts from the exporters to the receivers and stops the other way round, once", async () => {
  const { done, service } = setUp();
  await service.start();
  await Promise.all([service.stop(), service.stop()]);
  assert.deepEqual(done, ["start exporter", "start a", "start b", "stop a", "stop b", "shutdown exporter"]);
  assert.equal(await service.finished(), 2);
});

Deno.test("when one receiver cannot go on, the others are stopped, so that they return what they have", async () => {
  const { done, a, service } = setUp();
  await service.start();
  a.fail(new Error("the queue is gone"));
  await assert.rejects(service.finished(), /the queue is gone/);
  assert.deepEqual(done.slice(3), ["stop a", "stop b", "shutdown exporter"]);
});

Deno.test("when a receiver cannot start, those before it are stopped", async () => {
  const { done, b, service } = setUp();
  b.startError = new Error("no such queue");
  await assert.rejects(service.start(), /no such queue/);
  assert.deepEqual(done, ["start exporter", "start a", "start b", "stop a", "stop b", "shutdown exporter"]);
});

Deno.test("a receiver that takes long to start keeps no other waiting", async () => {
  const { done, a, service } = setUp();
  a.isReady = Promise.withResolvers<void>().promise;
  const started = service.start();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(done, ["start exporter", "start a", "start b"]);
  await Promise.all([service.stop(), started]);
});

Deno.test("when an exporter cannot start, no receiver is started", async () => {
  const { done, service } = setUp(() => Promise.reject(new Error("no such directory")));
  await assert.rejects(service.start(), /no such directory/);
  assert.deepEqual(done, ["start exporter", "shutdown exporter"]);
});

Deno.test("a stop while the exporters start leaves nothing started", async () => {
  const ready = Promise.withResolvers<void>();
  const { done, service } = setUp(() => ready.promise);
  const started = service.start();
  const stopped = service.stop();
  ready.resolve();
  await Promise.all([started, stopped]);
  assert.deepEqual(done, ["start exporter", "shutdown exporter"]);
  assert.equal(await service.finished(), 0);
});

Deno.test("ready is told once nothing fails any more", async () => {
  const failing = Promise.withResolvers<void>();
  const { events, lines, service } = setUp(() => failing.promise);
  const ready = () => lines.filter((line) => line.includes("service.started")).length;
  events.emit("awss3.receive_failed", { component: "a" });
  failing.resolve();
  await service.start();
  assert.equal(ready(), 0);
  events.emit("awss3.receive_recovered", { component: "a" });
  assert.equal(ready(), 1);
  await service.stop();
});
