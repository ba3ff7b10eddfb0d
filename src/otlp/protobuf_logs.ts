/**
 * Log records as `opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest` in protobuf.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 */
import type { LogRecord } from "../component/batch.ts";
import { isExactNumber, numberOf64Bits } from "../mappings/exact_number.ts";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { grouped } from "./grouping.ts";
import { ProtobufWriter } from "./protobuf_writer.ts";
import { elementType, isInt, isMap, MAX_DEPTH, nanosOf, pathOf, textOfNested } from "./values.ts";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Fields of each message, as tags: `field << 3 | wireType`. */
const REQUEST = { resourceLogs: 1 << 3 | BYTES };
const RESOURCE_LOGS = { resource: 1 << 3 | BYTES, scopeLogs: 2 << 3 | BYTES, schemaUrl: 3 << 3 | BYTES };
const RESOURCE = { attributes: 1 << 3 | BYTES };
const SCOPE_LOGS = { scope: 1 << 3 | BYTES, logRecords: 2 << 3 | BYTES, schemaUrl: 3 << 3 | BYTES };
const SCOPE = {
  name: 1 << 3 | BYTES,
  version: 2 << 3 | BYTES,
  attributes: 3 << 3 | BYTES,
  droppedAttributesCount: 4 << 3 | VARINT,
};
const LOG_RECORD = {
  timeUnixNano: 1 << 3 | FIXED64,
  severityNumber: 2 << 3 | VARINT,
  severityText: 3 << 3 | BYTES,
  body: 5 << 3 | BYTES,
  attributes: 6 << 3 | BYTES,
  droppedAttributesCount: 7 << 3 | VARINT,
  flags: 8 << 3 | FIXED32,
  traceId: 9 << 3 | BYTES,
  spanId: 10 << 3 | BYTES,
  observedTimeUnixNano: 11 << 3 | FIXED64,
  eventName: 12 << 3 | BYTES,
};
const KEY_VALUE = { key: 1 << 3 | BYTES, value: 2 << 3 | BYTES };
const ANY_VALUE = {
  stringValue: 1 << 3 | BYTES,
  boolValue: 2 << 3 | VARINT,
  intValue: 3 << 3 | VARINT,
  doubleValue: 4 << 3 | FIXED64,
  arrayValue: 5 << 3 | BYTES,
  kvlistValue: 6 << 3 | BYTES,
  bytesValue: 7 << 3 | BYTES,
};
const ARRAY_VALUE = { values: 1 << 3 | BYTES };
const KEY_VALUE_LIST = { values: 1 << 3 | BYTES };

/** Expected size of what is usually small, and of what usually is not, where only the encoding would tell. */
const SMALL = 64;
const MEDIUM = 256;

/** Encodes requests one after the other into one buffer. */
export class ProtobufLogsEncoder {
  readonly #writer = new ProtobufWriter();
  readonly #typeOf: TypeOf;
  /** Arrays and maps around the value that is being written. */
  #depth = 0;

  constructor(typeOf: TypeOf) {
    this.#typeOf = typeOf;
  }

  /** An `ExportLogsServiceRequest`. */
  encode(records: readonly LogRecord[]): Uint8Array<ArrayBuffer> {
    const writer = this.#writer;
    writer.begin();
    this.#depth = 0;
    for (const [resource, scopes] of grouped(records)) {
      writer.open(REQUEST.resourceLogs, expectedSum([...scopes.values()].flat()));
      writer.open(RESOURCE_LOGS.resource, MEDIUM);
      this.#attributes(RESOURCE.attributes, resource.attributes);
      writer.close();
      for (const [scope, group] of scopes) this.#scopeLogs(scope, group);
      if (resource.schemaUrl) writer.string(RESOURCE_LOGS.schemaUrl, resource.schemaUrl);
      writer.close();
    }
    return writer.finish();
  }

  #scopeLogs(scope: LogRecord["instrumentationScope"], records: readonly LogRecord[]): void {
    const writer = this.#writer;
    writer.open(RESOURCE_LOGS.scopeLogs, expectedSum(records));
    writer.open(SCOPE_LOGS.scope, SMALL);
    writer.string(SCOPE.name, scope.name);
    if (scope.version) writer.string(SCOPE.version, scope.version);
    if (scope.attributes) this.#attributes(SCOPE.attributes, scope.attributes);
    if (scope.droppedAttributesCount) writer.int64(SCOPE.droppedAttributesCount, scope.droppedAttributesCount);
    writer.close();
    for (const record of records) this.#logRecord(record);
    if (scope.schemaUrl) writer.string(SCOPE_LOGS.schemaUrl, scope.schemaUrl);
    writer.close();
  }

  #logRecord(record: LogRecord): void {
    const writer = this.#writer;
    writer.open(SCOPE_LOGS.logRecords, record.sizeBytes);
    writer.fixed64(LOG_RECORD.timeUnixNano, nanosOf(record.hrTime));
    if (record.severityNumber) writer.int64(LOG_RECORD.severityNumber, record.severityNumber);
    if (record.severityText) writer.string(LOG_RECORD.severityText, record.severityText);
    if (record.body !== undefined) this.#documentValue(LOG_RECORD.body, record.body, "");
    this.#attributes(LOG_RECORD.attributes, record.attributes);
    if (record.droppedAttributesCount) {
      writer.int64(LOG_RECORD.droppedAttributesCount, record.droppedAttributesCount);
    }
    if (record.spanContext !== undefined) {
      writer.fixed32(LOG_RECORD.flags, record.spanContext.traceFlags);
      writer.hex(LOG_RECORD.traceId, record.spanContext.traceId);
      writer.hex(LOG_RECORD.spanId, record.spanContext.spanId);
    }
    writer.fixed64(LOG_RECORD.observedTimeUnixNano, nanosOf(record.hrTimeObserved));
    if (record.eventName) writer.string(LOG_RECORD.eventName, record.eventName);
    writer.close();
  }

  #attributes(tag: number, attributes: Readonly<Record<string, unknown>>): void {
    this.#keyValues(tag, attributes, this.#typeOf);
  }

  #keyValues(tag: number, map: Readonly<Record<string, unknown>>, typeOf: TypeOf): void {
    const writer = this.#writer;
    for (const key of Object.keys(map)) {
      const value = map[key];
      writer.open(tag, key.length + expectedSize(value) + 4);
      writer.string(KEY_VALUE.key, key);
      this.#anyValue(KEY_VALUE.value, value, typeOf(key));
      writer.close();
    }
  }

  /** A body, or a value in a body that is a document: its fields have the types of their paths. */
  #documentValue(tag: number, value: unknown, path: string): void {
    const type = this.#typeOf(path);
    if (!isMap(value) || type !== undefined || this.#depth === MAX_DEPTH) return this.#anyValue(tag, value, type);
    const writer = this.#writer;
    this.#depth++;
    writer.open(tag, MEDIUM);
    writer.open(ANY_VALUE.kvlistValue, MEDIUM);
    for (const key of Object.keys(value)) {
      writer.open(KEY_VALUE_LIST.values, key.length + expectedSize(value[key]) + 4);
      writer.string(KEY_VALUE.key, key);
      this.#documentValue(KEY_VALUE.value, value[key], pathOf(path, key));
      writer.close();
    }
    writer.close();
    writer.close();
    this.#depth--;
  }

  #anyValue(tag: number, value: unknown, type?: OtlpType): void {
    const writer = this.#writer;
    writer.open(tag, expectedSize(value));
    if (typeof value === "string") writer.string(ANY_VALUE.stringValue, value);
    else if (typeof value === "number") {
      if (isInt(value, type)) writer.int64(ANY_VALUE.intValue, value);
      else writer.double(ANY_VALUE.doubleValue, value);
    } else if (typeof value === "boolean") writer.bool(ANY_VALUE.boolValue, value);
    else if (typeof value === "object" && value !== null) this.#object(value, type);
    writer.close();
  }

  #object(value: object, type: OtlpType | undefined): void {
    const writer = this.#writer;
    if (isExactNumber(value)) return this.#exact(numberOf64Bits(value));
    if (value instanceof Uint8Array) return writer.bytes(ANY_VALUE.bytesValue, value);
    if (this.#depth === MAX_DEPTH) return writer.string(ANY_VALUE.stringValue, textOfNested(value));
    this.#depth++;
    if (Array.isArray(value)) {
      writer.open(ANY_VALUE.arrayValue, MEDIUM);
      for (const item of value) this.#anyValue(ARRAY_VALUE.values, item, elementType(type));
    } else {
      writer.open(ANY_VALUE.kvlistValue, MEDIUM);
      this.#keyValues(KEY_VALUE_LIST.values, value as Readonly<Record<string, unknown>>, untyped);
    }
    writer.close();
    this.#depth--;
  }

  #exact(value: bigint | number | string): void {
    const writer = this.#writer;
    if (typeof value === "bigint") writer.int64(ANY_VALUE.intValue, value);
    else if (typeof value === "number") writer.double(ANY_VALUE.doubleValue, value);
    else writer.string(ANY_VALUE.stringValue, value);
  }
}

/** Inside structured values the tables say nothing. */
function untyped(): undefined {
  return undefined;
}

function expectedSum(records: readonly LogRecord[]): number {
  return records.reduce((sum, record) => sum + record.sizeBytes, 0);
}

/** About the size of an AnyValue: exact for short ASCII text, which most values are. */
function expectedSize(value: unknown): number {
  if (typeof value === "string") return value.length < 128 ? value.length + 2 : value.length + 3;
  return typeof value === "object" && value !== null ? MEDIUM : 10;
}
