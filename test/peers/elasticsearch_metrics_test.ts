import type { Attributes } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import assert from "node:assert/strict";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import { metricName, type MetricStream } from "../../src/mappings/metric.ts";
import type { Metric, MetricGroup } from "../../src/component/batch.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";
import type { Sample } from "../world/cloudwatch.ts";
import { at, MetricsStage, MINUTE_MS, NOW_MS } from "../world/metrics_stage.ts";
import type { Config } from "../world/config.ts";
import { type ElasticsearchPeer, elasticsearchTest, rejectionsOf } from "./elasticsearch.ts";
import { storedMetrics } from "../../src/elasticsearch/stored_metrics.ts";

await elasticsearchTest("a real Elasticsearch takes metrics as time series", async ({ peer, test, setup }) => {
  await setup();

  for (const stream of METRIC_STREAMS) {
    const step = (name: string, fn: (stream: Stream) => Promise<void>) =>
      test.step(`${stream.dataset}: ${name}`, () => fn({ peer, stream }));
    await step("every metric is taken with every dimension, a repeat is a 409", takesOnce);
    await step("mode integration is taken", takesModeIntegration);
    await step("metrics of one minute are taken beside those of five", takesShortPeriods);
    await step("what the table does not know is taken, and makes a time series of its own", takesUnknown);
    await step("what came late stands beside the first reading", takesLate);
    await step("no name of an attribute or a metric gets points refused", takesAnyName);
  }
});

interface Stream {
  readonly peer: ElasticsearchPeer;
  readonly stream: MetricStream;
}

const PERIOD_MS = at("11:55");
const LINKED = "210987654321";

async function takesOnce({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  stage.time.nowMs = PERIOD_MS + 5 * MINUTE_MS;
  stage.cloudWatch.linked.add(LINKED);
  // By every level and by none; then one of them in another time, region and account.
  const levels = [[], ...stream.levels.map(({ dimensions }) => dimensions)];
  for (const names of levels) put(stage, stream, { dimensions: dimensionsOf(names) });
  const dimensions = dimensionsOf(levels[1] ?? []);
  put(stage, stream, { dimensions, timeMs: PERIOD_MS + MINUTE_MS });
  put(stage, stream, { dimensions, region: "eu-west-1" });
  put(stage, stream, { dimensions, account: LINKED });
  const documents = await documentsOf(stage, stream, {
    levels: { [stream.name]: ["account", ...stream.levels.map(({ name }) => name)] },
    regions: ["us-east-1", "eu-west-1"],
    data_granularity: "1m",
  });
  assert.equal(documents.length, levels.length + 3);

  const once = streamOf(stream, "once");
  assert.deepEqual(rejectionsOf(await peer.create(once, documents)), []);
  const again = await peer.create(once, documents.toReversed());
  assert.deepEqual(again.map(({ status }) => status), documents.map(() => 409));

  const { hits, aggregations } = await search(peer, once, {
    query: { range: { "@timestamp": { gte: "2026-03-04T11:56:00Z", lt: "2026-03-04T12:00:00Z" } } },
    aggs: Object.fromEntries(stream.metrics.flatMap((metric) =>
      metric.statistics.map((statistic) => {
        const field = metricName(stream, metric, { statistic, mode: "ecs" });
        return [`${metric.name} ${statistic}`, { sum: { field } }];
      })
    )),
  });
  assert.equal(hits.total.value, documents.length);
  for (const { name, statistics, type } of stream.metrics) {
    for (const statistic of statistics) {
      const key = `${name} ${statistic}`;
      assert.equal(aggregations[key]?.value, (type === "int" ? 3 : 2.5) * documents.length, key);
    }
  }
  const first = stream.dimensions.find(({ name }) => name === levels[1]?.[0]);
  const query = { term: { [first?.attributes.ecs[0]?.name ?? ""]: `value of ${first?.name}` } };
  const having = levels.filter((names) => names.includes(first?.name ?? "")).length;
  assert.equal((await search(peer, once, { query })).hits.total.value, having + 3);
}

async function takesModeIntegration({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  put(stage, stream, { dimensions: dimensionsOf(stream.dimensions.map(({ name }) => name)) });
  const documents = await documentsOf(stage, stream, { mapping: "integration" });
  // Metrics of one minute are documents of their own.
  assert.equal(documents.length, stream.metrics.some(({ periodSeconds = 0 }) => periodSeconds > 0) ? 2 : 1);
  const integration = streamOf(stream, "integration");
  assert.deepEqual(rejectionsOf(await peer.create(integration, documents)), []);
  const query = { range: { "@timestamp": { gte: "2026-03-04T11:55:00Z", lt: "2026-03-04T11:55:01Z" } } };
  assert.equal((await search(peer, integration, { query })).hits.total.value, documents.length);
}

/** The last minute ends when its five minutes do: in mode `ecs` their documents have one time. */
async function takesShortPeriods({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  for (const minute of [0, 4]) {
    put(stage, stream, {
      dimensions: dimensionsOf(stream.levels[0]?.dimensions ?? []),
      timeMs: PERIOD_MS + minute * MINUTE_MS,
    });
  }
  const documents = await documentsOf(stage, stream);
  assert.equal(documents.length, stream.metrics.some(({ periodSeconds = 0 }) => periodSeconds > 0) ? 3 : 1);
  assert.deepEqual(rejectionsOf(await peer.create(streamOf(stream, "short"), documents)), []);
}

/** Values that could be taken for another type. */
const TIERS = ["priority", "2026-03-04", "17", "true", "x".repeat(1024)];

async function takesUnknown({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  stage.time.nowMs = PERIOD_MS + 5 * MINUTE_MS;
  const { namespace, prefix, statisticNames } = stream;
  const dimensions = [{ "Tier.Kind": "a", Tier: "other" }, ...TIERS.map((Tier) => ({ Tier }))];
  for (const [minute, value] of [1, 2.5].entries()) {
    for (const each of dimensions) {
      const sample = { namespace, dimensions: each, value, timeMs: PERIOD_MS + minute * MINUTE_MS };
      // Its name in snake case is that of an object that has known metrics.
      stage.cloudWatch.put({ ...sample, metric: "Latency" }, { ...sample, metric: "LogDelivery" });
    }
  }
  const documents = await documentsOf(stage, stream, {
    data_granularity: "1m",
    metrics: { Latency: ["Average", "p99", "Maximum"] },
  });
  assert.equal(documents.length, 2 * dimensions.length);
  const unknown = streamOf(stream, "unknown");
  assert.deepEqual(rejectionsOf(await peer.create(unknown, documents)), []);
  const names = statisticNames === "dotted"
    ? ["Latency.avg", "Latency.p99", "Latency.max", "LogDelivery.avg"]
    : ["latency", "latency_p99", "latency_maximum", "log_delivery"];
  const { aggregations } = await search(peer, unknown, {
    query: { term: { "aws.dimensions.Tier": "2026-03-04" } },
    aggs: Object.fromEntries(names.map((name) => [name, { avg: { field: prefix + name } }])),
  });
  assert.deepEqual(Object.values(aggregations).map(({ value }) => value), [1.75, 1.75, 1.75, 1.75]);
}

/** A metric that was not there at the first reading cannot be added to its document. */
async function takesLate({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  const sample = { namespace: stream.namespace, dimensions: dimensionsOf(["Operation"]), value: 1 };
  stage.cloudWatch.put(
    { ...sample, metric: "Invocations", timeMs: PERIOD_MS },
    { ...sample, metric: "InvocationLatency", timeMs: PERIOD_MS, visibleMs: NOW_MS + MINUTE_MS },
    { ...sample, metric: "InvocationLatency", timeMs: PERIOD_MS - 60 * MINUTE_MS },
  );
  const late = streamOf(stream, "late");
  assert.deepEqual(rejectionsOf(await peer.create(late, await documentsOf(stage, stream))), []);
  stage.time.nowMs = NOW_MS + 5 * MINUTE_MS;
  const documents = await documentsOf(stage, stream);
  assert.equal(documents.length, 2, "what the first run sent, and what the second one added");
  const statuses = (await peer.create(late, documents)).map(({ status }) => status);
  assert.deepEqual(statuses, [409, 201]);
}

async function takesAnyName({ peer, stream }: Stream): Promise<void> {
  const names = streamOf(stream, "names");
  const fields: readonly Config[] = [
    { service: "text", "labels.team": "search", "deployment.environment": "prod" },
    { "service.name.first": 1, labels: true, deployment: 1.5 },
    { deployment: "late", "deployment.environment": 3 },
  ];
  for (const [index, own] of fields.entries()) {
    await using stage = await MetricsStage.start();
    put(stage, stream, { dimensions: { Number: String(index) } });
    assert.deepEqual(rejectionsOf(await peer.create(names, await documentsOf(stage, stream, { fields: own }))), []);
  }
  await using stage = await MetricsStage.start();
  const sample = { namespace: stream.namespace, value: 1, timeMs: PERIOD_MS };
  for (let index = 0; index < 1500; index++) stage.cloudWatch.put({ ...sample, metric: `Other${index}` });
  const documents = await documentsOf(stage, stream, { account_totals: true });
  assert.equal(documents.length, 1);
  assert.deepEqual(rejectionsOf(await peer.create(names, documents)), []);
}

/** Puts a sample of every metric of a stream. */
function put(stage: MetricsStage, { metrics, namespace }: MetricStream, sample: Partial<Sample>): void {
  for (const { name, type } of metrics) {
    const value = type === "int" ? 3 : 2.5;
    stage.cloudWatch.put({ namespace, metric: name, value, timeMs: PERIOD_MS, ...sample });
  }
}

function dimensionsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
}

/** What the exporter makes of all that has arrived once the receiver has read what is there. */
async function documentsOf(
  stage: MetricsStage,
  { name }: MetricStream,
  receiver: Config = {},
): Promise<{ document: string }[]> {
  const { undelivered, log } = await stage.runOnce({
    receiver: { namespaces: [name], latency: "0s", ...receiver },
  });
  assert.equal(undelivered, 0, log.join(""));
  return stage.endpoint.requests.flatMap(({ points }) => storedMetrics(points.map(groupOf))).map((
    { json: document },
  ) => ({
    document,
  }));
}

/** A point as it arrived. */
function groupOf(
  { resource, scope, attributes, startTimeUnixNano, timeUnixNano, ...point }: DecodedPoint,
): MetricGroup {
  const metric: Metric = { name: point.metric, ...point, isSum: point.kind === "sum" };
  return {
    origin: { source: { name: "test" }, position: 0, id: "", sizeBytes: 0 },
    sizeBytes: 0,
    resource: resourceFromAttributes(resource as Attributes),
    instrumentationScope: { ...scope, attributes: scope.attributes as Attributes },
    attributes: attributes as Attributes,
    startTime: timeOf(startTimeUnixNano),
    endTime: timeOf(timeUnixNano),
    values: new Map([[metric, point.value]]),
  };
}

function timeOf(unixNano: string): [seconds: number, nanos: number] {
  const nanos = BigInt(unixNano);
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

function streamOf({ dataset }: MetricStream, namespace: string): string {
  return `metrics-${dataset}-${namespace}`;
}

async function search(peer: ElasticsearchPeer, stream: string, body: object) {
  return await peer.ask("POST", `/${stream}/_search?size=0`, body) as {
    hits: { total: { value: number } };
    aggregations: Record<string, { value: number }>;
  };
}
