import assert from "node:assert/strict";
import type { Metric, MetricGroup } from "../component/batch.ts";
import { testGroup } from "../../test/world/records.ts";
import { storedMetrics } from "./stored_metrics.ts";

function stored(...groups: readonly MetricGroup[]): unknown[] {
  return storedMetrics(groups).map(({ json }) => JSON.parse(json));
}

Deno.test("a document of metrics in mode ecs has attributes and values at the root, each by its type", () => {
  const [document] = storedMetrics([testGroup({ value: 7 })]);
  assert.equal(
    document?.json,
    '{"@timestamp":"2025-01-15T00:05:00.000000000Z",' +
      '"data_stream":{"dataset":"generic","namespace":"default","type":"metrics"},' +
      '"invocations":7,"latency":7.0,"metricset":{"period":300000},"model":"model-0","service":{"name":"bedrock-otel"}}',
  );
});

Deno.test("points of one request that share resource, attributes and time are one document, others are not", () => {
  const one = testGroup();
  const errors: Metric = { name: "errors", description: "", unit: "{error}", type: "int", isSum: true };
  const more = { ...one, attributes: { ...one.attributes }, values: new Map([[errors, 1]]) };
  const later: MetricGroup = { ...one, endTime: [one.endTime[0] + 1, 0] };
  const documents = stored(one, testGroup({ position: 1 }), more, later) as Record<string, unknown>[];
  assert.deepEqual(documents.map(({ model, errors }) => [model, errors]), [
    ["model-0", 1],
    ["model-1", undefined],
    ["model-0", undefined],
  ]);
});

Deno.test("a value that is no number of JSON is not stored", () => {
  assert.deepEqual(storedMetrics([testGroup({ value: NaN })]), []);
});

Deno.test("documents of metrics in mode otel have the values of one unit each, and say where they go", () => {
  const group = {
    ...testGroup({ value: 7 }),
    instrumentationScope: { name: "bedrock-otel", version: "0.1.0" },
    attributes: {
      "data_stream.type": "metrics",
      "data_stream.dataset": "aws_bedrock.runtime",
      "data_stream.namespace": "default",
      "gen_ai.request.model": "model-0",
    },
  };
  const common = {
    "@timestamp": "1736899500000.0",
    start_timestamp: "1736899200000.0",
    data_stream: { type: "metrics", dataset: "aws_bedrock.runtime.otel", namespace: "default" },
    attributes: { "gen_ai.request.model": "model-0" },
    resource: { attributes: { "service.name": "bedrock-otel" } },
    scope: { name: "bedrock-otel", version: "0.1.0" },
  };
  assert.deepEqual(stored(group), [
    { ...common, unit: "{invocation}", metrics: { invocations: 7 }, _metric_names_hash: "d52aa700" },
    { ...common, unit: "ms", metrics: { latency: 7 }, _metric_names_hash: "f2fb8359" },
  ]);
  assert.deepEqual(storedMetrics([group]).map(({ dynamicTemplates }) => dynamicTemplates), [
    { "metrics.invocations": "gauge_long" },
    { "metrics.latency": "gauge_double" },
  ]);
});
