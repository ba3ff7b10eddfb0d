/**
 * The tables of the data streams of metrics. `mappings/metrics/<stream>.yml` says of a namespace of CloudWatch what it is
 * about and where AWS describes it, by which dimensions its series are published (levels) and which of them are read, how
 * each dimension and each metric leaves, and a sample. `mappings/metric_fields.yml` has the attributes that all points have,
 * in the grammar of the other field tables with `time_series_dimension` added, and without what is about content.
 */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { type FieldEntry, fieldShape, parseTable } from "./field_table.ts";
import {
  type DimensionAttribute,
  METRIC_MODES,
  type MetricMode,
  metricName,
  type MetricStream,
} from "../../src/mappings/metric.ts";
import { isStatistic, snakeCase } from "../../src/mappings/statistic.ts";

const NAME = /^[a-z][a-z0-9_.]*$/;
const statistic = z.string().refine(isStatistic, "expected a statistic");

const metric = z.strictObject({
  /** CloudWatch's name. */
  name: z.string().regex(/^[A-Za-z0-9.-]+$/),
  aliases: z.array(z.string()).optional(),
  /** The first one has the plain name. */
  statistics: z.array(statistic).min(1).default(["Sum"]),
  percentiles: z.array(statistic).optional(),
  /** Seconds between its points, where it is to be read at this resolution only. */
  period: z.int().multipleOf(60).optional(),
  /** The level that is read of it, where it is not the first one. */
  level: z.string().optional(),
  /** The name in modes ecs and integration, below the table's prefix; default: CloudWatch's in snake case. */
  field: z.string().regex(NAME).optional(),
  /** The name in mode otel, below the table's prefix; default: the field's. */
  otel: z.string().regex(NAME).optional(),
  unit: z.string().min(1),
  type: z.enum(["int", "double"]).default("int"),
  description: z.string().min(1),
});

const dimension = z.strictObject({
  /** CloudWatch's name. */
  name: z.string().min(1),
  /** The whole name of the attribute in modes ecs and integration; default: CloudWatch's in snake case, below the prefix. */
  field: z.string().min(1).optional(),
  /** The whole name of the attribute in mode otel. */
  otel: z.string().regex(NAME),
  otel_part: z.literal("after_last_slash").optional(),
  /** Attributes of modes ecs and integration that are a part of the value. */
  derived: z.array(z.strictObject({
    name: z.string().regex(NAME),
    part: z.enum(["before_double_colon", "after_double_colon"]),
    description: z.string().min(1),
  })).default([]),
  description: z.string().min(1),
});

const metricTable = z.strictObject({
  namespace: z.string().min(1),
  /** Whether it is read unless the configuration says otherwise. */
  default: z.boolean(),
  about: z.string().min(1),
  /** Where AWS describes it. */
  page: z.url(),
  /** Whose permission `cloudwatch:PutMetricData` AWS uses, where it is not AWS's own. */
  publisher: z.string().min(1).optional(),
  dataset: z.string().regex(NAME).optional(),
  prefix: z.string().endsWith(".").optional(),
  otel_prefix: z.string().endsWith("."),
  statistic_names: z.enum(["suffix", "dotted"]).default("suffix"),
  resource_types: z.array(z.string().min(1)).default(["bedrock"]),
  totals: z.record(z.string(), z.string()).default({}),
  /** The first one is read, and of what it lacks the next ones. */
  levels: z.array(z.strictObject({ name: z.string().regex(/^[a-z_]+$/), dimensions: z.array(z.string()).min(1) })).min(
    1,
  ),
  /** Why the first level is the one that is read. */
  reason: z.string().min(1),
  dimensions: z.array(dimension).min(1),
  metrics: z.array(metric).min(1),
  sample: z.strictObject({
    dimensions: z.record(z.string(), z.string()),
    values: z.record(z.string(), z.number()),
  }),
});

export type MetricTable = z.infer<typeof metricTable>;

const attribute = fieldShape
  .pick({ name: true, otlp: true, elasticsearch: true, unit: true, description: true, from: true, enum: true })
  .extend({
    modes: z.array(z.enum(METRIC_MODES)).min(1),
    /** Whether points that differ in it are of different time series. */
    time_series_dimension: z.boolean().default(false),
  })
  .refine(
    ({ elasticsearch, time_series_dimension: tells }) => elasticsearch === "keyword" || !tells,
    "expected elasticsearch: keyword for what tells time series apart",
  )
  .transform((entry): MetricAttribute => ({ ...entry, indexed: true, without_content: true }));

/** An attribute of a data point. None has anything of a prompt. */
export interface MetricAttribute extends FieldEntry {
  readonly modes: MetricMode[];
  readonly time_series_dimension: boolean;
}

/** Reads the attributes that all points have, as `parseFieldTable` does. */
export function parseMetricAttributes(text: string, path: string): MetricAttribute[] {
  return parseTable(attribute, text, path);
}

/** Reads the table of a namespace. Throws an error that lists every mistake; `path` names the table in it. */
export function parseMetricTable(text: string, path: string): MetricTable {
  const result = metricTable.safeParse(parseYaml(text));
  if (!result.success) throw wrong(path, `\n${z.prettifyError(result.error)}`);
  const { metrics, dimensions, levels } = result.data;
  for (
    const names of [
      metrics.flatMap(({ name, aliases = [] }) => [name, ...aliases]),
      metrics.map(fieldOf),
      metrics.map(otelNameOf),
      dimensions.map(({ name }) => name),
      levels.map(({ name }) => name),
    ]
  ) {
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length > 0) throw wrong(path, `: ${twice.join(", ")} is there more than once`);
  }
  const known = new Set(dimensions.map(({ name }) => name));
  for (const { name, dimensions } of levels) {
    const unknown = dimensions.filter((dimension) => !known.has(dimension));
    if (unknown.length > 0) throw wrong(path, `: level ${name} has unknown dimensions: ${unknown.join(", ")}`);
  }
  const levelNames = new Set(levels.map(({ name }) => name));
  const lost = metrics.filter(({ level }) => level !== undefined && !levelNames.has(level));
  if (lost.length > 0) throw wrong(path, `: ${lost.map(({ name }) => name).join(", ")} has an unknown level`);
  return result.data;
}

function wrong(path: string, what: string): Error {
  return new Error(`Cannot read the metric table: ${path} is wrong${what}`);
}

function fieldOf({ name, field }: { readonly name: string; readonly field?: string | undefined }): string {
  return field ?? snakeCase(name);
}

function otelNameOf(entry: MetricTable["metrics"][number]): string {
  return entry.otel ?? fieldOf(entry);
}

/** What the program is to know of a namespace. */
export function metricStreamOf(stream: string, table: MetricTable): MetricStream {
  const dataset = table.dataset ?? `aws_bedrock.${stream}`;
  const prefix = table.prefix ?? `${dataset}.`;
  const isDotted = table.statistic_names === "dotted";
  return {
    name: stream,
    dataset,
    namespace: table.namespace,
    isDefault: table.default,
    prefix,
    otelPrefix: table.otel_prefix,
    statisticNames: table.statistic_names,
    levels: table.levels.map(({ name, dimensions }) => ({ name, dimensions: [...dimensions].sort() })),
    totals: table.totals,
    resourceTypes: table.resource_types,
    metrics: table.metrics.map((entry) => {
      const { name, period, field: _field, otel: _otel, ...same } = entry;
      return {
        name,
        field: prefix + (isDotted ? name.replaceAll(".", "_") : fieldOf(entry)),
        otelName: table.otel_prefix + otelNameOf(entry),
        ...same,
        ...period !== undefined && { periodSeconds: period },
      };
    }),
    dimensions: table.dimensions.map((entry) => {
      const agent = [
        { name: dimensionField(entry, prefix) },
        ...entry.derived.map(({ name, part }) => ({ name, part })),
      ];
      const otel: DimensionAttribute = {
        name: entry.otel,
        ...entry.otel_part === undefined ? undefined : { part: entry.otel_part },
      };
      return { name: entry.name, attributes: { ecs: agent, integration: agent, otel: [otel] } };
    }),
  };
}

function dimensionField({ name, field }: MetricTable["dimensions"][number], prefix: string): string {
  return field ?? prefix + snakeCase(name);
}

/** The attributes of the points of a namespace: those that all have, and its dimensions. */
export function metricAttributesOf(
  { dataset, prefix }: MetricStream,
  { table, common }: { readonly table: MetricTable; readonly common: readonly MetricAttribute[] },
): MetricAttribute[] {
  const keyword = {
    otlp: "string" as const,
    elasticsearch: "keyword" as const,
    indexed: true,
    without_content: true,
    time_series_dimension: true,
  };
  const dimensions = table.dimensions.flatMap((entry): MetricAttribute[] => {
    const { name, description, otel, otel_part, derived } = entry;
    const from = `dimension ${name}`;
    return [
      { ...keyword, name: dimensionField(entry, prefix), description, from, modes: ["ecs", "integration"] },
      ...derived.map(({ name, description }): MetricAttribute => ({
        ...keyword,
        name,
        description,
        from: `${from}, a part of it`,
        modes: ["ecs", "integration"],
      })),
      {
        ...keyword,
        name: otel,
        description,
        from: otel_part === undefined ? from : `${from}, the id at its end`,
        modes: ["otel"],
      },
    ];
  });
  return [
    ...common.map((entry) => entry.enum?.includes("DATASET") ? { ...entry, enum: [dataset] } : entry),
    ...dimensions,
  ];
}

/** The fields of a metric's statistics by default, and with the preset, in mode ecs. */
export function fieldsOfMetric(
  stream: MetricStream,
  metric: MetricStream["metrics"][number],
): { readonly field: string; readonly statistic: string; readonly isPreset: boolean }[] {
  const field = (statistic: string) => metricName(stream, metric, { statistic, mode: "ecs" });
  return [
    ...metric.statistics.map((statistic) => ({ field: field(statistic), statistic, isPreset: false })),
    ...(metric.percentiles ?? []).map((statistic) => ({ field: field(statistic), statistic, isPreset: true })),
  ];
}
