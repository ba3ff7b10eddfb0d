/**
 * Mapped records as Elasticsearch holds them behind the Collector's `elasticsearch` exporter. What the exporter makes
 * of a record goes by the scope attribute `elastic.mapping.mode`.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/elasticsearchexporter
 */
import type { HrTime } from "@opentelemetry/api";
import { FieldLookup } from "../mappings/field.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { MAX_DEPTH, textOfNested } from "../otlp/values.ts";
import type { LogRecord } from "../component/batch.ts";

/** How a document names its fields: `{"event": {"id": …}}` or `{"event.id": …}`. */
export type Keys = "nested" | "dotted";

/** A JSON object of plain values. */
export interface StoredObject {
  [name: string]: StoredValue;
}
export type StoredValue = string | number | boolean | null | StoredValue[] | StoredObject;

/** The document of a record; without `keys` its fields are named as the store has them. */
export function storedDocument(record: LogRecord, keys?: Keys): StoredObject {
  switch (record.instrumentationScope.attributes?.["elastic.mapping.mode"]) {
    case "ecs":
      return keys === "dotted" ? rootDocument(record) : nested(rootDocument(record));
    case "bodymap":
      return keys === "dotted" ? dotted(objectOf(record.body)) : objectOf(record.body);
    default:
      return otelDocument(record, keys === "nested" ? nested : (attributes) => attributes);
  }
}

/** Attributes at the root, and a text as `message`. */
function rootDocument({ hrTime, resource, attributes, severityText, severityNumber, body }: LogRecord): StoredObject {
  return {
    "@timestamp": timeText(hrTime),
    ...objectOf(resource.attributes),
    ...objectOf(attributes),
    "log.level": severityText ?? null,
    "event.severity": severityNumber ?? null,
    ...body === undefined ? undefined : { message: storedValue(body) },
  };
}

/** Attributes that the exporter takes out of the document: they say where it goes and under which id. */
const ROUTING: ReadonlySet<string> = new Set([
  "data_stream.type",
  "data_stream.dataset",
  "data_stream.namespace",
  "elasticsearch.document_id",
]);

/** OpenTelemetry's own structure. */
function otelDocument(record: LogRecord, named: (attributes: StoredObject) => StoredObject): StoredObject {
  const { attributes, resource, instrumentationScope: scope, severityText, severityNumber, eventName, body } = record;
  const kept = Object.entries(objectOf(attributes)).filter(([name]) => !ROUTING.has(name));
  return {
    "@timestamp": timeText(record.hrTime),
    observed_timestamp: timeText(record.hrTimeObserved),
    data_stream: {
      type: storedValue(attributes["data_stream.type"]),
      dataset: `${attributes["data_stream.dataset"]}.otel`,
      namespace: storedValue(attributes["data_stream.namespace"]),
    },
    severity_text: severityText ?? null,
    severity_number: severityNumber ?? null,
    attributes: named(Object.fromEntries(kept)),
    ...eventName === undefined ? undefined : { event_name: eventName },
    resource: { attributes: named(objectOf(resource.attributes)) },
    scope: { schema_url: scope.schemaUrl ?? null, name: scope.name, version: scope.version ?? null },
    ...body === undefined ? undefined : { body: { text: storedValue(body) } },
  };
}

/** Field names at their dots made objects. */
export function nested(document: StoredObject): StoredObject {
  const root: StoredObject = {};
  for (const [name, value] of Object.entries(document)) {
    const parents = name.split(".");
    const last = parents.pop() as string;
    let object = root;
    for (const parent of parents) object = (object[parent] ??= {}) as StoredObject;
    object[last] = value;
  }
  return root;
}

const isField = new FieldLookup(INVOCATION_FIELDS, ({ modes }) => modes.includes("integration"));

/** Objects down to the fields of the table made dotted names: what is in an object field stays as it is. */
function dotted(document: StoredObject, prefix = ""): StoredObject {
  const result: StoredObject = {};
  for (const [key, value] of Object.entries(document)) {
    const name = `${prefix}${key}`;
    const isLeaf = typeof value !== "object" || value === null || Array.isArray(value) || isField.get(name) === true;
    if (isLeaf) result[name] = value;
    else Object.assign(result, dotted(value, `${name}.`));
  }
  return result;
}

export function objectOf(value: unknown): StoredObject {
  return storedValue(value ?? {}) as StoredObject;
}

/** A value as it arrives over OTLP; `depth`: lists and maps around it. */
function storedValue(value: unknown, depth = 0): StoredValue {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object" || value === null) return null;
  if (depth === MAX_DEPTH) return textOfNested(value).toWellFormed();
  if (Array.isArray(value)) return value.map((element) => storedValue(element, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, element]) => [name.toWellFormed(), storedValue(element, depth + 1)]),
  );
}

/** RFC 3339 in UTC, with three decimals or, where it has more, nine. */
export function timeText([seconds, nanos]: HrTime): string {
  const text = new Date(seconds * 1000 + Math.floor(nanos / 1e6)).toISOString();
  return nanos % 1e6 === 0 ? text : text.replace(/\d{3}Z$/, `${String(nanos).padStart(9, "0")}Z`);
}
