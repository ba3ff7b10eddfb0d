import assert from "node:assert/strict";
import { JsonLogsSerializer, ProtobufLogsSerializer } from "@opentelemetry/otlp-transformer";
import fc from "fast-check";
import { logRecord } from "../../test/world/records.ts";
import { type DecodedLogRecord, decodeLogsRequest, rewriteLogsRequest } from "../../test/world/otlp_logs.ts";
import type { LogRecord } from "../component/batch.ts";
import { typesIn } from "../mappings/field.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { contentType } from "./encoding.ts";
import { createLogsEncoder } from "./logs.ts";

const protobuf = createLogsEncoder("proto", typesIn(INVOCATION_FIELDS));
const json = createLogsEncoder("json", typesIn(INVOCATION_FIELDS));

/** Any text: ASCII, other scripts, and code units as they come (lone surrogates, NUL). */
const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
const wellFormedText = fc.string({ unit: "binary" });
/** Zero without its sign: JSON and integers do not have it. */
const anyNumber = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.float()).map((value) => value + 0);
const exactNumber = anyNumber.filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value));

function valueOf(text: fc.Arbitrary<string>, number: fc.Arbitrary<number>): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      text,
      number,
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.array(tie("value")),
      mapOf(wellFormedText, tie("value")),
    ),
  })).value;
}

/** Own keys only, `__proto__` among them. */
function mapOf(key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  return fc.array(fc.tuple(fc.oneof(key, fc.constant("__proto__")), value)).map((entries) =>
    Object.fromEntries(entries)
  );
}

function recordOf(value: fc.Arbitrary<unknown>, name: fc.Arbitrary<string>): fc.Arbitrary<LogRecord> {
  return fc.record({
    hrTime: fc.tuple(fc.integer({ min: 0, max: 9_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 })),
    severityNumber: fc.integer({ min: 0, max: 24 }),
    severityText: wellFormedText,
    eventName: wellFormedText,
    body: value,
    attributes: mapOf(name, value),
    droppedAttributesCount: fc.nat(),
    sizeBytes: fc.nat({ max: 100_000 }),
  }).map((parts) => logRecord(parts));
}

const listedName = fc.constantFrom(...Object.keys(INVOCATION_FIELDS).filter((name) => !name.endsWith("*")));
const unlistedName = wellFormedText.map((name) => `not.listed.${name}`);
const anyRecord = recordOf(valueOf(anyText, exactNumber), fc.oneof(listedName, unlistedName));

Deno.test("whatever is sent arrives, in either encoding", () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
    const fromProtobuf = decodeLogsRequest(protobuf(records), contentType("proto"));
    const fromJson = decodeLogsRequest(json(records), contentType("json"));
    assert.deepEqual(fromProtobuf, fromJson);
    assert.deepEqual(fromProtobuf.map(sentPart), records.map(expectedPart));
  }));
});

Deno.test("what is written as protobuf is in canonical form", () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
    const bytes = protobuf(records);
    assert.deepEqual(bytes, new Uint8Array(rewriteLogsRequest(bytes)));
  }));
});

Deno.test("numbers leave by their field's type, and by their own where no table lists them", () => {
  fc.assert(fc.property(fc.oneof(listedName, unlistedName), anyNumber, (name, value) => {
    const [decoded] = decodeLogsRequest(protobuf([logRecord({ attributes: { [name]: value } })]), "");
    const type = (INVOCATION_FIELDS as Record<string, { otlp: string }>)[name]?.otlp;
    const isInt64 = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
    const isInt = type === "int" ? isInt64 : type !== "double" && Number.isSafeInteger(value);
    const expected = isInt ? "intValue" : "doubleValue";
    assert.deepEqual(decoded?.attributeTypes, { [name]: expected });
  }));
});

Deno.test("records without typed fields leave as the SDK writes them", () => {
  // The SDK writes infinities as null in JSON.
  const record = recordOf(valueOf(wellFormedText, exactNumber.filter(Number.isFinite)), unlistedName);
  fc.assert(fc.property(fc.array(record, { maxLength: 4 }), (records) => {
    assert.deepEqual(
      decodeLogsRequest(protobuf(records), contentType("proto")),
      decodeLogsRequest(ProtobufLogsSerializer.serializeRequest(records)!, contentType("proto")),
    );
    assert.deepEqual(
      decodeLogsRequest(json(records), contentType("json")),
      decodeLogsRequest(JsonLogsSerializer.serializeRequest(records)!, contentType("json")),
    );
  }));
});

function sentPart(record: DecodedLogRecord) {
  const { timeUnixNano, severityNumber, severityText, eventName, body, attributes, droppedAttributesCount } = record;
  return { timeUnixNano, severityNumber, severityText, eventName, body, attributes, droppedAttributesCount };
}

function expectedPart(record: LogRecord): ReturnType<typeof sentPart> {
  const [seconds, nanos] = record.hrTime;
  return {
    timeUnixNano: BigInt(`${seconds}${String(nanos).padStart(9, "0")}`).toString(),
    severityNumber: record.severityNumber ?? 0,
    severityText: record.severityText ?? "",
    eventName: record.eventName ?? "",
    body: expectedValue(record.body),
    attributes: expectedValue(record.attributes) as Record<string, unknown>,
    droppedAttributesCount: record.droppedAttributesCount,
  };
}

function expectedValue(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (value === null) return undefined;
  if (typeof value !== "object" || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(expectedValue);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expectedValue(inner)]));
}
