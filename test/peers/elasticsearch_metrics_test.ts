import assert from "node:assert/strict";
import { runCli } from "../../src/cli/testing.ts";
import { GUARDRAILS } from "../../src/mappings/generated/guardrails.ts";
import { RUNTIME } from "../../src/mappings/generated/runtime.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import { ElasticsearchPeer, rejectionsOf, setUpElasticsearchPeer } from "./elasticsearch.ts";
import { type DecodedPoint, exporterMetricDocuments } from "./exporter_document.ts";
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

    for (const stream of [RUNTIME, GUARDRAILS]) {
      const step = (name: string, fn: (stream: Stream) => Promise<void>) =>
        test.step(`${stream.dataset}: ${name}`, () => fn({ peer, stream }));
      await step("every metric is taken with every dimension, a repeat is a 409", takesOnce);
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

async function takesOnce({ peer, stream }: Stream): Promise<void> {
  const dimensions = stream.dimensions.map(({ name }) => name);
  const values = Object.fromEntries(stream.metrics.map(({ field, type }) => [field, type === "int" ? 3 : 2.5]));
  // With no dimension, with each more, and the same a minute later, in another region and in another account.
  const attributes = Array.from([...dimensions, ""], (_, count) => dimensionsOf(stream, dimensions.slice(0, count)));
  const last = attributes.at(-1) as object;
  const points = [
    ...attributes.flatMap((each) => pointsOf(stream, values, { attributes: each })),
    ...pointsOf(stream, values, { attributes: last, minute: 1 }),
    ...pointsOf(stream, values, { attributes: { ...last, "cloud.region": "eu-west-1" } }),
    ...pointsOf(stream, values, { attributes: { ...last, "cloud.account.id": "210987654321" } }),
    ...pointsOf(stream, values, { attributes: { ...last, "aws.cloudwatch.namespace": "AWS/BedrockMantle" } }),
  ];
  assert.deepEqual(await refused({ peer, stream }, "once", points), []);
  const again = await send({ peer, stream }, "once", points.toReversed());
  assert.deepEqual(new Set(again), new Set([409]));

  const documents = attributes.length + 4;
  const [sum, average] = ["Sum", "Average"].map((each) => stream.metrics.find(({ statistic }) => statistic === each));
  const { hits, aggregations } = await search({ peer, stream }, "once", {
    query: { range: { "@timestamp": { gte: "2026-03-04T03:00:00Z", lt: "2026-03-04T04:00:00Z" } } },
    aggs: { sum: { sum: { field: sum?.field } }, average: { avg: { field: average?.field } } },
  });
  assert.deepEqual([hits.total.value, aggregations], [documents, {
    sum: { value: 3 * documents },
    average: { value: 2.5 },
  }]);
  const [dimension] = Object.entries(dimensionsOf(stream, dimensions.slice(0, 1))) as [[string, string]];
  const ofOne = await search({ peer, stream }, "once", { query: { term: Object.fromEntries([dimension]) } });
  assert.equal(ofOne.hits.total.value, documents - 1);
}

async function takesUnknown({ peer, stream }: Stream): Promise<void> {
  const { prefix } = stream;
  const averages = [1, 2.5];
  const dimensions = [
    {},
    { "aws.dimensions.Tier": "priority" },
    // What could be taken for another type.
    ...["2026-03-04", "17", "true", "x".repeat(1024)].map((Tier) => ({ "aws.dimensions.Tier": Tier })),
    { "aws.dimensions.Tier": "priority", "aws.dimensions.Tier.Kind": "a" },
  ];
  const points = averages.flatMap((average, minute) =>
    dimensions.flatMap((attributes) =>
      pointsOf(stream, {
        [`${prefix}invocations`]: 2,
        [`${prefix}invocation_latency_p99`]: average,
        [`${prefix}invocations_maximum`]: 1,
        [`${prefix}log_delivery`]: average,
      }, { attributes, minute })
    )
  );
  assert.deepEqual(await refused({ peer, stream }, "unknown", points), []);
  assert.deepEqual(new Set(await send({ peer, stream }, "unknown", points)), new Set([409]));
  const { aggregations } = await search({ peer, stream }, "unknown", {
    query: { term: { "aws.dimensions.Tier": "2026-03-04" } },
    aggs: {
      p99: { avg: { field: `${prefix}invocation_latency_p99` } },
      other: { avg: { field: `${prefix}log_delivery` } },
    },
  });
  assert.deepEqual(aggregations, { p99: { value: 1.75 }, other: { value: 1.75 } });
}

/** A metric that was not there at the first reading cannot be added to its document. */
async function takesLate({ peer, stream }: Stream): Promise<void> {
  const late = { [`${stream.prefix}invocation_latency`]: 12 };
  const fingerprint = { "aws.metrics_names_fingerprint": "0f1e" };
  const sent = [
    await send({ peer, stream }, "late", pointsOf(stream, { [`${stream.prefix}invocations`]: 1 })),
    await send({ peer, stream }, "late", pointsOf(stream, late)),
    await send({ peer, stream }, "late", pointsOf(stream, late, { attributes: fingerprint })),
    await send({ peer, stream }, "late", pointsOf(stream, late, { attributes: fingerprint })),
  ];
  assert.deepEqual(sent, [[201], [409], [201], [409]]);
}

async function takesAnyName({ peer, stream }: Stream): Promise<void> {
  const invocations = { [`${stream.prefix}invocations`]: 1 };
  const resources = [
    { service: "text" },
    { "service.name": "bedrock-otel", "labels.team": "search", "deployment.environment": "prod" },
    { "service.name.first": 1, labels: true, deployment: 1.5 },
    { deployment: "late", "deployment.environment": 3 },
  ];
  const points = resources.flatMap((resource, minute) => pointsOf(stream, invocations, { resource, minute }));
  assert.deepEqual(await refused({ peer, stream }, "names", points), []);

  const many = Object.fromEntries(
    Array.from({ length: 1500 }, (_, index) => [`${stream.prefix}other_${index}`, index]),
  );
  const crowd = pointsOf(stream, { ...many, ...invocations }, { minute: 10 });
  assert.deepEqual(await refused({ peer, stream }, "names", crowd), []);
}

/** Attributes of these dimensions, with values of their own. */
function dimensionsOf({ dimensions }: MetricStream, names: readonly string[]): Record<string, string> {
  const present = dimensions.filter(({ name }) => names.includes(name));
  return Object.fromEntries(present.map(({ name, attributes }) => [attributes.ecs.name, `value of ${name}`]));
}

const FIRST_MINUTE_MS = Date.parse("2026-03-04T03:05:00Z");

/** The points of one dimension set and time, as they arrive from the receiver in mode `ecs`. */
function pointsOf(
  { dataset, namespaces }: MetricStream,
  values: Readonly<Record<string, number>>,
  { attributes = {}, resource = { "service.name": "bedrock-otel" }, minute = 0 }: {
    attributes?: object;
    resource?: Readonly<Record<string, unknown>>;
    minute?: number;
  } = {},
): DecodedPoint[] {
  const shared = {
    "data_stream.type": "metrics",
    "data_stream.dataset": dataset,
    "event.dataset": dataset,
    "event.module": "aws",
    "metricset.name": "cloudwatch",
    "metricset.period": 60_000,
    "aws.cloudwatch.namespace": namespaces[0]?.name,
    "cloud.provider": "aws",
    "cloud.account.id": "123456789012",
    "cloud.account.name": "123456789012",
    "cloud.region": "us-east-1",
    ...attributes,
  };
  const timeUnixNano = `${FIRST_MINUTE_MS + minute * 60_000}000000`;
  return Object.entries(values).map(([name, value]) => ({ resource, attributes: shared, name, value, timeUnixNano }));
}

async function create({ peer, stream }: Stream, namespace: string, points: readonly DecodedPoint[]) {
  const inStream = points.map((point) => ({
    ...point,
    attributes: { ...point.attributes, "data_stream.namespace": namespace },
  }));
  const documents = exporterMetricDocuments(inStream).map((document) => ({ document }));
  return await peer.create(`metrics-${stream.dataset}-${namespace}`, documents);
}

async function send(...args: Parameters<typeof create>): Promise<number[]> {
  return (await create(...args)).map(({ status }) => status);
}

async function refused(...args: Parameters<typeof create>): Promise<string[]> {
  return rejectionsOf(await create(...args));
}

async function search({ peer, stream }: Stream, namespace: string, body: object) {
  const path = `/metrics-${stream.dataset}-${namespace}/_search?size=0`;
  return await peer.ask("POST", path, body) as {
    hits: { total: { value: number } };
    aggregations: Record<string, { value: number }>;
  };
}
