import assert from "node:assert/strict";
import { fieldPage } from "./field_docs.ts";
import { fieldsOfMetric, metricAttributesOf, metricStreamOf } from "./metric_table.ts";
import { templatesOf } from "./templates.ts";
import { metricAttributes, metricTable, RUNTIME_TABLES } from "./testing.ts";

Deno.test("a stream of metrics knows how its metrics and dimensions leave in each mode", () => {
  const { metrics, dimensions, ...stream } = RUNTIME_TABLES.metrics;
  assert.deepEqual(stream, {
    name: "runtime",
    dataset: "aws_bedrock.runtime",
    namespace: "AWS/Test",
    isDefault: false,
    prefix: "aws_bedrock.runtime.",
    otelPrefix: "aws.test.",
    statisticNames: "suffix",
    levels: [{ name: "model", dimensions: ["ModelId"] }, { name: "tier", dimensions: ["ModelId", "Tier"] }],
    totals: {},
    resourceTypes: ["bedrock"],
  });
  assert.deepEqual(metrics[0], {
    name: "Calls",
    aliases: ["CallCount"],
    statistics: ["Sum", "Maximum"],
    periodSeconds: 60,
    field: "aws_bedrock.runtime.calls",
    otelName: "aws.test.calls",
    unit: "{call}",
    type: "int",
    description: "Counts | calls",
  });
  const stored = [{ name: "aws_bedrock.runtime.model_id" }];
  const otel = [{ name: "gen_ai.request.model", part: "after_last_slash" }];
  assert.deepEqual(dimensions[0], { name: "ModelId", attributes: { ecs: stored, integration: stored, otel } });
});

Deno.test("a table may name dataset, dimensions and statistics as an integration does", () => {
  const table = metricTable([{ name: "Target.MCP" }, {
    name: "Latency",
    statistics: ["Average"],
    percentiles: ["p99"],
  }], {
    dataset: "other.metrics",
    prefix: "other.",
    statistic_names: "dotted",
    dimensions: [{
      name: "ModelId",
      field: "aws.dimensions.ModelId",
      otel: "model",
      derived: [{ name: "other.agent", part: "before_double_colon", description: "Agent" }],
      description: "Model",
    }],
    levels: [{ name: "model", dimensions: ["ModelId"] }],
  });
  const stream = metricStreamOf("other", table);
  const fields = stream.metrics.flatMap((metric) => fieldsOfMetric(stream, metric).map(({ field }) => field));
  assert.deepEqual(fields, ["other.Target_MCP.sum", "other.Latency.avg", "other.Latency.p99"]);
  const common = metricAttributes({ name: "event.dataset", enum: ["DATASET"] });
  assert.deepEqual(
    metricAttributesOf(stream, { table, common }).map((
      { name, enum: values, time_series_dimension },
    ) => [name, values, time_series_dimension]),
    [
      ["event.dataset", ["other.metrics"], false],
      ["aws.dimensions.ModelId", undefined, true],
      ["other.agent", undefined, true],
      ["model", undefined, true],
    ],
  );
});

Deno.test("a time series is told apart by its dimensions, also by those that no table has", () => {
  const [settings, mappings, index] = templatesOf(RUNTIME_TABLES);
  assert.deepEqual(settings?.body["template"], {
    settings: {
      index: {
        default_pipeline: "_none",
        mapping: { ignore_malformed: "true", total_fields: { ignore_dynamic_beyond_limit: "true" } },
        mode: "time_series",
        routing_path: ["aws_bedrock.runtime.model_id", "aws_bedrock.runtime.tier", "cloud.region"],
        look_back_time: "7d",
      },
    },
  });
  const dimension = { type: "keyword", time_series_dimension: true };
  const template = mappings?.body["template"] as { mappings: { dynamic_templates: unknown[]; properties: object } };
  assert.deepEqual(template.mappings.properties, {
    "aws_bedrock.runtime.calls": { type: "long", time_series_metric: "gauge" },
    "aws_bedrock.runtime.calls_maximum": { type: "long", time_series_metric: "gauge" },
    "aws_bedrock.runtime.latency": { type: "double", time_series_metric: "gauge" },
    "aws_bedrock.runtime.model_id": dimension,
    "aws_bedrock.runtime.tier": dimension,
    "cloud.region": dimension,
    "data_stream.dataset": { type: "constant_keyword", value: "aws_bedrock.runtime" },
    "metricset.period": { type: "long" },
  });
  assert.deepEqual(template.mappings.dynamic_templates[0], {
    dimensions: { path_match: "aws.dimensions.*", match_mapping_type: "string", mapping: dimension },
  });
  assert.deepEqual(index?.body["index_patterns"], ["metrics-aws_bedrock.runtime-*"]);
});

Deno.test("the page of a stream of metrics lists metrics, levels, permissions and attributes", () => {
  const page = fieldPage(RUNTIME_TABLES, new Map());
  const lines = page.split("\n");
  const rows = [
    "| `aws_bedrock.runtime.calls` | long | {call} | `aws.test.calls` | Calls, CallCount | Sum of 60 s | Counts \\| calls |",
    "| `aws_bedrock.runtime.calls_maximum` | long | {call} | `aws.test.calls_maximum` | Calls, CallCount | Maximum of 60 s | Counts \\| calls |",
    "| `aws_bedrock.runtime.latency` | double | ms | `aws.test.latency` | Latency | Average (p99) | Counts \\| calls |",
    "| `tier` | ModelId, Tier | Latency |",
    "| `cloud.region` | keyword |  | About it | it | ecs, integration, otel | yes |",
    "| `metricset.period` | long | ms | About it | it | ecs |  |",
    "| `gen_ai.request.model` | keyword |  | Model | dimension ModelId, the id at its end | otel | yes |",
  ];
  assert.deepEqual(rows.filter((row) => !lines.includes(row)), []);
  assert.match(page, /`AWS\/Test`, read with `namespaces: \[runtime\]`/);
  assert.match(page, /the role needs\n`cloudwatch:PutMetricData` for the namespace `AWS\/Test`/);
});

Deno.test("a wrong table of metrics gets an error that names the place", () => {
  const calls = { name: "Calls" };
  assert.throws(
    () => metricTable([{ ...calls, statistics: ["Mean"] }]),
    /test\.yml is wrong\n.*\n.*metrics\[0\]\.statistics\[0\]/,
  );
  assert.throws(
    () => metricTable([{ ...calls, aliases: ["Other"] }, { name: "Other" }]),
    /: Other is there more than once$/,
  );
  assert.throws(() => metricTable([calls, { name: "Other", field: "calls" }]), /: calls is there more than once$/);
  assert.throws(() => metricTable([{ ...calls, level: "team" }]), /: Calls has an unknown level$/);
  assert.throws(
    () => metricTable([calls], { levels: [{ name: "team", dimensions: ["Team"] }] }),
    /: level team has unknown dimensions: Team$/,
  );
  assert.throws(
    () => metricAttributes({ name: "a.count", elasticsearch: "long", time_series_dimension: true }),
    /a\.count: expected elasticsearch: keyword for what tells time series apart/,
  );
});
