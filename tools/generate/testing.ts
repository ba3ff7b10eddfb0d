import { metricStreamOf, parseMetricAttributes, parseMetricTable } from "./metric_table.ts";
import type { MetricsTables } from "./templates.ts";

/** Attributes as `fields.yml` of a stream of metrics has them. */
export function metricAttributes(...attributes: Record<string, unknown>[]) {
  const common = { otlp: "string", elasticsearch: "keyword", description: "About it", from: "it", modes: ["ecs"] };
  return parseMetricAttributes(
    JSON.stringify(attributes.map((attribute) => ({ ...common, ...attribute }))),
    "fields.yml",
  );
}

/** What `metrics.yml` has, with these metrics. */
export function metricTable(...metrics: Record<string, unknown>[]) {
  const common = { statistic: "Sum", unit: "{call}", type: "int", description: "Counts | calls" };
  const namespaces = [{ name: "AWS/Test", default: true }, { name: "AWS/Other", default: false }];
  const table = { namespaces, otel_prefix: "aws.test.", metrics: metrics.map((metric) => ({ ...common, ...metric })) };
  return parseMetricTable(JSON.stringify(table), "metrics.yml");
}

const attributes = metricAttributes(
  { name: "metricset.period", otlp: "int", elasticsearch: "long", unit: "ms" },
  { name: "cloud.region", modes: ["ecs", "integration", "otel"], time_series_dimension: true },
  { name: "aws_bedrock.runtime.model_id", modes: ["ecs", "integration"], dimension: "ModelId" },
  { name: "gen_ai.request.model", modes: ["otel"], dimension: "ModelId", part: "after_last_slash" },
  { name: "aws.dimensions.*", modes: ["ecs", "integration", "otel"], time_series_dimension: true },
);
const table = metricTable(
  { name: "Calls", field: "calls", otel: "aws.test.calls", aliases: ["CallCount"], without_dimensions: true },
  { name: "Latency", field: "latency", otel: "aws.test.latency", statistic: "Average", type: "double", unit: "ms" },
);

/** A small data stream of metrics. */
export const RUNTIME_TABLES: MetricsTables = {
  stream: "runtime",
  signal: "metrics",
  fields: attributes,
  storeFields: [],
  metrics: metricStreamOf("runtime", { table, attributes }),
};
