import assert from "node:assert/strict";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { logRecord } from "../../test/world/records.ts";
import { type DecodedLogRecord, decodeLogsRequest, rewriteLogsRequest } from "../../test/world/otlp_logs.ts";
import type { LogRecord } from "../component/batch.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { typesIn } from "../mappings/field.ts";
import { contentType, type Encoding } from "./encoding.ts";
import { encodeLogsJson } from "./json_logs.ts";
import { createLogsEncoder } from "./logs.ts";
import { MAX_DEPTH } from "./values.ts";

const typeOf = typesIn(INVOCATION_FIELDS);

const ENCODINGS: readonly Encoding[] = ["proto", "json"];

function encode(encoding: Encoding, records: LogRecord[]): Uint8Array {
  return createLogsEncoder(encoding, typeOf)(records);
}

function roundTrip(encoding: Encoding, records: LogRecord[]): DecodedLogRecord[] {
  return decodeLogsRequest(encode(encoding, records), contentType(encoding));
}

/** One record with these attributes, as it arrives. */
function roundTripAttributes(encoding: Encoding, attributes: LogRecord["attributes"]): DecodedLogRecord {
  const [decoded] = roundTrip(encoding, [logRecord({ attributes })]);
  assert.ok(decoded !== undefined);
  return decoded;
}

for (const encoding of ENCODINGS) {
  Deno.test(`every field of a record arrives (${encoding})`, () => {
    const [decoded] = roundTrip(encoding, [logRecord({
      hrTime: [1_760_000_000, 123_456_789],
      hrTimeObserved: [1_760_000_001, 987_654_321],
      severityNumber: 17,
      severityText: "ERROR",
      eventName: "gen_ai.client.inference.operation.details",
      body: { text: "Grüezi", n: 1 },
      attributes: { "a.string": "x", "a.bool": false, "a.bytes": new Uint8Array([0, 1, 255]) },
      droppedAttributesCount: 3,
      spanContext: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
      instrumentationScope: {
        name: "bedrock-otel",
        version: "1.2.3",
        schemaUrl: "https://opentelemetry.io/schemas/1.38.0",
        attributes: { "elastic.mapping.mode": "ecs" },
      },
    })]);
    assert.deepEqual(decoded, {
      resource: { "service.name": "bedrock-otel" },
      scope: { name: "bedrock-otel", version: "1.2.3", attributes: { "elastic.mapping.mode": "ecs" } },
      scopeSchemaUrl: "https://opentelemetry.io/schemas/1.38.0",
      attributes: { "a.string": "x", "a.bool": false, "a.bytes": new Uint8Array([0, 1, 255]) },
      attributeTypes: { "a.string": "stringValue", "a.bool": "boolValue", "a.bytes": "bytesValue" },
      body: { text: "Grüezi", n: 1 },
      bodyTypes: { text: "stringValue", n: "intValue" },
      timeUnixNano: "1760000000123456789",
      observedTimeUnixNano: "1760000001987654321",
      severityNumber: 17,
      severityText: "ERROR",
      eventName: "gen_ai.client.inference.operation.details",
      droppedAttributesCount: 3,
      flags: 1,
      traceId: "0af7651916cd43dd8448eb211c80319c",
      spanId: "b7ad6b7169203331",
    });
  });

  Deno.test(`a record without body, severity and span has none (${encoding})`, () => {
    const decoded = roundTripAttributes(encoding, {});
    assert.equal(decoded.body, undefined);
    assert.deepEqual([decoded.severityNumber, decoded.severityText, decoded.eventName], [0, "", ""]);
    assert.deepEqual([decoded.flags, decoded.traceId, decoded.spanId], [0, "", ""]);
  });

  Deno.test(`the field table's type decides how a number leaves (${encoding})`, () => {
    const { attributes, attributeTypes } = roundTripAttributes(encoding, {
      "gen_ai.request.temperature": 1,
      "gen_ai.request.top_p": 0,
      "gen_ai.request.max_tokens": 1024,
      "event.duration": 2 ** 60,
      "not.in.any.table": 1,
    });
    assert.deepEqual(attributeTypes, {
      "gen_ai.request.temperature": "doubleValue",
      "gen_ai.request.top_p": "doubleValue",
      "gen_ai.request.max_tokens": "intValue",
      "event.duration": "intValue",
      "not.in.any.table": "intValue",
    });
    assert.equal(attributes["gen_ai.request.temperature"], 1);
    assert.equal(attributes["event.duration"], 1152921504606846976n);
  });

  Deno.test(`in a body that is a document the type goes by the path (${encoding})`, () => {
    const [decoded] = roundTrip(encoding, [logRecord({
      body: {
        gen_ai: {
          request: { temperature: 1, max_tokens: 1024, other: 1 },
          "request.top_p": 0,
          temperature: 1,
        },
        "gen_ai.request.top_k": 40,
        temperature: 1,
        event: { duration: 2 ** 60 },
        // Inside a free-form field names mean nothing.
        aws_bedrock: { invocation: { artifacts: { gen_ai: { request: { temperature: 1 } } } } },
      },
    })]);
    assert.deepEqual(decoded?.bodyTypes, {
      "gen_ai.request.temperature": "doubleValue",
      "gen_ai.request.max_tokens": "intValue",
      "gen_ai.request.other": "intValue",
      "gen_ai.request.top_p": "doubleValue",
      "gen_ai.temperature": "intValue",
      "gen_ai.request.top_k": "doubleValue",
      temperature: "intValue",
      "event.duration": "intValue",
      "aws_bedrock.invocation.artifacts.gen_ai.request.temperature": "intValue",
    });
  });

  Deno.test(`a value that its field's type cannot hold leaves as what it is (${encoding})`, () => {
    const values = {
      "gen_ai.request.max_tokens": 0.5,
      "gen_ai.request.temperature": "hot",
      "gen_ai.usage.input_tokens": "12",
      "gen_ai.request.model": 7,
      "gen_ai.request.stream": "yes",
      "gen_ai.response.finish_reasons": "stop",
    };
    const { attributes, attributeTypes } = roundTripAttributes(encoding, values);
    assert.deepEqual(attributes, values);
    assert.deepEqual(Object.values(attributeTypes), [
      "doubleValue",
      "stringValue",
      "stringValue",
      "intValue",
      "stringValue",
      "stringValue",
    ]);
  });

  Deno.test(`an integer that is not exact in JavaScript leaves as a double (${encoding})`, () => {
    const { attributes, attributeTypes } = roundTripAttributes(encoding, {
      exact: Number.MAX_SAFE_INTEGER,
      lowest: Number.MIN_SAFE_INTEGER,
      inexact: 2 ** 53,
      "event.duration": 2 ** 63,
    });
    assert.deepEqual(Object.values(attributeTypes), ["intValue", "intValue", "doubleValue", "doubleValue"]);
    assert.deepEqual(Object.values(attributes), [
      9007199254740991,
      -9007199254740991,
      9007199254740992,
      9223372036854775808,
    ]);
  });

  Deno.test(`NaN and the infinities arrive (${encoding})`, () => {
    const values = { list: [NaN, Infinity, -Infinity, 1e-320] };
    assert.deepEqual(roundTripAttributes(encoding, values).attributes, values);
  });

  Deno.test(`null and undefined arrive as empty values, nothing else is lost for them (${encoding})`, () => {
    const { attributes, attributeTypes } = roundTripAttributes(encoding, {
      none: null,
      absent: undefined,
      map: { a: null, b: undefined, c: [null, 1, undefined] },
    });
    assert.deepEqual(attributeTypes, { none: "none", absent: "none", map: "kvlistValue" });
    assert.deepEqual(attributes["map"], { a: undefined, b: undefined, c: [undefined, 1, undefined] });
  });

  Deno.test(`any text arrives, lone surrogates as U+FFFD (${encoding})`, () => {
    const texts = [
      "",
      "\0",
      "a\0b",
      "é",
      "𝄞",
      "\u2028",
      "\ud800",
      "a\udc00b".repeat(40),
      "\ufeffbom",
      "Zürich 🏔 ".repeat(2000),
    ];
    const { attributes, body } = roundTrip(encoding, [logRecord({
      attributes: { texts, "key \ud800": 1, "ключ": { "\udfff": 2 } },
      body: "\ud83d",
    })])[0] as DecodedLogRecord;
    assert.deepEqual(attributes["texts"], texts.map((text) => text.toWellFormed()));
    assert.deepEqual(Object.keys(attributes), ["texts", "key \ufffd", "ключ"]);
    assert.deepEqual(attributes["ключ"], { "\ufffd": 2 });
    assert.equal(body, "\ufffd");
  });

  Deno.test(`__proto__ is a key like others (${encoding})`, () => {
    const value: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":1,"hasOwnProperty":2}');
    const { attributes } = roundTripAttributes(encoding, { value, ...JSON.parse('{"x":{"__proto__":[]}}') });
    assert.deepEqual(attributes["value"], value);
    assert.deepEqual(Object.keys(attributes["value"] as object), ["__proto__", "constructor", "hasOwnProperty"]);
    assert.deepEqual(Object.keys(attributes["x"] as object), ["__proto__"]);
  });

  Deno.test(`a map of any number of keys arrives (${encoding})`, () => {
    const value = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key-${index}`, "same"]));
    assert.deepEqual(roundTripAttributes(encoding, { value, again: value }).attributes, { value, again: value });
  });

  Deno.test(`times are exact to the nanosecond, what is no time is unknown (${encoding})`, () => {
    const times: [LogRecord["hrTime"], string][] = [
      [[0, 0], "0"],
      [[0, 1], "1"],
      [[1_760_000_000, 999_999_999], "1760000000999999999"],
      [[9_223_372_036, 854_775_807], "9223372036854775807"],
      [[NaN, 0], "0"],
      [[-5, 0], "0"],
    ];
    const decoded = roundTrip(encoding, times.map(([hrTime]) => logRecord({ hrTime, hrTimeObserved: hrTime })));
    assert.deepEqual(decoded.map((record) => record.timeUnixNano), times.map(([, nanos]) => nanos));
    assert.deepEqual(decoded.map((record) => record.observedTimeUnixNano), times.map(([, nanos]) => nanos));
  });

  Deno.test(`records keep their own resource and scope (${encoding})`, () => {
    const resource = resourceFromAttributes({ "service.name": "other" });
    const scope = { name: "other", version: "" };
    const decoded = roundTrip(encoding, [
      logRecord({ attributes: { n: 1 } }),
      logRecord({ attributes: { n: 2 }, resource }),
      logRecord({ attributes: { n: 3 }, instrumentationScope: scope }),
      logRecord({ attributes: { n: 4 } }),
    ]);
    assert.deepEqual(
      decoded.map((record) => [record.attributes["n"], record.resource["service.name"], record.scope.name]),
      [
        [1, "bedrock-otel", "bedrock-otel"],
        [4, "bedrock-otel", "bedrock-otel"],
        [3, "bedrock-otel", "other"],
        [2, "other", "bedrock-otel"],
      ],
    );
  });

  Deno.test(`a value as deep as allowed keeps its structure, below it leaves as JSON text (${encoding})`, () => {
    const allowed: unknown = JSON.parse('{"a":'.repeat(MAX_DEPTH) + '"end"' + "}".repeat(MAX_DEPTH));
    assert.deepEqual(roundTripAttributes(encoding, { allowed }).attributes, { allowed });

    const deeper = JSON.parse('{"a":'.repeat(MAX_DEPTH + 2) + '"end"' + "}".repeat(MAX_DEPTH + 2));
    let inner: unknown = roundTripAttributes(encoding, { deeper }).attributes["deeper"];
    for (let level = 0; level < MAX_DEPTH; level++) inner = (inner as { a: unknown }).a;
    assert.equal(inner, '{"a":{"a":"end"}}');
  });

  for (const [open, close] of [["[", "]"], ['{"a":', "}"], ['{"1":', "}"]] as const) {
    Deno.test(`100,000 levels of ${open} ${close} do not stop a record (${encoding})`, () => {
      const deep: unknown = JSON.parse(open.repeat(100_000) + "1" + close.repeat(100_000));
      const { attributes } = roundTripAttributes(encoding, { before: 1, deep, after: 2 });
      assert.deepEqual(Object.keys(attributes), ["before", "deep", "after"]);
    });
  }

  Deno.test(`an encoder is good for further requests, whatever came before (${encoding})`, () => {
    const encodeAgain = createLogsEncoder(encoding, typeOf);
    const small = logRecord({ attributes: { text: "small" } });
    const kept = encodeAgain([small]).slice();
    encodeAgain([logRecord({ attributes: { text: "x".repeat(20 * 1024 * 1024) } })]);
    const broken = {
      get trap(): string {
        throw new Error("broken on purpose");
      },
    };
    assert.throws(
      () => encodeAgain([logRecord({ attributes: { map: { a: [broken] } } })]),
      /on purpose/,
    );
    assert.deepEqual(encodeAgain([small]), kept);
  });

  Deno.test(`no records make a request without records (${encoding})`, () => {
    assert.deepEqual(roundTrip(encoding, []), []);
  });
}

Deno.test("what a request has more than once arrives each time, however it grows in between", () => {
  const long = "Grüße, 語 ".repeat(20);
  const longer = "x".repeat(100_000);
  const attributesOf = (text: string) => ({
    same: "same",
    other: text,
    long,
    [long]: text,
    nested: { same: "same", other: text, long, list: [{ same: "same", long: longer }, { same: text }] },
    longer,
    "event.duration": 7,
    "event.action": "7",
  });
  const attributes = ["a", "b", "b", "é", "same", "a"].map(attributesOf);
  const records = attributes.map((own) => logRecord({ attributes: own, body: own }));
  const bytes = encode("proto", records);
  assert.deepEqual(bytes, new Uint8Array(rewriteLogsRequest(bytes)));
  const decoded = decodeLogsRequest(bytes, contentType("proto"));
  assert.deepEqual(decoded.map((record) => record.attributes), attributes);
  assert.deepEqual(decoded.map((record) => record.body), attributes);
});

Deno.test("lengths are in their shortest form", () => {
  const lengths = [
    0,
    1,
    63,
    64,
    65,
    100,
    118,
    ...range(119, 130),
    250,
    260,
    ...range(16_360, 16_390),
    2 ** 21 - 9,
    2 ** 21,
  ];
  for (const unit of ["a", "ü", "語"]) {
    for (const length of lengths) {
      const text = unit.repeat(length);
      const bytes = encode("proto", [logRecord({ attributes: { text }, body: [{ text }] })]);
      assert.deepEqual(bytes, new Uint8Array(rewriteLogsRequest(bytes)));
    }
  }
});

Deno.test("the file exporter's line is the JSON request", () => {
  const records = [logRecord({ body: "line\nfeed" }), logRecord()];
  const line = encodeLogsJson(records, typeOf);
  assert.equal(line, new TextDecoder().decode(encode("json", records)));
  assert.ok(line.startsWith('{"resourceLogs":[') && !line.includes("\n"));
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
