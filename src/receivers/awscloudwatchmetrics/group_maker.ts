import { createHash } from "node:crypto";
import type { Attributes } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { resourceFromAttributes } from "@opentelemetry/resources";
import type { MetricGroup } from "../../component/batch.ts";
import { type DimensionPart, type MetricStream, UNKNOWN_DIMENSION_PREFIX } from "../../mappings/metric.ts";
import { VERSION } from "../../version.ts";
import type { MetricsConfig } from "./config.ts";
import type { DimensionSet } from "./dimension_set.ts";

export interface GroupMakerOptions {
  readonly stream: MetricStream;
  readonly region: string;
  readonly config: MetricsConfig;
  /** `service.telemetry.resource`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** About the encoded size of a point beside its attributes. */
const POINT_BYTES = 40;

/** Makes groups of data points of the values of one namespace and region. */
export class GroupMaker {
  readonly #options: GroupMakerOptions;
  readonly #resource: MetricGroup["resource"];
  readonly #scope: MetricGroup["instrumentationScope"];

  constructor(options: GroupMakerOptions) {
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

  /** `timeMs`: start of the period. `isAddition`: other values of this set and time have a document of their own. */
  groupOf(
    set: DimensionSet,
    { timeMs, periodMs, values, isAddition }: {
      readonly timeMs: number;
      readonly periodMs: number;
      readonly values: MetricGroup["values"];
      readonly isAddition: boolean;
    },
  ): MetricGroup {
    const { config, region, stream: { namespace } } = this.#options;
    const attributes = this.#attributesOf(set, periodMs);
    if (isAddition && config.mapping !== "otel") attributes["aws.metrics_names_fingerprint"] = fingerprintOf(values);
    const sizeBytes = values.size * (JSON.stringify(attributes).length + POINT_BYTES);
    const source = { name: `cloudwatch:${set.account}/${region}/${namespace}` };
    const position = [new Date(timeMs).toISOString(), ...set.dimensions.map(({ name, value }) => `${name}=${value}`)]
      .join(" ");
    return {
      origin: { source, position, id: `${source.name} ${position}`, sizeBytes },
      sizeBytes,
      resource: this.#resource,
      instrumentationScope: this.#scope,
      attributes,
      startTime: millisToHrTime(timeMs),
      // The store takes a point's time for the document's; the Agent's is the start of the period.
      endTime: millisToHrTime(config.mapping === "integration" ? timeMs : timeMs + periodMs),
      values,
    };
  }

  #attributesOf({ account, dimensions }: DimensionSet, periodMs: number): Attributes {
    const { stream, region, config } = this.#options;
    const attributes: Attributes = {
      ...config.fields,
      "data_stream.type": "metrics",
      "data_stream.dataset": stream.dataset,
      "data_stream.namespace": config.namespace,
      ...config.mapping !== "otel" && {
        "event.dataset": stream.dataset,
        "event.module": "aws",
        "metricset.name": "cloudwatch",
        "metricset.period": periodMs,
      },
      "aws.cloudwatch.namespace": stream.namespace,
      "cloud.provider": "aws",
      "cloud.account.id": account,
      "cloud.account.name": account,
      "cloud.region": region,
    };
    for (const { name, value } of dimensions) {
      const known = stream.dimensions.find((known) => known.name === name)?.attributes[config.mapping];
      if (known === undefined) attributes[UNKNOWN_DIMENSION_PREFIX + name] = value;
      for (const attribute of known ?? []) {
        const part = partOf(value, attribute.part);
        if (part !== undefined) attributes[attribute.name] = part;
      }
    }
    return attributes;
  }
}

function partOf(value: string, part: DimensionPart | undefined): string | undefined {
  const [before, after] = value.split("::", 2);
  switch (part) {
    case undefined:
      return value;
    case "after_last_slash":
      return value.slice(value.lastIndexOf("/") + 1);
    case "before_double_colon":
      return after === undefined ? undefined : before;
    case "after_double_colon":
      return after;
  }
}

/** A time series takes one document for each time: this makes it another series. */
function fingerprintOf(values: MetricGroup["values"]): string {
  const names = Array.from(values.keys(), ({ name }) => name).sort();
  return createHash("sha256").update(names.join("\0")).digest("hex").slice(0, 16);
}
