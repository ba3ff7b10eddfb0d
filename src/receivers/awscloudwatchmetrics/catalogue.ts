import type { Metric } from "../../component/batch.ts";
import { type MetricDefinition, type MetricMode, metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { Events } from "./events.ts";
import { type MetricsConfig, statisticsOf } from "./config.ts";
import { isSum, isWhole, snakeCase } from "./statistic.ts";

/** One statistic of one metric, as it is asked for and as it leaves. */
export interface Measure extends Metric {
  /** What is remembered of it: the same whatever the mode is. */
  readonly key: string;
  readonly statistic: string;
}

export interface CatalogueOptions {
  readonly namespace: string;
  readonly config: MetricsConfig;
  readonly events: Events;
}

/** Knows how the metrics of a namespace leave; what the table does not know leaves as an Average. */
export class Catalogue {
  readonly #stream: MetricStream;
  readonly #options: CatalogueOptions;
  readonly #measures = new Map<string, readonly Measure[]>();

  constructor(stream: MetricStream, options: CatalogueOptions) {
    this.#stream = stream;
    this.#options = options;
  }

  /** The measures of a metric by its name in CloudWatch. */
  measuresOf(metric: string): readonly Measure[] {
    let measures = this.#measures.get(metric);
    if (measures === undefined) this.#measures.set(metric, measures = this.#create(metric));
    return measures;
  }

  #create(metric: string): Measure[] {
    const { namespace, config, events } = this.#options;
    const known = metricNamed(this.#stream, metric);
    if (known === undefined) {
      events.emit("awscloudwatchmetrics.unknown_metric", { metric: `${namespace} ${metric}` });
    }
    const definition = known ?? this.#unknown(metric);
    const statistics = statisticsOf(config, metric) ?? statisticsOf(config, definition.name) ?? [definition.statistic];
    return [...new Set(statistics)].map((statistic) => measureOf(definition, { statistic, mode: config.mapping }));
  }

  #unknown(metric: string): MetricDefinition {
    const name = snakeCase(metric);
    return {
      name: metric,
      aliases: [],
      statistic: "Average",
      field: this.#stream.prefix + name,
      otelName: this.#stream.otelPrefix + name,
      unit: "",
      type: "double",
      withoutDimensions: false,
      description: "",
    };
  }
}

function measureOf(
  { name, field, otelName, unit, type, description, statistic: plain }: MetricDefinition,
  { statistic, mode }: { statistic: string; mode: MetricMode },
): Measure {
  const suffix = statistic === plain ? "" : `_${snakeCase(statistic)}`;
  const isInt = statistic === "SampleCount" || (type === "int" && isWhole(statistic));
  return {
    key: `${name} ${statistic}`,
    statistic,
    name: (mode === "otel" ? otelName : field) + suffix,
    description,
    unit: statistic === "SampleCount" ? "{sample}" : unit,
    type: isInt ? "int" : "double",
    isSum: isSum(statistic),
  };
}
