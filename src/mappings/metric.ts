/** What the program knows of CloudWatch's metrics at run time: the shape of the generated tables. */

/** The modes that metrics can leave in. */
export const METRIC_MODES = ["ecs", "integration", "otel"] as const;
export type MetricMode = typeof METRIC_MODES[number];

/** A metric of a data stream. */
export interface MetricDefinition {
  /** Its name in CloudWatch. */
  readonly name: string;
  /** Other names that CloudWatch has been seen to use for it. */
  readonly aliases: readonly string[];
  /** The statistic that has the metric's plain name, and is asked for by default. */
  readonly statistic: "Sum" | "Average";
  /** Its name in modes `ecs` and `integration`. */
  readonly field: string;
  /** Its name in mode `otel`. */
  readonly otelName: string;
  /** As UCUM has it. */
  readonly unit: string;
  readonly type: "int" | "double";
  /** Whether CloudWatch has it without dimensions only: then it is no total of others. */
  readonly withoutDimensions: boolean;
  readonly description: string;
}

/** The attribute that a dimension leaves as. */
export interface DimensionAttribute {
  readonly name: string;
  /** What of the value it is; absent: all of it. */
  readonly part?: "after_last_slash";
}

/** A dimension of a data stream's metrics. */
export interface DimensionDefinition {
  /** Its name in CloudWatch. */
  readonly name: string;
  readonly attributes: Readonly<Record<MetricMode, DimensionAttribute>>;
}

/** A data stream of metrics. */
export interface MetricStream {
  readonly dataset: string;
  /** The namespaces of CloudWatch that it is of, each with whether it is read by default. */
  readonly namespaces: readonly { readonly name: string; readonly default: boolean }[];
  /** What the names of unknown metrics start with in modes `ecs` and `integration`. */
  readonly prefix: string;
  /** What they start with in mode `otel`. */
  readonly otelPrefix: string;
  readonly metrics: readonly MetricDefinition[];
  readonly dimensions: readonly DimensionDefinition[];
}

/** A metric of a data stream by any of its names in CloudWatch. */
export function metricNamed({ metrics }: MetricStream, metric: string): MetricDefinition | undefined {
  return metrics.find(({ name, aliases }) => name === metric || aliases.includes(metric));
}

/** What the name of the attribute of an unknown dimension starts with, in every mode. */
export const UNKNOWN_DIMENSION_PREFIX = "aws.dimensions.";
