/** Parts of a document in OpenTelemetry's own structure, as JSON; undefined where the exporter writes nothing. */
import type { HrTime } from "@opentelemetry/api";
import type { LogRecord, Signal } from "../component/batch.ts";
import type { TypeOf } from "../mappings/field.ts";
import { nanosOf } from "../otlp/values.ts";
import { dataStreamOf } from "./data_stream.ts";
import { objectText, stringText, valueText } from "./json_text.ts";

type Attributes = Readonly<Record<string, unknown>>;

/** Attributes that route a document and give it its id: they are no part of it. */
const ROUTING: ReadonlySet<string> = new Set([
  "data_stream.type",
  "data_stream.dataset",
  "data_stream.namespace",
  "elasticsearch.document_id",
  "elasticsearch.index",
  "elasticsearch.ingest_pipeline",
  "elasticsearch.mapping.hints",
  "elastic.mapping.mode",
]);

/** A text that is not empty. */
export function optionalText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? stringText(value) : undefined;
}

/** A number that is not 0. */
export function optionalNumber(value: number | undefined): string | undefined {
  return value ? valueText(value) : undefined;
}

/** Milliseconds since 1970, and after the point nanoseconds: `1772594003000.0`. */
export function epochText(time: HrTime): string {
  const nanos = nanosOf(time);
  return `"${nanos / 1_000_000n}.${nanos % 1_000_000n}"`;
}

export function dataStreamText(attributes: Attributes, signal: Signal): string {
  const stream = dataStreamOf(attributes, signal);
  return objectText([
    ["type", stringText(stream["data_stream.type"])],
    ["dataset", stringText(`${stream["data_stream.dataset"]}.otel`)],
    ["namespace", stringText(stream["data_stream.namespace"])],
  ]);
}

/** Attributes under their dotted names. */
export function attributesText(attributes: Attributes, typeOf: TypeOf): string | undefined {
  const names = Object.keys(attributes);
  if (names.length === 0) return undefined;
  return objectText(
    names.map((name) => [
      name,
      ROUTING.has(name) ? undefined : valueText(attributes[name], { type: typeOf(name) }),
    ]),
  );
}

export function resourceText({ schemaUrl, attributes }: LogRecord["resource"], typeOf: TypeOf): string {
  return objectText([["schema_url", optionalText(schemaUrl)], ["attributes", attributesText(attributes, typeOf)]]);
}

export function scopeText(scope: LogRecord["instrumentationScope"], typeOf: TypeOf): string {
  return objectText([
    ["schema_url", optionalText(scope.schemaUrl)],
    ["name", optionalText(scope.name)],
    ["version", optionalText(scope.version)],
    ["attributes", attributesText(scope.attributes ?? {}, typeOf)],
    ["dropped_attributes_count", optionalNumber(scope.droppedAttributesCount)],
  ]);
}
