import type { Metric } from "../../component/batch.ts";
import { type MetricDefinition, metricName, metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { Events } from "./events.ts";
import { granularityOf, type MetricsConfig, statisticsOf } from "./config.ts";
import { isSum, isWhole, snakeCase } from "../../mappings/statistic.ts";

/** One statistic of one metric, as it is asked for and as it leaves. One object for each. */
export interface Measure extends Metric {
  /** What sent checkpoints call it: the same in every mode. */
  readonly key: string;
  readonly statistic: string;
  /** Time between its points. */
  readonly periodMs: number;
}

export interface CatalogueOptions {
  readonly stream: MetricStream;
  readonly config: MetricsConfig;
  readonly events: Events;
}

/** Knows how the metrics of a namespace leave; what the table does not know leaves as an Average. */
export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #measures = new Map<string, readonly Measure[]>();

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  /** The measures of a metric by its name in CloudWatch. */
  measuresOf(metric: string): readonly Measure[] {
    return this.#measures.getOrInsertComputed(metric, () => this.#create(metric));
  }

  /** The measure that checkpoints call so. */
  measureOf(key: string): Measure {
    const at = key.lastIndexOf(" ");
    const metric = key.slice(0, at);
    return this.measuresOf(metric).find((measure) => measure.key === key) ??
      this.#measure(this.#definitionOf(metric), key.slice(at + 1));
  }

  #definitionOf(metric: string): MetricDefinition {
    return metricNamed(this.#options.stream, metric) ?? this.#unknown(metric);
  }

  #create(metric: string): Measure[] {
    const { config } = this.#options;
    const definition = this.#definitionOf(metric);
    const statistics = statisticsOf(config, metric) ?? statisticsOf(config, definition.name) ??
      [...definition.statistics, ...config.statistics === "percentiles" ? definition.percentiles ?? [] : []];
    return [...new Set(statistics)].map((statistic) => this.#measure(definition, statistic));
  }

  #unknown(metric: string): MetricDefinition {
    const { stream: { namespace, prefix, otelPrefix, statisticNames }, events } = this.#options;
    events.emit("awscloudwatchmetrics.unknown_metric", { metric: `${namespace} ${metric}` });
    const name = snakeCase(metric);
    return {
      name: metric,
      statistics: ["Average"],
      field: prefix + (statisticNames === "dotted" ? metric.replace(/[^\w-]+/g, "_") : name),
      otelName: otelPrefix + name,
      unit: "",
      type: "double",
      description: "",
    };
  }

  #measure(definition: MetricDefinition, statistic: string): Measure {
    const { stream, config } = this.#options;
    const isCount = statistic === "SampleCount";
    return {
      key: `${definition.name} ${statistic}`,
      statistic,
      // No longer than the others are: a period of an hour may be read every hour only.
      periodMs: Math.min((definition.periodSeconds ?? Infinity) * 1000, granularityOf(config)),
      name: metricName(stream, definition, { statistic, mode: config.mapping }),
      description: definition.description,
      unit: isCount ? "{sample}" : definition.unit,
      type: isCount || (definition.type === "int" && isWhole(statistic)) ? "int" : "double",
      isSum: isSum(statistic),
    };
  }
}
