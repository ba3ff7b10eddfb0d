import assert from "node:assert/strict";
import { keeperOf } from "../../async/gate.ts";
import { ACCEPT, OtlpEndpoint, status } from "../../../test/world/otlp_endpoint.ts";
import { batchOf } from "../../component/batch.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import { DataFaultError, TooLargeError } from "../../component/outcome.ts";
import { sending } from "../../pipeline/sending.ts";
import { TRAITS } from "../../pipeline/signals.ts";
import { testGroup } from "../../../test/world/records.ts";
import { failureOf, startExporter } from "./testing.ts";

const groups = (count: number) => Array.from({ length: count }, (_, position) => testGroup({ position }));

for (const encoding of ["proto", "json"] as const) {
  Deno.test(`otlp_http sends metrics as ${encoding}, each number as its descriptor says`, async () => {
    await using endpoint = await OtlpEndpoint.start();
    await using sender = await startExporter({ endpoint: endpoint.url, encoding });

    await sender.consumeMetrics(batchOf(groups(2)));

    assert.deepEqual(endpoint.requests.map(({ path }) => path), ["/v1/metrics"]);
    const [sum, , gauge] = endpoint.acceptedPoints;
    const { resource, ...rest } = sum ?? assert.fail("no point arrived");
    assert.equal(resource["service.name"], "bedrock-otel");
    assert.deepEqual(rest, {
      scope: { name: "bedrock-otel", version: "0.1.0", attributes: { "elastic.mapping.mode": "ecs" } },
      metric: "invocations",
      unit: "{invocation}",
      description: "",
      kind: "sum",
      temporality: "delta monotonic",
      attributes: { model: "model-0", "metricset.period": 300_000 },
      attributeTypes: { model: "stringValue", "metricset.period": "intValue" },
      startTimeUnixNano: "1736899200000000000",
      timeUnixNano: "1736899500000000000",
      value: 7,
      type: "int",
    });
    assert.deepEqual([gauge?.metric, gauge?.kind, gauge?.value, gauge?.type], ["latency", "gauge", 7, "double"]);
    assert.deepEqual(endpoint.acceptedPoints.map(({ attributes }) => attributes["model"]), [
      "model-0",
      "model-1",
      "model-0",
      "model-1",
    ]);
  });

  Deno.test(`data points rejected for a version conflict (${encoding}) count as duplicates, others as a fault`, async () => {
    await using endpoint = await OtlpEndpoint.start();
    await using sender = await startExporter({ endpoint: endpoint.url, encoding });

    endpoint.rule = ({ points }) => ({
      kind: "partial",
      rejected: points.slice(0, 3),
      message: "Index [m] returned status [CONFLICT] for 3 documents. Sample error message: version conflict",
    });
    await sender.consumeMetrics(batchOf(groups(2)));
    assert.equal(sender.events.count("exporter.duplicate_records"), 3);

    endpoint.rule = ({ points }) => ({
      kind: "partial",
      rejected: points.slice(0, 1),
      message: "mapper_parsing_exception",
    });
    const error = await failureOf(sender.consumeMetrics(batchOf(groups(2))));
    assert.ok(error instanceof DataFaultError && error.partial);
    assert.match(error.message, /rejected 1 item/);
  });
}

for (const target of ["collector", "apm", "elastic"]) {
  Deno.test(`metrics for target ${target} ${target === "apm" ? "name no" : "name their"} data stream`, async () => {
    await using endpoint = await OtlpEndpoint.start();
    await using sender = await startExporter({ endpoint: endpoint.url, target });
    const group = testGroup();
    const stream = { "data_stream.type": "metrics", "data_stream.dataset": "aws_bedrock.runtime" };

    await sender.consumeMetrics(batchOf([{ ...group, attributes: { ...group.attributes, ...stream } }]));

    for (const { attributes, resource } of endpoint.acceptedPoints) {
      assert.equal(attributes["model"], "model-0");
      assert.equal(attributes["data_stream.dataset"], target === "apm" ? undefined : "aws_bedrock.runtime");
      assert.ok(!Object.keys(resource).some((name) => name.startsWith("data_stream.")));
    }
    assert.ok(endpoint.acceptedPoints.length > 0);
  });
}

Deno.test("metrics of two resources leave in one request, each under its own", async () => {
  await using endpoint = await OtlpEndpoint.start();
  for (const encoding of ["proto", "json"]) {
    await using sender = await startExporter({ endpoint: endpoint.url, encoding });
    const [one, other] = [testGroup({ position: 1 }), testGroup({ position: 2 })];
    await sender.consumeMetrics(batchOf([one, { ...other, resource: { ...other.resource, attributes: { a: "b" } } }]));
    const points = endpoint.requests.at(-1)?.points ?? [];
    assert.deepEqual(points.map(({ resource, attributes }) => [resource["a"], attributes["model"]]), [
      [undefined, "model-1"],
      [undefined, "model-1"],
      ["b", "model-2"],
      ["b", "model-2"],
    ]);
  }
});

Deno.test("neither the batcher nor a 413 cuts a group: its points are always in one request", async () => {
  await using endpoint = await OtlpEndpoint.start();
  endpoint.rule = ({ points }) => points.length > 6 ? status(413) : ACCEPT;
  await using sender = await startExporter({ endpoint: endpoint.url });
  const { exporter, events } = sender;
  const consumer = sending(exporter.consumers.metrics ?? assert.fail(), {
    id: "otlp_http",
    settings: { ...exporter.sending, maxItems: 15 },
    traits: TRAITS.metrics,
    onRejected: () => Promise.reject(new Error("nobody is guilty")),
    flowControl: createFlowControl({ maxInFlightBytes: 1_000_000 }),
    gate: keeperOf([]),
    events,
    signal: new AbortController().signal,
  });

  await consumer.consume(batchOf(groups(40)));

  assert.equal(endpoint.acceptedPoints.length, 80);
  assert.ok(endpoint.requests.length > 40 / 3);
  for (const { points } of endpoint.requests) {
    const ofModel = Map.groupBy(points, ({ attributes }) => attributes["model"]);
    for (const [model, { length }] of ofModel) assert.equal(length, 2, `points of ${model} in one request`);
  }
});

Deno.test("a group too large alone is not cut either", async () => {
  await using endpoint = await OtlpEndpoint.start();
  endpoint.rule = () => status(413);
  await using sender = await startExporter({ endpoint: endpoint.url });
  const error = await failureOf(sender.consumeMetrics(batchOf(groups(1))));
  assert.ok(error instanceof TooLargeError);
  assert.equal(TRAITS.metrics.withoutBodies(testGroup()), undefined);
});
