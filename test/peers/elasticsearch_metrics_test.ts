import type { Attributes } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import assert from "node:assert/strict";
import { runCli } from "../world/program.ts";
import { METRIC_STREAMS } from "../../src/mappings/generated/metric_streams.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import type { Metric, MetricGroup } from "../../src/component/batch.ts";
import type { DecodedPoint } from "../world/otlp_metrics.ts";
import type { Sample } from "../world/cloudwatch.ts";
import { at, MetricsStage, MINUTE_MS, NOW_MS } from "../world/metrics_stage.ts";
import type { Config } from "../world/config.ts";
import { ElasticsearchPeer, rejectionsOf, setUpElasticsearchPeer } from "./elasticsearch.ts";
import { storedMetrics } from "../../src/elasticsearch/stored_metrics.ts";
import { TypeSwap } from "./type_swap.ts";

const setUp = await setUpElasticsearchPeer();
const skipped = "skipped" in setUp ? setUp.skipped : undefined;

Deno.test({
  name: `${skipped === undefined ? "" : `skipped: ${skipped}: `}a real Elasticsearch takes metrics as time series`,
  ignore: skipped !== undefined,
  fn: async (test) => {
    await using peer = await ElasticsearchPeer.start((setUp as { path: string }).path);
    await using swap = new TypeSwap(peer.url);
    const { code, stderr } = await runCli(["setup", "elasticsearch", "--url", swap.url]);
    assert.equal(code, 0, stderr);

    for (const stream of METRIC_STREAMS) {
      const step = (name: string, fn: (stream: Stream) => Promise<void>) =>
        test.step(`${stream.dataset}: ${name}`, () => fn({ peer, stream }));
      await step("every metric is taken with every dimension, a repeat is a 409", takesOnce);
      await step("mode integration is taken", takesModeIntegration);
      await step("what the table does not know is taken, and makes a time series of its own", takesUnknown);
      await step("what came late stands beside the first reading", takesLate);
      await step("no name of an attribute or a metric gets points refused", takesAnyName);
    }
  },
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
  const names = stream.dimensions.map(({ name }) => name);
  // With no dimension and with each one more; then the same in another time, region, account and namespace.
  for (const count of names.keys()) put(stage, stream, { dimensions: dimensionsOf(names.slice(0, count)) });
  const dimensions = dimensionsOf(names);
  put(stage, stream, { dimensions });
  put(stage, stream, { dimensions, timeMs: PERIOD_MS + MINUTE_MS });
  put(stage, stream, { dimensions, region: "eu-west-1" });
  put(stage, stream, { dimensions, account: LINKED });
  const [, other] = stream.namespaces;
  if (other !== undefined) put(stage, stream, { dimensions, namespace: other.name });
  const documents = await documentsOf(stage, stream, {
    account_totals: true,
    namespaces: stream.namespaces.map(({ name }) => name),
    regions: ["us-east-1", "eu-west-1"],
    data_granularity: "1m",
  });
  assert.equal(documents.length, names.length + 4 + (other === undefined ? 0 : 1));

  const once = streamOf(stream, "once");
  assert.deepEqual(rejectionsOf(await peer.create(once, documents)), []);
  const again = await peer.create(once, documents.toReversed());
  assert.deepEqual(again.map(({ status }) => status), documents.map(() => 409));

  const { hits, aggregations } = await search(peer, once, {
    query: { range: { "@timestamp": { gte: "2026-03-04T11:56:00Z", lt: "2026-03-04T12:00:00Z" } } },
    aggs: Object.fromEntries(stream.metrics.map(({ name, field }) => [name, { sum: { field } }])),
  });
  assert.equal(hits.total.value, documents.length);
  for (const { name, type } of stream.metrics) {
    assert.equal(aggregations[name]?.value, (type === "int" ? 3 : 2.5) * documents.length, name);
  }
  const [first] = stream.dimensions;
  const query = { term: { [first?.attributes.ecs.name ?? ""]: `value of ${first?.name}` } };
  assert.equal((await search(peer, once, { query })).hits.total.value, documents.length - 1);
}

async function takesModeIntegration({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  put(stage, stream, { dimensions: dimensionsOf(stream.dimensions.map(({ name }) => name)) });
  const documents = await documentsOf(stage, stream, { mapping: "integration" });
  assert.equal(documents.length, 1);
  const integration = streamOf(stream, "integration");
  assert.deepEqual(rejectionsOf(await peer.create(integration, documents)), []);
  const query = { range: { "@timestamp": { gte: "2026-03-04T11:55:00Z", lt: "2026-03-04T11:55:01Z" } } };
  assert.equal((await search(peer, integration, { query })).hits.total.value, 1);
}

/** Values that could be taken for another type. */
const TIERS = ["priority", "2026-03-04", "17", "true", "x".repeat(1024)];

async function takesUnknown({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  stage.time.nowMs = PERIOD_MS + 5 * MINUTE_MS;
  const namespace = stream.namespaces[0]?.name ?? "";
  const dimensions = [{}, { "Tier.Kind": "a", Tier: "priority" }, ...TIERS.map((Tier) => ({ Tier }))];
  for (const [minute, value] of [1, 2.5].entries()) {
    for (const each of dimensions) {
      const sample = { namespace, dimensions: each, value, timeMs: PERIOD_MS + minute * MINUTE_MS };
      // Its name in snake case is that of an object that has known metrics.
      stage.cloudWatch.put({ ...sample, metric: "InvocationLatency" }, { ...sample, metric: "LogDelivery" });
    }
  }
  const documents = await documentsOf(stage, stream, {
    account_totals: true,
    data_granularity: "1m",
    metrics: { InvocationLatency: ["Average", "p99", "Maximum"] },
  });
  assert.equal(documents.length, 2 * dimensions.length);
  const unknown = streamOf(stream, "unknown");
  assert.deepEqual(rejectionsOf(await peer.create(unknown, documents)), []);
  const { aggregations } = await search(peer, unknown, {
    query: { term: { "aws.dimensions.Tier": "2026-03-04" } },
    aggs: Object.fromEntries(
      ["invocation_latency", "invocation_latency_p99", "invocation_latency_maximum", "log_delivery"]
        .map((name) => [name, { avg: { field: stream.prefix + name } }]),
    ),
  });
  assert.deepEqual(Object.values(aggregations).map(({ value }) => value), [1.75, 1.75, 1.75, 1.75]);
}

/** A metric that was not there at the first reading cannot be added to its document. */
async function takesLate({ peer, stream }: Stream): Promise<void> {
  await using stage = await MetricsStage.start();
  const sample = { namespace: stream.namespaces[0]?.name ?? "", dimensions: dimensionsOf(["Operation"]), value: 1 };
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
  const sample = { namespace: stream.namespaces[0]?.name ?? "", value: 1, timeMs: PERIOD_MS };
  for (let index = 0; index < 1500; index++) stage.cloudWatch.put({ ...sample, metric: `Other${index}` });
  const documents = await documentsOf(stage, stream, { account_totals: true });
  assert.equal(documents.length, 1);
  assert.deepEqual(rejectionsOf(await peer.create(names, documents)), []);
}

/** Puts a sample of every metric of a stream. */
function put(stage: MetricsStage, { metrics, namespaces }: MetricStream, sample: Partial<Sample>): void {
  for (const { name, type } of metrics) {
    const value = type === "int" ? 3 : 2.5;
    const namespace = namespaces[0]?.name ?? "";
    stage.cloudWatch.put({ namespace, metric: name, value, timeMs: PERIOD_MS, ...sample });
  }
}

function dimensionsOf(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
}

/** What the exporter makes of all that has arrived once the receiver has read what is there. */
async function documentsOf(
  stage: MetricsStage,
  { namespaces }: MetricStream,
  receiver: Config = {},
): Promise<{ document: string }[]> {
  const { undelivered, log } = await stage.runOnce({
    receiver: { namespaces: [namespaces[0]?.name], latency: "0s", ...receiver },
  });
  assert.equal(undelivered, 0, log.join(""));
  return stage.endpoint.requests.flatMap(({ points }) => storedMetrics(points.map(groupOf))).map((document) => ({
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
