/**
 * Reading OTLP/JSON logs back: what `json_logs.ts` writes, and what other writers make of the same format.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { Buffer } from "node:buffer";
import type { HrTime } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { exactNumber } from "../mappings/exact_number.ts";
import type { TypeOf } from "../mappings/field.ts";
import type { LogRecord } from "../component/batch.ts";

/** A log record without what a pipeline adds: where it came from and its size. */
export type SentRecord = Omit<LogRecord, "origin" | "sizeBytes">;

/** How a line begins that is an `ExportLogsServiceRequest`. */
export const LOGS_JSON_START = '{"resourceLogs"';

/**
 * The records of an `ExportLogsServiceRequest` as JSON, in order; those of one resource and scope share them.
 * An integer that came in a field of doubles, by `typeOf`, stays one.
 *
 * @throws {Error} it is none. The message quotes nothing of the text.
 */
export function readLogsJson(text: string, typeOf: TypeOf = () => undefined): SentRecord[] {
  try {
    return listOf(mapOf(JSON.parse(text))["resourceLogs"]).flatMap((logs) => recordsOfResource(logs, typeOf));
  } catch (error) {
    const problem = error instanceof ShapeError ? error.message : "it is not JSON";
    throw new Error(`Cannot read OTLP/JSON logs: ${problem}`);
  }
}

/** What is not as the format has it. */
class ShapeError extends Error {}

type Json = Readonly<Record<string, unknown>>;

function recordsOfResource(resourceLogs: Json, typeOf: TypeOf): SentRecord[] {
  const resource = resourceFromAttributes(
    attributesOf(mapOf(resourceLogs["resource"] ?? {})),
    schemaOf(resourceLogs),
  );
  return listOf(resourceLogs["scopeLogs"]).flatMap((scopeLogs) => {
    const instrumentationScope = scopeOf(scopeLogs);
    return listOf(scopeLogs["logRecords"]).map((record) =>
      recordOf(record, { typeOf, resource, instrumentationScope })
    );
  });
}

function scopeOf(scopeLogs: Json): SentRecord["instrumentationScope"] {
  const scope = mapOf(scopeLogs["scope"] ?? {});
  const { name, version, droppedAttributesCount } = scope;
  return {
    name: textOf(name) ?? "",
    ...optional("version", textOf(version)),
    ...optional("attributes", scope["attributes"] === undefined ? undefined : attributesOf(scope)),
    ...optional("droppedAttributesCount", numberOf(droppedAttributesCount)),
    ...schemaOf(scopeLogs),
  };
}

function schemaOf({ schemaUrl }: Json): { schemaUrl?: string } {
  return optional("schemaUrl", textOf(schemaUrl));
}

function recordOf(
  record: Json,
  { typeOf, ...shared }: Pick<SentRecord, "resource" | "instrumentationScope"> & { typeOf: TypeOf },
): SentRecord {
  const { severityNumber, severityText, eventName, body, traceId, spanId, flags } = record;
  const trace = textOf(traceId);
  const span = textOf(spanId);
  return {
    hrTime: timeOf(record["timeUnixNano"]),
    hrTimeObserved: timeOf(record["observedTimeUnixNano"]),
    ...optional("severityNumber", numberOf(severityNumber)),
    ...optional("severityText", textOf(severityText)),
    ...optional("eventName", textOf(eventName)),
    ...optional("body", body === undefined ? undefined : valueOf(mapOf(body)) as NonNullable<SentRecord["body"]>),
    ...optional(
      "spanContext",
      trace !== undefined && span !== undefined
        ? { traceId: trace, spanId: span, traceFlags: numberOf(flags) ?? 0 }
        : undefined,
    ),
    attributes: { ...attributesOf(record), ...integersAmongDoubles(record, typeOf) },
    droppedAttributesCount: numberOf(record["droppedAttributesCount"]) ?? 0,
    ...shared,
  };
}

function attributesOf({ attributes }: Json): Record<string, never> {
  return keyValuesOf(attributes) as Record<string, never>;
}

/** Some conventions have integers in fields that are doubles elsewhere. */
function integersAmongDoubles({ attributes }: Json, typeOf: TypeOf): Record<string, never> {
  const integers = listOf(attributes).flatMap(({ key, value }) => {
    const name = textOf(key) ?? "";
    const integer = typeOf(name) === "double" ? mapOf(value ?? {})["intValue"] : undefined;
    return integer === undefined ? [] : [[name, exactNumber(String(integer))] as const];
  });
  return Object.fromEntries(integers) as unknown as Record<string, never>;
}

/** Own keys only, whatever they are called. */
function keyValuesOf(list: unknown, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    listOf(list).map(({ key, value }) => [textOf(key) ?? "", valueOf(mapOf(value ?? {}), depth)]),
  );
}

/** The value of an `AnyValue`; null for an empty one. Inside maps numbers have no type but the one they came with. */
function valueOf(any: Json, depth = 0): unknown {
  const [entry] = Object.entries(any);
  if (entry === undefined) return null;
  const [type, value] = entry;
  switch (type) {
    case "stringValue":
    case "boolValue":
      return value;
    case "intValue":
    case "doubleValue":
      return depth === 0 ? numberOf(value) : exactNumberOf(value, type);
    case "bytesValue":
      return new Uint8Array(Buffer.from(String(value), "base64"));
    case "arrayValue":
      return listOf(mapOf(value)["values"]).map((element) => valueOf(element, depth));
    case "kvlistValue":
      return keyValuesOf(mapOf(value)["values"], depth + 1);
    default:
      throw new ShapeError("it has a value of an unknown type");
  }
}

/** Numbers beyond 2^53, and in some writers all of 64 bits, are text; NaN and the infinities too. */
function numberOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = Number(value);
  if (Number.isNaN(number) && value !== "NaN") throw new ShapeError("it has a number that is none");
  return number;
}

/** A number that would leave otherwise than it came is kept as it was written. */
function exactNumberOf(value: unknown, type: "intValue" | "doubleValue"): unknown {
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number)) return number;
  if (Object.is(number, -0)) return exactNumber("-0.0");
  if (type === "doubleValue") return Number.isSafeInteger(number) ? exactNumber(`${number}.0`) : number;
  return Number.isSafeInteger(number) ? number : exactNumber(String(value));
}

function timeOf(value: unknown): HrTime {
  if (value === undefined) return [0, 0];
  if (!/^\d+$/.test(String(value))) throw new ShapeError("it has a time that is none");
  const nanos = BigInt(String(value));
  return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function mapOf(value: unknown): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ShapeError("a map is missing");
  return value as Json;
}

function listOf(value: unknown): Json[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new ShapeError("a list is missing");
  return value.map(mapOf);
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [name in Name]?: Value } {
  return value === undefined ? {} : { [name]: value } as { [name in Name]: Value };
}
