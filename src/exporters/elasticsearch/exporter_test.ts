import assert from "node:assert/strict";
import { Elasticsearch, ITEM_ANSWERS } from "../../../test/world/elasticsearch.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { testBatch, testGroup, testRecord } from "../../../test/world/records.ts";
import { batchOf, type LogBatch, type MetricBatch } from "../../component/batch.ts";
import { elasticsearchFactory } from "./factory.ts";

async function start(settings: Record<string, unknown>) {
  const { events } = quietEvents();
  const config = elasticsearchFactory.schema.parse(settings);
  const exporter = elasticsearchFactory.create({ id: "elasticsearch", config, events });
  await exporter.start();
  return {
    consume: (batch: LogBatch) => exporter.consumers.logs?.consume(batch) as Promise<void>,
    consumeMetrics: (batch: MetricBatch) => exporter.consumers.metrics?.consume(batch) as Promise<void>,
    [Symbol.asyncDispose]: () => exporter.shutdown(),
  };
}

Deno.test("metrics are stored as the documents of a time series, without an id; in mode otel each names its dynamic template", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using exporter = await start({ endpoint: elasticsearch.url });
  const otel = { ...testGroup({ position: 1 }), instrumentationScope: { name: "bedrock-otel" } };
  await exporter.consumeMetrics(batchOf([testGroup(), otel]));
  const streams = new Map([...elasticsearch.stored].map(([name, documents]) => [name, [...documents.values()]]));
  assert.deepEqual([...streams.keys()], ["metrics-generic-default", "metrics-generic.otel-default"]);
  const [ecs] = streams.get("metrics-generic-default") ?? [];
  assert.deepEqual([ecs?.id, ecs?.source["invocations"]], [undefined, 7]);
  const metrics = streams.get("metrics-generic.otel-default")?.map(({ source }) => source["metrics"]);
  assert.deepEqual(metrics, [{ invocations: 7 }, { latency: 7 }]);
  assert.deepEqual([...elasticsearch.dynamicTemplates], ["gauge_long", "gauge_double"]);
});

for (const compression of ["gzip", "none"]) {
  Deno.test(`documents that are sent again have the bytes that they had (${compression})`, async () => {
    await using elasticsearch = await Elasticsearch.start();
    await using exporter = await start({ endpoint: elasticsearch.url, compression });
    const bulks: string[] = [];
    elasticsearch.fault = ({ url, body }) => {
      if (url.pathname === "/_bulk") bulks.push(new TextDecoder().decode(body));
      return undefined;
    };
    let count = 0;
    elasticsearch.item = () => ++count === 2 ? ITEM_ANSWERS.fullQueue : undefined;
    const batch = testBatch(3);
    await assert.rejects(exporter.consume(batch), { reason: "http_429" });
    await exporter.consume(batch);
    const [first = "", second] = bulks;
    assert.equal(second, `${first.split("\n").slice(2, 4).join("\n")}\n`);
    assert.equal(elasticsearch.documents.length, 3);
  });
}

Deno.test("batches that are written while others wait for their answer do not touch them", async () => {
  await using elasticsearch = await Elasticsearch.start();
  await using exporter = await start({ endpoint: elasticsearch.url, compression: "none" });
  let count = 0;
  elasticsearch.item = () => count++ % 3 === 0 ? ITEM_ANSWERS.fullQueue : undefined;
  const all = Array.from({ length: 16 }, (_, position) => testRecord({ position }));
  const batches = [batchOf(all.slice(0, 5)), batchOf(all.slice(5, 12)), batchOf(all.slice(12))];
  const deliver = async (batch: LogBatch): Promise<void> => {
    for (let tries = 0; tries < 20; tries++) {
      try {
        return await exporter.consume(batch);
      } catch {
        // Sent again, as the wrapper around it does.
      }
    }
    throw new Error("Not delivered");
  };
  await Promise.all(batches.map(deliver));
  assert.equal(elasticsearch.documents.length, all.length);
});
