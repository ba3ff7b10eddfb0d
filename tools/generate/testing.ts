import { metricAttributesOf, metricStreamOf, parseMetricAttributes, parseMetricTable } from "./metric_table.ts";
import type { MetricsTables } from "./templates.ts";

/** Attributes as `metric_fields.yml` has them. */
export function metricAttributes(...attributes: Record<string, unknown>[]) {
  const common = { otlp: "string", elasticsearch: "keyword", description: "About it", from: "it", modes: ["ecs"] };
  return parseMetricAttributes(
    JSON.stringify(attributes.map((attribute) => ({ ...common, ...attribute }))),
    "fields.yml",
  );
}

/** What the table of a namespace has, with these metrics. */
export function metricTable(metrics: Record<string, unknown>[], others: Record<string, unknown> = {}) {
  const table = {
    namespace: "AWS/Test",
    default: false,
    about: "Tests",
    page: "https://docs.aws.amazon.com/test",
    publisher: "the role",
    otel_prefix: "aws.test.",
    levels: [{ name: "model", dimensions: ["ModelId"] }, { name: "tier", dimensions: ["Tier", "ModelId"] }],
    reason: "It has all.",
    dimensions: [
      { name: "ModelId", otel: "gen_ai.request.model", otel_part: "after_last_slash", description: "Model" },
      { name: "Tier", otel: "aws.test.tier", description: "Tier" },
    ],
    metrics: metrics.map((metric) => ({ unit: "{call}", description: "Counts | calls", ...metric })),
    sample: { dimensions: {}, values: {} },
    ...others,
  };
  return parseMetricTable(JSON.stringify(table), "test.yml");
}

const common = metricAttributes(
  { name: "data_stream.dataset", elasticsearch: "constant_keyword", enum: ["DATASET"] },
  { name: "metricset.period", otlp: "int", elasticsearch: "long", unit: "ms" },
  { name: "cloud.region", modes: ["ecs", "integration", "otel"], time_series_dimension: true },
  { name: "aws.dimensions.*", modes: ["ecs", "integration", "otel"], time_series_dimension: true },
);
const table = metricTable([
  { name: "Calls", aliases: ["CallCount"], statistics: ["Sum", "Maximum"], period: 60 },
  { name: "Latency", statistics: ["Average"], percentiles: ["p99"], type: "double", unit: "ms", level: "tier" },
]);
const metrics = metricStreamOf("runtime", table);

/** A small data stream of metrics. */
export const RUNTIME_TABLES: MetricsTables = {
  stream: "runtime",
  signal: "metrics",
  fields: metricAttributesOf(metrics, { table, common }),
  storeFields: [],
  metrics,
  table,
};
