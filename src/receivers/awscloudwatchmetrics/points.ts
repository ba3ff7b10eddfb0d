import { createHash } from "node:crypto";
import type { Attributes } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { type MetricStream, UNKNOWN_DIMENSION_PREFIX } from "../../mappings/metric.ts";
import type { MetricGroup, Source } from "../../component/batch.ts";
import { VERSION } from "../../version.ts";
import { granularityOf, type MetricsConfig } from "./config.ts";
import type { Planned, Value } from "./plan.ts";
import type { SeriesGroup } from "./queries.ts";

export interface PointsOptions {
  readonly stream: MetricStream;
  readonly namespace: string;
  readonly region: string;
  readonly config: MetricsConfig;
  /** `service.telemetry.resource`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** About the encoded size of a point beside its attributes. */
const POINT_BYTES = 40;

/** Makes data points of the values of one namespace and region. */
export class PointMaker {
  readonly #options: PointsOptions;
  readonly #resource: MetricGroup["resource"];
  readonly #scope: MetricGroup["instrumentationScope"];
  /** Points of one group have the same attributes at all times. */
  readonly #attributes = new WeakMap<SeriesGroup, { attributes: Attributes; sizeBytes: number; source: Source }>();

  constructor(options: PointsOptions) {
    this.#options = options;
    this.#resource = resourceFromAttributes({
      "cloud.provider": "aws",
      "service.name": "bedrock-otel",
      ...options.resource,
    });
    const scope = { name: "bedrock-otel", version: VERSION };
    this.#scope = options.config.mapping === "otel"
      ? scope
      : { ...scope, attributes: { "elastic.mapping.mode": "ecs" } };
  }

  /** All points of one group and time. */
  groupOf({ group, timeMs, values, isAddition }: Planned): MetricGroup {
    const { config } = this.#options;
    const { attributes, sizeBytes, source } = this.#of(group);
    const all = isAddition && config.mapping !== "otel"
      ? { ...attributes, "aws.metrics_names_fingerprint": fingerprintOf(values) }
      : attributes;
    const bytes = values.length * (sizeBytes + POINT_BYTES);
    const position = [new Date(timeMs).toISOString(), ...group.dimensions.map(({ name, value }) => `${name}=${value}`)]
      .join(" ");
    return {
      origin: { source, position, id: `${source.name} ${position}`, sizeBytes: bytes },
      sizeBytes: bytes,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      attributes: all,
      startTime: millisToHrTime(timeMs),
      // The store takes a point's time for the document's; the Agent's is the start of the period.
      endTime: millisToHrTime(config.mapping === "integration" ? timeMs : timeMs + granularityOf(config)),
      values: new Map(
        values.map(({ measure, value }) => [measure, measure.type === "int" ? Math.round(value) : value]),
      ),
    };
  }

  #of(group: SeriesGroup) {
    let found = this.#attributes.get(group);
    if (found === undefined) {
      const { region, namespace } = this.#options;
      const attributes = this.#attributesOf(group);
      const sizeBytes = JSON.stringify(attributes).length;
      const source = { name: `cloudwatch:${group.account}/${region}/${namespace}` };
      this.#attributes.set(group, found = { attributes, sizeBytes, source });
    }
    return found;
  }

  #attributesOf({ account, dimensions }: SeriesGroup): Attributes {
    const { stream, namespace, region, config } = this.#options;
    const attributes: Attributes = {
      ...config.fields,
      "data_stream.type": "metrics",
      "data_stream.dataset": stream.dataset,
      "data_stream.namespace": config.namespace,
      ...config.mapping !== "otel" && {
        "event.dataset": stream.dataset,
        "event.module": "aws",
        "metricset.name": "cloudwatch",
        "metricset.period": granularityOf(config),
      },
      "aws.cloudwatch.namespace": namespace,
      "cloud.provider": "aws",
      "cloud.account.id": account,
      "cloud.account.name": account,
      "cloud.region": region,
    };
    for (const { name, value } of dimensions) {
      const attribute = stream.dimensions.find((known) => known.name === name)?.attributes[config.mapping];
      if (attribute === undefined) attributes[UNKNOWN_DIMENSION_PREFIX + name] = value;
      else attributes[attribute.name] = attribute.part === undefined ? value : value.slice(value.lastIndexOf("/") + 1);
    }
    return attributes;
  }
}

/** A time series takes one document for each time: this makes it another series. */
function fingerprintOf(values: readonly Value[]): string {
  const names = values.map(({ measure }) => measure.name).sort();
  return createHash("sha256").update(names.join("\0")).digest("hex").slice(0, 16);
}
