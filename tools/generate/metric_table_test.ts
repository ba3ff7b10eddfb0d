import assert from "node:assert/strict";
import { fieldPage } from "./field_docs.ts";
import { metricStreamOf } from "./metric_table.ts";
import { templatesOf } from "./templates.ts";
import { metricAttributes, metricTable, RUNTIME_TABLES } from "./testing.ts";

Deno.test("a stream of metrics knows how its metrics and dimensions leave in each mode", () => {
  const { metrics, dimensions, ...stream } = RUNTIME_TABLES.metrics;
  assert.deepEqual(stream, {
    dataset: "aws_bedrock.runtime",
    namespaces: [{ name: "AWS/Test", default: true }, { name: "AWS/Other", default: false }],
    prefix: "aws_bedrock.runtime.",
    otelPrefix: "aws.test.",
  });
  assert.deepEqual(metrics[0], {
    name: "Calls",
    aliases: ["CallCount"],
    statistic: "Sum",
    field: "aws_bedrock.runtime.calls",
    otelName: "aws.test.calls",
    unit: "{call}",
    type: "int",
    withoutDimensions: true,
    description: "Counts | calls",
  });
  const stored = { name: "aws_bedrock.runtime.model_id" };
  const otel = { name: "gen_ai.request.model", part: "after_last_slash" };
  assert.deepEqual(dimensions, [{ name: "ModelId", attributes: { ecs: stored, integration: stored, otel } }]);
});

Deno.test("a time series is told apart by its dimensions, also by those that no table has", () => {
  const [settings, mappings, index] = templatesOf(RUNTIME_TABLES);
  assert.deepEqual(settings?.body["template"], {
    settings: {
      index: {
        default_pipeline: "_none",
        mapping: { ignore_malformed: "true", total_fields: { ignore_dynamic_beyond_limit: "true" } },
        mode: "time_series",
        routing_path: ["aws_bedrock.runtime.model_id", "cloud.region"],
        look_back_time: "7d",
      },
    },
  });
  const dimension = { type: "keyword", time_series_dimension: true };
  const template = mappings?.body["template"] as { mappings: { dynamic_templates: unknown[]; properties: object } };
  assert.deepEqual(template.mappings.properties, {
    "aws_bedrock.runtime.calls": { type: "long", time_series_metric: "gauge" },
    "aws_bedrock.runtime.latency": { type: "double", time_series_metric: "gauge" },
    "aws_bedrock.runtime.model_id": dimension,
    "cloud.region": dimension,
    "metricset.period": { type: "long" },
  });
  assert.deepEqual(template.mappings.dynamic_templates[0], {
    dimensions: { path_match: "aws.dimensions.*", match_mapping_type: "string", mapping: dimension },
  });
  assert.deepEqual(index?.body["index_patterns"], ["metrics-aws_bedrock.runtime-*"]);
});

Deno.test("the page of a stream of metrics lists metrics and attributes", () => {
  const lines = fieldPage(RUNTIME_TABLES, new Map()).split("\n");
  const rows = [
    "| `aws_bedrock.runtime.calls` | long | {call} | `aws.test.calls` | Calls, CallCount | Sum | Counts \\| calls |",
    "| `cloud.region` | keyword |  | About it | it | ecs, integration, otel | yes |",
    "| `metricset.period` | long | ms | About it | it | ecs |  |",
  ];
  assert.deepEqual(rows.filter((row) => !lines.includes(row)), []);
  assert.ok(lines.includes("## Metrics of `AWS/Test`, `AWS/Other` (off by default)"));
});

Deno.test("a wrong table of metrics gets an error that names the place", () => {
  const calls = { name: "Calls", field: "calls", otel: "aws.test.calls" };
  assert.throws(
    () => metricTable({ ...calls, statistic: "Mean" }),
    /metrics\.yml is wrong\n.*\n.*metrics\[0\]\.statistic/,
  );
  assert.throws(
    () => metricTable({ ...calls, aliases: ["Other"] }, { ...calls, name: "Other", field: "b", otel: "b" }),
    /metrics\.yml has names more than once: Other$/,
  );
  assert.throws(() => metricTable(calls, { ...calls, name: "Other" }), /has names more than once: calls$/);
  assert.throws(
    () => metricAttributes({ name: "a.count", elasticsearch: "long", time_series_dimension: true }),
    /a\.count: expected elasticsearch: keyword for what tells time series apart/,
  );
});

Deno.test("a dimension leaves in every mode, as one attribute", () => {
  const table = metricTable({ name: "Calls", field: "calls", otel: "aws.test.calls" });
  const streamOf = (...attributes: Record<string, unknown>[]) =>
    metricStreamOf("runtime", { table, attributes: metricAttributes(...attributes) });
  const all = { dimension: "ModelId", modes: ["ecs", "integration", "otel"] };
  assert.throws(
    () => streamOf({ name: "a", dimension: "ModelId", modes: ["ecs", "otel"] }),
    /dimension ModelId has 0 attributes in mode integration$/,
  );
  assert.throws(() => streamOf({ name: "a", ...all }, { name: "b", ...all }), /has 2 attributes in mode ecs$/);
});
