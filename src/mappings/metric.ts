/** What the program knows of CloudWatch's metrics at run time: the shape of the generated tables. */
import { snakeCase } from "./statistic.ts";

/** The modes that metrics can leave in. */
export const METRIC_MODES = ["ecs", "integration", "otel"] as const;
export type MetricMode = typeof METRIC_MODES[number];

/** A metric of a data stream. */
export interface MetricDefinition {
  /** Its name in CloudWatch. */
  readonly name: string;
  /** Other names that CloudWatch has been seen to use for it. */
  readonly aliases?: readonly string[] | undefined;
  /** What is asked for by default. The first one has the metric's plain name. */
  readonly statistics: readonly string[];
  /** What the preset `percentiles` asks for beside them. */
  readonly percentiles?: readonly string[] | undefined;
  /** Seconds between its points, where it says something at this resolution only; absent: as the configuration has it. */
  readonly periodSeconds?: number | undefined;
  /** Name of the level that is read of it; absent: the stream's. */
  readonly level?: string | undefined;
  /** Its name in modes `ecs` and `integration`, without what stands for the statistic. */
  readonly field: string;
  /** Its name in mode `otel`. */
  readonly otelName: string;
  /** As UCUM has it. */
  readonly unit: string;
  readonly type: "int" | "double";
  readonly description: string;
}

/** What of a dimension's value an attribute is; `before_double_colon` of a value without `::` is nothing. */
export type DimensionPart = "after_last_slash" | "before_double_colon" | "after_double_colon";

/** An attribute that a dimension leaves as. */
export interface DimensionAttribute {
  readonly name: string;
  /** What of the value it is; absent: all of it. */
  readonly part?: DimensionPart;
}

/** A dimension of a data stream's metrics. */
export interface DimensionDefinition {
  /** Its name in CloudWatch. */
  readonly name: string;
  readonly attributes: Readonly<Record<MetricMode, readonly DimensionAttribute[]>>;
}

/** A set of dimensions that CloudWatch publishes series by. */
export interface Level {
  readonly name: string;
  /** Names of dimensions in CloudWatch, sorted. */
  readonly dimensions: readonly string[];
}

/** A data stream of metrics: one namespace of CloudWatch. */
export interface MetricStream {
  /** Short name of the namespace. */
  readonly name: string;
  readonly dataset: string;
  /** The namespace in CloudWatch. */
  readonly namespace: string;
  /** Whether it is read by default. */
  readonly isDefault: boolean;
  /** What the names of metrics start with in modes `ecs` and `integration`. */
  readonly prefix: string;
  /** What the names of unknown metrics start with in mode `otel`. */
  readonly otelPrefix: string;
  /** `suffix`: a statistic that is not the first has its name as a suffix; `dotted`: each is a field below the metric's. */
  readonly statisticNames: "suffix" | "dotted";
  /** The levels of its series: the first one is read, then what the ones before lack. */
  readonly levels: readonly Level[];
  /** Values of dimensions that stand for all values. */
  readonly totals: Readonly<Record<string, string>>;
  /** Types of its resources, as the tagging API calls them. */
  readonly resourceTypes: readonly string[];
  readonly metrics: readonly MetricDefinition[];
  readonly dimensions: readonly DimensionDefinition[];
}

/** The level without dimensions, the totals of an account, which every namespace may have. */
export const ACCOUNT_LEVEL: Level = { name: "account", dimensions: [] };

/** All levels that a configuration may name. */
export function allLevels({ levels }: MetricStream): Level[] {
  return [...levels, ACCOUNT_LEVEL];
}

/** A metric of a data stream by any of its names in CloudWatch. */
export function metricNamed({ metrics }: MetricStream, metric: string): MetricDefinition | undefined {
  return metrics.find(({ name, aliases }) => name === metric || aliases?.includes(metric));
}

/** The Agent's names of statistics, where they are below their metric. */
const DOTTED: Readonly<Record<string, string>> = {
  Average: "avg",
  Maximum: "max",
  Minimum: "min",
  SampleCount: "count",
};

/** The name of a statistic of a metric in a mode. */
export function metricName(
  { statisticNames }: MetricStream,
  { field, otelName, statistics }: Pick<MetricDefinition, "field" | "otelName" | "statistics">,
  { statistic, mode }: { readonly statistic: string; readonly mode: MetricMode },
): string {
  const isDotted = statisticNames === "dotted" && mode !== "otel";
  const suffix = isDotted
    ? `.${DOTTED[statistic] ?? snakeCase(statistic)}`
    : statistic === statistics[0]
    ? ""
    : `_${snakeCase(statistic)}`;
  return (mode === "otel" ? otelName : field) + suffix;
}

/** What the name of the attribute of an unknown dimension starts with, in every mode. */
export const UNKNOWN_DIMENSION_PREFIX = "aws.dimensions.";
