/**
 * The tables of a data stream of metrics. `mappings/<stream>/metrics.yml` says of each metric how CloudWatch calls it and
 * how it leaves; `mappings/<stream>/fields.yml` says it of the attributes of the points, in the grammar of the other
 * field tables with `dimension`, `part` and `time_series_dimension` added, and without what is about content.
 */
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import { type FieldEntry, fieldShape, parseTable } from "./field_table.ts";
import {
  type DimensionAttribute,
  METRIC_MODES,
  type MetricMode,
  type MetricStream,
} from "../../src/mappings/metric.ts";

const metric = z.strictObject({
  /** CloudWatch's name. */
  name: z.string().regex(/^[A-Za-z0-9]+$/),
  aliases: z.array(z.string()).default([]),
  statistic: z.enum(["Sum", "Average"]),
  /** The name in modes ecs and integration, below `aws_bedrock.<stream>.`. */
  field: z.string().regex(/^[a-z][a-z0-9_.]*$/),
  /** The name in mode otel. */
  otel: z.string().regex(/^[a-z][a-z0-9_.]*$/),
  unit: z.string().min(1),
  type: z.enum(["int", "double"]),
  without_dimensions: z.boolean().default(false),
  description: z.string().min(1),
});

export type MetricEntry = z.infer<typeof metric>;

const metricTable = z.strictObject({
  namespaces: z.array(z.strictObject({ name: z.string().min(1), default: z.boolean() })).min(1),
  otel_prefix: z.string().endsWith("."),
  metrics: z.array(metric).min(1),
});

export type MetricTable = z.infer<typeof metricTable>;

const attribute = fieldShape
  .pick({ name: true, otlp: true, elasticsearch: true, unit: true, description: true, from: true, enum: true })
  .extend({
    modes: z.array(z.enum(METRIC_MODES)).min(1),
    /** The dimension in CloudWatch whose value it has. It tells time series apart. */
    dimension: z.string().min(1).optional(),
    /** What of the dimension's value it is. */
    part: z.enum(["after_last_slash"]).optional(),
    /** Whether points that differ in it are of different time series. */
    time_series_dimension: z.boolean().default(false),
  })
  .refine(
    ({ elasticsearch, dimension, time_series_dimension: tells }) =>
      elasticsearch === "keyword" || (dimension === undefined && !tells),
    "expected elasticsearch: keyword for what tells time series apart",
  )
  .transform((entry): MetricAttribute => ({
    ...entry,
    indexed: true,
    without_content: true,
    time_series_dimension: entry.time_series_dimension || entry.dimension !== undefined,
  }));

/** An attribute of a data point. None has anything of a prompt. */
export interface MetricAttribute extends FieldEntry {
  readonly modes: MetricMode[];
  readonly dimension?: string | undefined;
  readonly part?: DimensionAttribute["part"] | undefined;
  readonly time_series_dimension: boolean;
}

/** Reads the attributes of a data stream of metrics, as `parseFieldTable` does. */
export function parseMetricAttributes(text: string, path: string): MetricAttribute[] {
  return parseTable(attribute, text, path);
}

/** Reads the metrics of a data stream. Throws an error that lists every mistake; `path` names the table in it. */
export function parseMetricTable(text: string, path: string): MetricTable {
  const result = metricTable.safeParse(parseYaml(text));
  if (!result.success) {
    throw new Error(`Cannot read the metric table: ${path} is wrong\n${z.prettifyError(result.error)}`);
  }
  const { metrics } = result.data;
  for (
    const names of [
      metrics.flatMap(cloudWatchNames),
      metrics.map(({ field }) => field),
      metrics.map(({ otel }) => otel),
    ]
  ) {
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    if (twice.length > 0) {
      throw new Error(`Cannot read the metric table: ${path} has names more than once: ${twice.join(", ")}`);
    }
  }
  return result.data;
}

function cloudWatchNames({ name, aliases }: MetricEntry): string[] {
  return [name, ...aliases];
}

/** What the program is to know of a data stream. Throws when a dimension lacks an attribute in some mode. */
export function metricStreamOf(
  stream: string,
  { table, attributes }: { table: MetricTable; attributes: readonly MetricAttribute[] },
): MetricStream {
  const prefix = `aws_bedrock.${stream}.`;
  const names = new Set(attributes.flatMap(({ dimension }) => dimension ?? []));
  return {
    dataset: `aws_bedrock.${stream}`,
    namespaces: table.namespaces,
    prefix,
    otelPrefix: table.otel_prefix,
    metrics: table.metrics.map(({ field, otel, without_dimensions: withoutDimensions, ...entry }) => ({
      name: entry.name,
      aliases: entry.aliases,
      statistic: entry.statistic,
      field: prefix + field,
      otelName: otel,
      unit: entry.unit,
      type: entry.type,
      withoutDimensions,
      description: entry.description,
    })),
    dimensions: Array.from(names, (name) => ({
      name,
      attributes: {
        ecs: attributeOf(name, "ecs", attributes),
        integration: attributeOf(name, "integration", attributes),
        otel: attributeOf(name, "otel", attributes),
      },
    })),
  };
}

function attributeOf(dimension: string, mode: MetricMode, attributes: readonly MetricAttribute[]): DimensionAttribute {
  const found = attributes.filter((entry) => entry.dimension === dimension && entry.modes.includes(mode));
  const [entry] = found;
  if (entry === undefined || found.length > 1) {
    throw new Error(
      `Cannot read the field table: dimension ${dimension} has ${found.length} attributes in mode ${mode}`,
    );
  }
  return { name: entry.name, ...entry.part === undefined ? undefined : { part: entry.part } };
}
