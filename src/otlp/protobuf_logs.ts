/**
 * Log records as `opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest` in protobuf.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/logs/v1/logs.proto
 */
import type { LogRecord } from "../component/batch.ts";
import { isExactNumber, numberOf64Bits } from "../mappings/exact_number.ts";
import type { OtlpType, TypeOf } from "../mappings/field.ts";
import { grouped } from "./grouping.ts";
import { ProtobufWriter, type WrittenSpan } from "./protobuf_writer.ts";
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

/** Longer texts are rarely the same ones again. */
const MAX_REPEATED_LENGTH = 64;

/** What the tables say of the members of a map: nothing, or the types of attributes, or those of paths in a document. */
type Typing = "attributes" | "nothing" | { readonly path: string };

/** A name of `KeyValue`s in the request that is being written. */
interface Name {
  readonly type: OtlpType | undefined;
  /** The field `key`, once it was written. */
  key: WrittenSpan | undefined;
  /** The text that it had last, and the `KeyValue` of both: many attributes are the same in each record. */
  text: string | undefined;
  whole: WrittenSpan;
}

/** So many are remembered: a request has some hundreds of its own, and a caller's may be any number. */
const MAX_NAMES = 4096;

const NOWHERE: WrittenSpan = { from: 0, to: 0 };

/** Encodes requests one after the other into one buffer, each from its end to its beginning. */
export class ProtobufLogsEncoder {
  readonly #writer = new ProtobufWriter();
  readonly #typeOf: TypeOf;
  readonly #names = new Map<string, Name>();
  /** Arrays and maps around the value that is being written. */
  #depth = 0;

  constructor(typeOf: TypeOf) {
    this.#typeOf = typeOf;
  }

  /** An `ExportLogsServiceRequest`. */
  encode(records: readonly LogRecord[]): Uint8Array<ArrayBuffer> {
    const writer = this.#writer;
    writer.begin();
    this.#names.clear();
    this.#depth = 0;
    for (const [resource, scopes] of [...grouped(records)].reverse()) {
      const before = writer.size;
      if (resource.schemaUrl) writer.string(RESOURCE_LOGS.schemaUrl, resource.schemaUrl);
      for (const [scope, group] of [...scopes].reverse()) this.#scopeLogs(scope, group);
      const own = writer.size;
      this.#keyValues(RESOURCE.attributes, resource.attributes, "attributes");
      writer.message(RESOURCE_LOGS.resource, own);
      writer.message(REQUEST.resourceLogs, before);
    }
    return writer.finish();
  }

  #scopeLogs(scope: LogRecord["instrumentationScope"], records: readonly LogRecord[]): void {
    const writer = this.#writer;
    const before = writer.size;
    if (scope.schemaUrl) writer.string(SCOPE_LOGS.schemaUrl, scope.schemaUrl);
    for (let index = records.length - 1; index >= 0; index--) this.#logRecord(records[index] as LogRecord);
    const own = writer.size;
    if (scope.droppedAttributesCount) writer.int64(SCOPE.droppedAttributesCount, scope.droppedAttributesCount);
    if (scope.attributes) this.#keyValues(SCOPE.attributes, scope.attributes, "attributes");
    if (scope.version) writer.string(SCOPE.version, scope.version);
    writer.string(SCOPE.name, scope.name);
    writer.message(SCOPE_LOGS.scope, own);
    writer.message(RESOURCE_LOGS.scopeLogs, before);
  }

  #logRecord(record: LogRecord): void {
    const writer = this.#writer;
    const before = writer.size;
    if (record.eventName) writer.string(LOG_RECORD.eventName, record.eventName);
    writer.fixed64(LOG_RECORD.observedTimeUnixNano, nanosOf(record.hrTimeObserved));
    if (record.spanContext !== undefined) {
      writer.hex(LOG_RECORD.spanId, record.spanContext.spanId);
      writer.hex(LOG_RECORD.traceId, record.spanContext.traceId);
      writer.fixed32(LOG_RECORD.flags, record.spanContext.traceFlags);
    }
    if (record.droppedAttributesCount) {
      writer.int64(LOG_RECORD.droppedAttributesCount, record.droppedAttributesCount);
    }
    this.#keyValues(LOG_RECORD.attributes, record.attributes, "attributes");
    if (record.body !== undefined) this.#documentValue(LOG_RECORD.body, record.body, "");
    if (record.severityText) writer.string(LOG_RECORD.severityText, record.severityText);
    if (record.severityNumber) writer.int64(LOG_RECORD.severityNumber, record.severityNumber);
    writer.fixed64(LOG_RECORD.timeUnixNano, nanosOf(record.hrTime));
    writer.message(SCOPE_LOGS.logRecords, before);
  }

  /** The members of a map. `inside`: what the tables say of them. */
  #keyValues(tag: number, map: Readonly<Record<string, unknown>>, inside: Typing): void {
    const writer = this.#writer;
    const keys = Object.keys(map);
    // Several times as fast as to look for each value by its key.
    const values = Object.values(map);
    for (let index = keys.length - 1; index >= 0; index--) {
      const key = keys[index] as string;
      const value = values[index];
      const name = this.#name(key);
      if (typeof value === "string" && value === name.text) writer.again(name.whole);
      else {
        const from = writer.size;
        if (inside === "attributes") this.#anyValue(KEY_VALUE.value, value, name.type);
        else if (inside === "nothing" || typeof value === "string") this.#anyValue(KEY_VALUE.value, value);
        else this.#documentValue(KEY_VALUE.value, value, pathOf(inside.path, key));
        this.#key(key, name);
        writer.length(from);
        if (typeof value === "string" && value.length <= MAX_REPEATED_LENGTH) {
          name.text = value;
          name.whole = { from, to: writer.size };
        }
      }
      writer.tag(tag);
    }
  }

  #name(key: string): Name {
    let name = this.#names.get(key);
    if (name === undefined) {
      name = { type: this.#typeOf(key), key: undefined, text: undefined, whole: NOWHERE };
      if (this.#names.size < MAX_NAMES) this.#names.set(key, name);
    }
    return name;
  }

  #key(key: string, name: Name): void {
    const writer = this.#writer;
    if (name.key !== undefined) return writer.again(name.key);
    const from = writer.size;
    writer.string(KEY_VALUE.key, key);
    name.key = { from, to: writer.size };
  }

  /** A body, or a value in a body that is a document: its fields have the types of their paths. */
  #documentValue(tag: number, value: unknown, path: string): void {
    const type = this.#typeOf(path);
    if (!isMap(value) || type !== undefined || this.#depth === MAX_DEPTH) return this.#anyValue(tag, value, type);
    const writer = this.#writer;
    this.#depth++;
    const before = writer.size;
    this.#keyValues(KEY_VALUE_LIST.values, value, { path });
    writer.message(ANY_VALUE.kvlistValue, before);
    writer.message(tag, before);
    this.#depth--;
  }

  #anyValue(tag: number, value: unknown, type?: OtlpType): void {
    const writer = this.#writer;
    const before = writer.size;
    if (typeof value === "string") writer.string(ANY_VALUE.stringValue, value);
    else if (typeof value === "number") {
      if (isInt(value, type)) writer.int64(ANY_VALUE.intValue, value);
      else writer.double(ANY_VALUE.doubleValue, value);
    } else if (typeof value === "boolean") writer.bool(ANY_VALUE.boolValue, value);
    else if (typeof value === "object" && value !== null) this.#object(value, type);
    writer.message(tag, before);
  }

  #object(value: object, type: OtlpType | undefined): void {
    const writer = this.#writer;
    if (isExactNumber(value)) return this.#exact(numberOf64Bits(value));
    if (value instanceof Uint8Array) return writer.bytes(ANY_VALUE.bytesValue, value);
    if (this.#depth === MAX_DEPTH) return writer.string(ANY_VALUE.stringValue, textOfNested(value));
    this.#depth++;
    const before = writer.size;
    if (Array.isArray(value)) {
      const inside = elementType(type);
      for (let index = value.length - 1; index >= 0; index--) this.#anyValue(ARRAY_VALUE.values, value[index], inside);
      writer.message(ANY_VALUE.arrayValue, before);
    } else {
      this.#keyValues(KEY_VALUE_LIST.values, value as Readonly<Record<string, unknown>>, "nothing");
      writer.message(ANY_VALUE.kvlistValue, before);
    }
    this.#depth--;
  }

  #exact(value: bigint | number | string): void {
    const writer = this.#writer;
    if (typeof value === "bigint") writer.int64(ANY_VALUE.intValue, value);
    else if (typeof value === "number") writer.double(ANY_VALUE.doubleValue, value);
    else writer.string(ANY_VALUE.stringValue, value);
  }
}
