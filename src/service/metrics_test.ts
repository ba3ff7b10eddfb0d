import assert from "node:assert/strict";
import type { Consumers, Exporter, Receiver } from "../component/component.ts";
import type { LoadedConfig } from "../config/load.ts";
import { serviceSchema } from "../config/service.ts";
import { fileFactory } from "../exporters/file/factory.ts";
import { LOCAL_SENDING } from "../exporters/local_sending.ts";
import { testBatch, testGroup } from "../../test/world/records.ts";
import { batchOf, type LogRecord, type MetricGroup } from "../component/batch.ts";
import { DataFaultError } from "../component/outcome.ts";
import { TestSink } from "../../test/world/test_sink.ts";
import { quietEvents } from "../../test/world/quiet_events.ts";
import { Service } from "./service.ts";

/** A service with one receiver in these pipelines, an exporter that keeps what it gets, and a dead letter. */
class Fixture implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly deadLetter = `${this.directory}/dead_letter.jsonl`;
  readonly logs = new TestSink<LogRecord>();
  readonly metrics = new TestSink<MetricGroup>();
  readonly events = quietEvents().events;
  readonly service: Service;
  consumers: Consumers = {};

  constructor(pipelines: readonly string[]) {
    const receiver: Receiver = {
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
      finished: Promise.resolve({ undelivered: 0 }),
    };
    const exporter: Exporter = {
      sending: LOCAL_SENDING,
      consumers: { logs: this.logs, metrics: this.metrics },
      start: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const create = ({ consumers }: { consumers: Consumers }) => {
      this.consumers = consumers;
      return receiver;
    };
    const { events } = this;
    const file = () => fileFactory.create({ id: "file", config: { path: this.deadLetter }, events });
    this.service = new Service(
      {
        receivers: new Map([["receiver", { create }]]),
        processors: new Map(),
        exporters: new Map([["exporter", { create: () => exporter }], ["file", { create: file }]]),
        service: serviceSchema.parse({
          dead_letter: "file",
          pipelines: Object.fromEntries(
            pipelines.map((id) => [id, { receivers: ["receiver"], exporters: ["exporter"] }]),
          ),
        }),
      } as unknown as LoadedConfig,
      { once: true, events },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service.stop();
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("a receiver feeds the pipelines of each signal, and no others", async () => {
  await using both = new Fixture(["logs", "metrics/a"]);
  await both.service.start();
  await both.consumers.logs?.consume(testBatch(2));
  await both.consumers.metrics?.consume(batchOf([testGroup()]));
  assert.deepEqual([both.logs.delivered.length, both.metrics.delivered.length], [2, 1]);

  await using one = new Fixture(["metrics"]);
  assert.deepEqual(Object.keys(one.consumers), ["metrics"]);
});

Deno.test("metrics that an endpoint refuses go to the dead letter with reason and place, the others are delivered", async () => {
  await using fixture = new Fixture(["metrics"]);
  const { events, metrics } = fixture;
  await fixture.service.start();
  metrics.answer = (groups) => {
    if (groups.some(({ origin }) => origin.position === 2)) throw new DataFaultError("refused");
  };

  await fixture.consumers.metrics?.consume(batchOf([1, 2, 3].map((position) => testGroup({ position }))));

  assert.deepEqual(metrics.delivered.map(({ origin }) => origin.position), [1, 3]);
  const [letter, ...more] = (await Deno.readTextFile(fixture.deadLetter)).trimEnd().split("\n");
  assert.equal(more.length, 0);
  const written = JSON.parse(letter ?? "").resourceMetrics[0].scopeMetrics[0].metrics;
  assert.equal(written.length, 2);
  for (const metric of written) {
    const [{ attributes }] = (metric.sum ?? metric.gauge).dataPoints;
    const values = Object.fromEntries(
      attributes.map((
        { key, value }: { key: string; value: Record<string, unknown> },
      ) => [key, Object.values(value)[0]]),
    );
    assert.deepEqual(values, {
      model: "model-2",
      "metricset.period": 300_000,
      "dead_letter.reason": "refused",
      "dead_letter.source": "cloudwatch",
      "dead_letter.position": 2,
      "dead_letter.holds": "record",
    });
  }
  assert.equal(events.count("dead_letter.points"), 2);
  assert.deepEqual([...events.series("exporter.delivered_points")], [{
    attributes: { exporter: "exporter" },
    value: 4,
  }]);
  assert.equal(events.count("exporter.refused_points"), 2);
  assert.equal(events.count("exporter.refused_records"), 0);
  assert.deepEqual([...events.series("receiver.accepted_points")], [
    { attributes: { receiver: "receiver", transport: "http" }, value: 6 },
  ]);
});

Deno.test("what is not delivered counts as refused of its receiver and as failed of its exporter, by signal", async () => {
  await using fixture = new Fixture(["logs", "metrics"]);
  const { events, logs, metrics } = fixture;
  await fixture.service.start();
  for (const sink of [logs, metrics]) {
    sink.answer = () => {
      throw new Error("down");
    };
  }
  void fixture.service.stop();
  await assert.rejects(fixture.consumers.logs?.consume(testBatch(3)) ?? Promise.resolve());
  await assert.rejects(fixture.consumers.metrics?.consume(batchOf([testGroup()])) ?? Promise.resolve());
  const counted = (names: string[]) => names.map((name) => events.count(name));
  assert.deepEqual(counted(["receiver.refused_records", "exporter.failed_records", "receiver.accepted_records"]), [
    3,
    3,
    0,
  ]);
  assert.deepEqual(counted(["receiver.refused_points", "exporter.failed_points", "receiver.accepted_points"]), [
    2,
    2,
    0,
  ]);
});
