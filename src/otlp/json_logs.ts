/**
 * Log records as OTLP/JSON: 64-bit integers and times are strings, ids hexadecimal, bytes base64.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { Buffer } from "node:buffer";
import { collectGarbage } from "../async/collect_garbage.ts";
import type { LogRecord } from "../component/batch.ts";
import { type ExactNumber, isExactNumber, numberOf64Bits } from "../mappings/exact_number.ts";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { tooLarge } from "./encoding.ts";
import { grouped } from "./grouping.ts";
import { elementType, isInt, isMap, MAX_DEPTH, nanosOf, pathOf, textOfNested } from "./values.ts";

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number | string }
  | { readonly bytesValue: string }
  | { readonly arrayValue: { readonly values: AnyValue[] } }
  | { readonly kvlistValue: { readonly values: KeyValue[] } }
  | Record<string, never>;

/** Writing leaves much garbage, which V8 lets grow to hundreds of MiB; collecting it for each request costs too much. */
const MUCH_MEMORY_BYTES = 320 * 1024 * 1024;

/**
 * An `ExportLogsServiceRequest` as JSON in one line, without a line feed. Each record becomes text before the next one is
 * looked at: its values as OTLP/JSON take many times the memory of their text.
 *
 * @throws {TooLargeError} several records make more than `maxBytes`.
 */
export function encodeLogsJson(
  records: readonly LogRecord[],
  typeOf: TypeOf,
  { maxBytes = Infinity }: { maxBytes?: number | undefined } = {},
): string {
  collectGarbage({ above: MUCH_MEMORY_BYTES });
  let length = 0;
  const textOf = (record: LogRecord): string => {
    const text = JSON.stringify(logRecord(record, typeOf));
    length += text.length;
    if (length > maxBytes && records.length > 1) throw tooLarge(records.length, maxBytes);
    return text;
  };
  const resourceLogs = Array.from(grouped(records), ([resource, scopes]) => {
    const scopeLogs = Array.from(scopes, ([scope, group]) => {
      const name = {
        name: scope.name.toWellFormed(),
        version: wellFormed(scope.version),
        attributes: scope.attributes && keyValues(scope.attributes, typeOf),
        droppedAttributesCount: scope.droppedAttributesCount || undefined,
      };
      const logRecords = group.map(textOf);
      return `{"scope":${JSON.stringify(name)},"logRecords":[${logRecords}]${schemaUrl(scope.schemaUrl)}}`;
    });
    const attributes = JSON.stringify(keyValues(resource.attributes, typeOf));
    return `{"resource":{"attributes":${attributes}},"scopeLogs":[${scopeLogs}]${schemaUrl(resource.schemaUrl)}}`;
  });
  return `{"resourceLogs":[${resourceLogs}]}`;
}

/** The last member of an object, if there is one. */
function schemaUrl(url: string | undefined): string {
  return url ? `,"schemaUrl":${JSON.stringify(url.toWellFormed())}` : "";
}

function logRecord(record: LogRecord, typeOf: TypeOf) {
  return {
    timeUnixNano: nanosOf(record.hrTime).toString(),
    observedTimeUnixNano: nanosOf(record.hrTimeObserved).toString(),
    severityNumber: record.severityNumber || undefined,
    severityText: wellFormed(record.severityText),
    eventName: wellFormed(record.eventName),
    body: record.body === undefined ? undefined : documentValue(record.body, { typeOf, path: "", depth: 0 }),
    attributes: keyValues(record.attributes, typeOf),
    droppedAttributesCount: record.droppedAttributesCount || undefined,
    flags: record.spanContext?.traceFlags,
    traceId: record.spanContext?.traceId,
    spanId: record.spanContext?.spanId,
  };
}

function keyValues(map: Readonly<Record<string, unknown>>, typeOf: TypeOf): KeyValue[] {
  return Object.keys(map).map((key) => ({
    key: key.toWellFormed(),
    value: anyValue(map[key], { type: typeOf(key), depth: 0 }),
  }));
}

/** A body, or a value in a body that is a document: its fields have the types of their paths. */
function documentValue(
  value: unknown,
  { typeOf, path, depth }: { typeOf: TypeOf; path: string; depth: number },
): AnyValue {
  const type = typeOf(path);
  if (!isMap(value) || type !== undefined || depth === MAX_DEPTH) return anyValue(value, { type, depth });
  const values = Object.keys(value).map((key) => ({
    key: key.toWellFormed(),
    value: documentValue(value[key], { typeOf, path: pathOf(path, key), depth: depth + 1 }),
  }));
  return { kvlistValue: { values } };
}

/** `depth`: arrays and maps around the value. */
function anyValue(value: unknown, { type, depth }: { type: OtlpType | undefined; depth: number }): AnyValue {
  if (typeof value === "string") return { stringValue: value.toWellFormed() };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "number") {
    return isInt(value, type) ? { intValue: jsonInt(value) } : { doubleValue: jsonDouble(value) };
  }
  if (typeof value !== "object" || value === null) return {};
  if (isExactNumber(value)) return exactValue(value);
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString("base64") };
  if (depth === MAX_DEPTH) return { stringValue: textOfNested(value).toWellFormed() };
  if (Array.isArray(value)) {
    const inside = { type: elementType(type), depth: depth + 1 };
    return { arrayValue: { values: value.map((item) => anyValue(item, inside)) } };
  }
  const map = value as Readonly<Record<string, unknown>>;
  const inside = { type: undefined, depth: depth + 1 };
  return {
    kvlistValue: {
      values: Object.keys(map).map((key) => ({ key: key.toWellFormed(), value: anyValue(map[key], inside) })),
    },
  };
}

function exactValue(exact: ExactNumber): AnyValue {
  const value = numberOf64Bits(exact);
  if (typeof value === "bigint") return { intValue: String(value) };
  return typeof value === "number" ? { doubleValue: jsonDouble(value) } : { stringValue: value };
}

/** All digits: `String(2 ** 60)` ends in zeros. */
function jsonInt(value: number): string {
  return Number.isSafeInteger(value) ? String(value) : BigInt(value).toString();
}

/** JSON has no NaN and no infinities: OTLP/JSON writes their names. JavaScript writes a negative zero without its sign. */
function jsonDouble(value: number): number | string {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

function wellFormed(text: string | undefined): string | undefined {
  return text?.toWellFormed() || undefined;
}
