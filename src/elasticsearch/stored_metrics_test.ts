import assert from "node:assert/strict";
import { testGroup } from "../exporters/testing.ts";
import { storedMetrics } from "./stored_metrics.ts";

Deno.test("a document of metrics in mode ecs has attributes and values at the root", () => {
  assert.deepEqual(storedMetrics(testGroup({ value: 7 })), {
    "@timestamp": "2025-01-15T00:05:00.000Z",
    service: { name: "bedrock-otel" },
    model: "model-0",
    metricset: { period: 300_000 },
    invocations: 7,
    latency: 7,
  });
});

Deno.test("a document of metrics in mode otel has the values of one unit, and says where it goes", () => {
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
  assert.deepEqual(storedMetrics(group), {
    "@timestamp": "2025-01-15T00:05:00.000Z",
    start_timestamp: "2025-01-15T00:00:00.000Z",
    data_stream: { type: "metrics", dataset: "aws_bedrock.runtime.otel", namespace: "default" },
    unit: "{invocation}",
    attributes: { "gen_ai.request.model": "model-0" },
    metrics: { invocations: 7 },
    resource: { attributes: { "service.name": "bedrock-otel" } },
    scope: group.instrumentationScope,
  });
});
