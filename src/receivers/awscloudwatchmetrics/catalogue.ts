import type { Metric } from "../../component/batch.ts";
import { type MetricDefinition, metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { Events } from "./events.ts";
import { type MetricsConfig, statisticsOf } from "./config.ts";
import { isSum, isWhole, snakeCase } from "./statistic.ts";

/** One statistic of one metric, as it is asked for and as it leaves. One object for each. */
export interface Measure extends Metric {
  /** What sent checkpoints call it: the same in every mode. */
  readonly key: string;
  readonly statistic: string;
}

export interface CatalogueOptions {
  readonly stream: MetricStream;
  readonly namespace: string;
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
    let measures = this.#measures.get(metric);
    if (measures === undefined) this.#measures.set(metric, measures = this.#create(metric));
    return measures;
  }

  #create(metric: string): Measure[] {
    const { stream, config } = this.#options;
    const definition = metricNamed(stream, metric) ?? this.#unknown(metric);
    const statistics = statisticsOf(config, metric) ?? statisticsOf(config, definition.name) ?? [definition.statistic];
    return [...new Set(statistics)].map((statistic) => this.#measure(definition, statistic));
  }

  #unknown(metric: string): MetricDefinition {
    const { stream: { prefix, otelPrefix }, namespace, events } = this.#options;
    events.emit("awscloudwatchmetrics.unknown_metric", { metric: `${namespace} ${metric}` });
    const name = snakeCase(metric);
    return {
      name: metric,
      aliases: [],
      statistic: "Average",
      field: prefix + name,
      otelName: otelPrefix + name,
      unit: "",
      type: "double",
      withoutDimensions: false,
      description: "",
    };
  }

  #measure(definition: MetricDefinition, statistic: string): Measure {
    const name = this.#options.config.mapping === "otel" ? definition.otelName : definition.field;
    const suffix = statistic === definition.statistic ? "" : `_${snakeCase(statistic)}`;
    const isCount = statistic === "SampleCount";
    return {
      key: `${definition.name} ${statistic}`,
      statistic,
      name: name + suffix,
      description: definition.description,
      unit: isCount ? "{sample}" : definition.unit,
      type: isCount || (definition.type === "int" && isWhole(statistic)) ? "int" : "double",
      isSum: isSum(statistic),
    };
  }
}
