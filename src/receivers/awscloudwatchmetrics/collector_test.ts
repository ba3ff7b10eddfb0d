import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { FakeCloudWatch, NAMESPACE, REGION } from "../../../test/support/cloudwatch.ts";
import { at, every5m, NOW_MS } from "../../../test/support/metrics_stage.ts";
import type { MetricGroup } from "../../pipeline/batch.ts";
import { createDelivery } from "../../pipeline/delivery.ts";
import { quietEvents, TestSink } from "../../pipeline/testing.ts";
import type { Checkpoints } from "../../storage/storage.ts";
import { temporaryStorage } from "../../storage/testing.ts";
import { AwsCloudWatch } from "./cloudwatch.ts";
import { Collector } from "./collector.ts";
import { awscloudwatchmetricsSchema } from "./config.ts";

/** A collector with a CloudWatch, a sink, and checkpoints whose writes can fail. */
class Fixture implements AsyncDisposable {
  readonly server = new FakeCloudWatch();
  readonly sink = new TestSink<MetricGroup>();
  readonly collector: Collector;
  /** Asked before each write. */
  beforeWrite = (): void => {};
  readonly #storage = temporaryStorage();
  readonly #cloudWatch: AwsCloudWatch;
  readonly #clock = FakeTimers.install({ now: NOW_MS, toFake: ["Date"] });

  constructor() {
    const { events } = quietEvents();
    const config = awscloudwatchmetricsSchema.parse({
      endpoint: this.server.endpoint,
      regions: [REGION],
      access_key_id: "KEY",
      secret_access_key: "SECRET",
    });
    const real = this.#storage.of("test").checkpoints("metrics");
    const checkpoints: Checkpoints = {
      get: (key) => real.get(key),
      entries: (range) => real.entries(range),
      pruneBefore: (timeMs) => real.pruneBefore(timeMs),
      count: () => real.count(),
      write: (changes) => {
        this.beforeWrite();
        real.write(changes);
      },
    };
    this.#cloudWatch = new AwsCloudWatch(config, { region: REGION, events });
    this.collector = new Collector({
      region: REGION,
      namespace: NAMESPACE,
      config,
      cloudWatch: this.#cloudWatch,
      account: () => Promise.resolve("123456789012"),
      checkpoints,
      consumer: this.sink,
      delivery: createDelivery({ maxInFlightBytes: 1_000_000 }),
      events,
      resource: {},
      stopping: new AbortController().signal,
      giveUp: new AbortController().signal,
    });
  }

  set nowMs(ms: number) {
    this.#clock.setSystemTime(ms);
  }

  /** `11:55 model`, sorted. */
  get took(): string[] {
    return this.sink.delivered.map(({ origin }) => String(origin.position).slice(11, 16)).sort();
  }

  get entries(): number {
    return this.#storage.summary()[0]?.entries ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clock.uninstall();
    this.#cloudWatch.close();
    this.#storage[Symbol.dispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

Deno.test("while the state cannot be written nothing is read, so that nothing is sent twice", async () => {
  await using fixture = new Fixture();
  const { collector, server } = fixture;
  server.put(...every5m({ from: at("11:00"), to: at("13:00") }));
  await collector.prepare();
  fixture.beforeWrite = () => {
    throw new Error("disk full");
  };
  for (let attempt = 0; attempt < 3; attempt++) await assert.rejects(collector.collect(), /disk full/);
  assert.deepEqual(fixture.took, ["11:55"]);
  assert.equal(server.of("GetMetricData").length, 1);

  fixture.beforeWrite = () => {};
  fixture.nowMs = at("12:07");
  assert.equal((await collector.collect()).held, undefined);
  assert.deepEqual(fixture.took, ["11:55", "12:00"]);
});

Deno.test("what is remembered does not grow: values are forgotten once they are not read again", async () => {
  await using fixture = new Fixture();
  fixture.server.put(...every5m({ from: at("00:00"), to: at("23:59") }));
  let most = 0;
  for (let timeMs = NOW_MS; timeMs < at("23:00"); timeMs += 5 * 60_000) {
    fixture.nowMs = timeMs;
    await fixture.collector.collect();
    most = Math.max(most, fixture.entries);
  }
  assert.equal(fixture.took.length, 132);
  assert.ok(most > 12 && most < 40, `${most} entries at most`);
});

Deno.test("a long time is read in slices, each with its checkpoint", async () => {
  await using fixture = new Fixture();
  // So many that six hours are more than is read at once.
  for (let model = 0; model < 1500; model++) {
    const dimensions = { ModelId: `model-${model}` };
    fixture.server.put({ metric: "Invocations", dimensions, timeMs: at("11:57"), value: 1 });
    fixture.server.put({ metric: "Invocations", dimensions, timeMs: at("17:57"), value: 1 });
  }
  await fixture.collector.collect();
  assert.equal(fixture.server.of("GetMetricData").length, 3);
  fixture.nowMs = at("18:02");
  await fixture.collector.collect();
  assert.equal(fixture.sink.delivered.length, 3000);
  const starts = fixture.server.of("GetMetricData").slice(3).map(({ input }) => Number(input["StartTime"]) * 1000);
  assert.equal(new Set(starts).size, 3, "slices of 165 minutes and what remains");
});
