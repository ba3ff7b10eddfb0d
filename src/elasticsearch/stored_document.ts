/**
 * Log records as the Collector's `elasticsearch` exporter stores them. What it makes of a record goes by the scope attribute
 * `elastic.mapping.mode`. What no record of ours has (geo points, mapping hints) is left out.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/elasticsearchexporter
 */
import type { HrTime } from "@opentelemetry/api";
import type { LogRecord } from "../component/batch.ts";
import type { TypeOf } from "../mappings/field.ts";
import { isMap } from "../otlp/values.ts";
import { dataStreamOf } from "./data_stream.ts";
import { DottedFields, isoTime } from "./dotted_fields.ts";
import { addResource, addSender } from "./ecs_resource.ts";
import { type JsonWriter, writtenText } from "./json_writer.ts";
import { documentText, objectText, valueText } from "./json_text.ts";
import {
  attributesText,
  dataStreamText,
  epochText,
  optionalNumber,
  optionalText,
  resourceText,
  scopeText,
} from "./otel_text.ts";

/** A log record without what a pipeline adds to it. */
export type StorableRecord = Omit<LogRecord, "origin" | "sizeBytes">;

/**
 * The document as JSON in one line. `typeOf`: the types of numbers.
 *
 * @throws {Error} the record's mode stores its body, and that is no document: the exporter drops the record.
 */
export function storedDocument(record: StorableRecord, typeOf: TypeOf): string {
  return writtenText((writer) => writeDocument(writer, record, typeOf));
}

/** Writes the same. */
export function writeDocument(writer: JsonWriter, record: StorableRecord, typeOf: TypeOf): void {
  switch (record.instrumentationScope.attributes?.["elastic.mapping.mode"]) {
    case "ecs":
      return writeEcs(writer, record, typeOf);
    case "bodymap":
      if (!isMap(record.body)) throw new Error("Cannot store the record: its body is no document");
      return writer.json(documentText(record.body, typeOf));
    default:
      return writer.json(otelDocument(record, typeOf));
  }
}

/** Attributes that the exporter gives ECS's name. */
const ECS_NAMES: ReadonlyMap<string, string> = new Map([
  ["event.name", "event.action"],
  ["exception.message", "error.message"],
  ["exception.stacktrace", "error.stacktrace"],
  ["exception.type", "error.type"],
  ["exception.escaped", "event.error.exception.handled"],
]);

/** Used again for each record. */
const fields = new DottedFields();

function writeEcs(writer: JsonWriter, record: StorableRecord, typeOf: TypeOf): void {
  try {
    addEcs(fields, record, typeOf);
    fields.writeTo(writer);
  } finally {
    fields.clear();
  }
}

/** Attributes at the root, and a text as `message`; any other body is lost. */
function addEcs(document: DottedFields, record: StorableRecord, typeOf: TypeOf): void {
  const { attributes, resource, instrumentationScope: scope, severityText, severityNumber, spanContext, body } = record;
  addResource(document, resource.attributes, typeOf);
  document.addAll(scope.attributes ?? {}, typeOf);
  document.addAll(attributes, typeOf, ECS_NAMES);
  const stream = dataStreamOf(attributes, "logs");
  document.add("data_stream.type", stream["data_stream.type"]);
  document.add("data_stream.dataset", stream["data_stream.dataset"]);
  document.add("data_stream.namespace", stream["data_stream.namespace"]);
  addSender(document, resource.attributes);
  document.add("@timestamp", isoTime(timeOf(record)));
  document.add("trace.id", spanContext?.traceId);
  document.add("span.id", spanContext?.spanId);
  document.add("event.severity", severityNumber || undefined, { type: "int" });
  document.add("log.level", severityText || undefined);
  if (typeof body === "string") document.add("message", body);
}

/** OpenTelemetry's own structure, its attributes under their dotted names. */
function otelDocument(record: StorableRecord, typeOf: TypeOf): string {
  const { attributes, severityNumber, eventName = attributes["event.name"], spanContext } = record;
  return objectText([
    ["@timestamp", epochText(timeOf(record))],
    ["observed_timestamp", epochText(record.hrTimeObserved)],
    ["data_stream", dataStreamText(attributes, "logs")],
    ["severity_text", optionalText(record.severityText)],
    ["severity_number", optionalNumber(severityNumber)],
    ["trace_id", optionalText(spanContext?.traceId)],
    ["span_id", optionalText(spanContext?.spanId)],
    ["attributes", attributesText(attributes, typeOf)],
    ["dropped_attributes_count", optionalNumber(record.droppedAttributesCount)],
    ["event_name", optionalText(eventName)],
    ["resource", resourceText(record.resource, typeOf)],
    ["scope", scopeText(record.instrumentationScope, typeOf)],
    ["body", bodyText(record.body, typeOf)],
  ]);
}

/** A text as such; else an object, as Elasticsearch takes no lists of anything else. */
function bodyText(body: StorableRecord["body"], typeOf: TypeOf): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (isMap(body)) return objectText([["structured", documentText(body, typeOf)]]);
  if (!Array.isArray(body)) return objectText([["text", valueText(body)]]);
  const list = body.every(isMap) ? body : { value: body };
  return objectText([["structured", valueText(list)]]);
}

/** When it happened, else when it was seen. */
function timeOf({ hrTime, hrTimeObserved }: StorableRecord): HrTime {
  return hrTime[0] === 0 && hrTime[1] === 0 ? hrTimeObserved : hrTime;
}
