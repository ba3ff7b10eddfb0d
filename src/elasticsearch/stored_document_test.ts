import assert from "node:assert/strict";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { testRecord } from "../../test/world/records.ts";
import { MODES, typesIn } from "../mappings/field.ts";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { encodeLogsJson } from "../otlp/json_logs.ts";
import { readLogsJson } from "../otlp/read_json_logs.ts";
import { ALL_SAMPLES, fixture, mapped, processed, received, sampleText } from "../../test/world/bedrock_records.ts";
import { type StorableRecord, storedDocument } from "./stored_document.ts";

type Json = Record<string, unknown>;

const typeOf = typesIn(INVOCATION_FIELDS);
const RESOURCE = { "cloud.provider": "aws", "service.name": "bedrock-otel" };

function stored(record: StorableRecord): Json {
  return JSON.parse(storedDocument(record, typeOf)) as Json;
}

/** By dotted names; without empty values, as the exporter leaves those out. */
function leavesOf(object: Json, prefix = ""): Json {
  return Object.assign(
    {},
    ...Object.entries(object).map(([key, value]) => {
      const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isMap) return leavesOf(value as Json, `${prefix}${key}.`);
      return Array.isArray(value) && value.length === 0 ? {} : { [prefix + key]: value };
    }),
  );
}

interface Expected {
  readonly timestamp: string;
  readonly severity: "ERROR" | "WARN" | "INFO";
  readonly attributes: Json;
}

const SEVERITIES = { ERROR: 17, WARN: 13, INFO: 9 };

for (const name of ALL_SAMPLES) {
  Deno.test(`the document of ${name} has every attribute of mode ecs, and what the exporter adds`, async () => {
    const { timestamp, severity, attributes } = fixture(`${name}.ecs.json`) as Expected;
    assert.deepEqual(
      leavesOf(stored(await mapped(sampleText(name)))),
      leavesOf({
        "@timestamp": timestamp.replace("Z", "000000Z"),
        "log.level": severity,
        "event.severity": SEVERITIES[severity],
        "agent.name": "otlp",
        "elastic.mapping.mode": "ecs",
        ...RESOURCE,
        ...attributes,
      }),
    );
  });
}

for (const mapping of MODES) {
  Deno.test(`the document of a record in mode ${mapping} is that of the record as it arrives over OTLP`, async () => {
    for (const name of ALL_SAMPLES) {
      const record = await mapped(sampleText(name), { mapping });
      const [arrived] = readLogsJson(encodeLogsJson([record], typeOf), typeOf);
      assert.ok(arrived);
      assert.equal(storedDocument(record, typeOf), storedDocument(arrived, typeOf));
    }
  });
}

Deno.test("no attribute of a mode with dotted names stands below another", () => {
  const names = Object.entries(INVOCATION_FIELDS)
    .filter(([, { modes }]) => modes.some((mode) => mode === "ecs" || mode === "raw")).map(([name]) => name);
  const below = names.filter((name) => names.some((other) => name.startsWith(`${other}.`)));
  assert.deepEqual(below, []);
});

Deno.test("a document of mode raw is the original text as message, and where it was read", async () => {
  const text = sampleText("converse_text");
  assert.deepEqual(leavesOf(stored(await mapped(text, { mapping: "raw" }))), {
    "@timestamp": "2026-03-04T03:13:23.000000000Z",
    ...RESOURCE,
    ...leavesOf((fixture("converse_text.raw.json") as Expected).attributes),
    "agent.name": "otlp",
    "elastic.mapping.mode": "ecs",
    "log.level": "INFO",
    "event.severity": 9,
    message: text,
  });
});

Deno.test("in mode ecs attributes get ECS's names, and the resource tells who sent it", () => {
  const record = {
    ...testRecord({ attributes: { "event.name": "call", "exception.message": "no", "gen_ai.request.temperature": 1 } }),
    resource: resourceFromAttributes({
      "deployment.environment": "prod",
      "host.name": "h",
      "os.type": "darwin",
      "telemetry.sdk.name": "sdk",
      "telemetry.sdk.version": "2",
      "telemetry.distro.name": "ours",
    }),
    instrumentationScope: { name: "any", attributes: { "elastic.mapping.mode": "ecs", "scope.attribute": 1 } },
    hrTime: [0, 0] as [number, number],
    severityNumber: 0,
    severityText: "",
    spanContext: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
    body: { lost: true },
  };
  assert.deepEqual(leavesOf(stored(record)), {
    "@timestamp": "2025-01-15T00:00:01.000000000Z",
    "agent.name": "sdk/unknown/ours",
    "agent.version": "2",
    "data_stream.type": "logs",
    "data_stream.dataset": "generic",
    "data_stream.namespace": "default",
    "elastic.mapping.mode": "ecs",
    "elasticsearch.document_id": "id-0",
    "error.message": "no",
    "event.action": "call",
    "event.kind": "event",
    "gen_ai.request.temperature": 1,
    "host.hostname": "h",
    "host.name": "h",
    "host.os.platform": "darwin",
    "host.os.type": "macos",
    "scope.attribute": 1,
    "service.environment": "prod",
    "span.id": "b7ad6b7169203331",
    "trace.id": "0af7651916cd43dd8448eb211c80319c",
  });
  assert.match(storedDocument(record, typeOf), /"temperature":1\.0/);
});

Deno.test("a document of mode otel has OpenTelemetry's structure, without what only says where it goes", async () => {
  const record = await mapped(sampleText("titan_embed"), { mapping: "otel" });
  const { "elasticsearch.document_id": _, ...rest } = record.attributes;
  const attributes = Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith("data_stream.")));
  assert.equal(attributes["gen_ai.request.model"], "amazon.titan-embed-text-v2:0");
  assert.deepEqual(stored(record), {
    "@timestamp": "1772500521000.0",
    observed_timestamp: "1780000000000.5",
    data_stream: { type: "logs", dataset: "aws_bedrock.invocation.otel", namespace: "default" },
    severity_text: "INFO",
    severity_number: 9,
    event_name: "gen_ai.client.inference.operation.details",
    attributes,
    resource: { attributes: RESOURCE },
    scope: {
      schema_url: "https://opentelemetry.io/schemas/gen-ai/0.1.0",
      name: "bedrock-otel",
      version: record.instrumentationScope.version,
    },
  });
});

/** Bodies in mode otel. */
const BODIES: readonly (readonly [body: StorableRecord["body"], stored: string | undefined])[] = [
  [undefined, undefined],
  ["no record", `{"text":"no record"}`],
  [1, `{"text":1}`],
  [
    { "a.b": { c: null }, gen_ai: { request: { temperature: 1 } } },
    `{"structured":{"a.b":{"c":null},"gen_ai":{"request":{"temperature":1.0}}}}`,
  ],
  [[{ a: 1 }, { b: 2 }], `{"structured":[{"a":1},{"b":2}]}`],
  [[{ a: 1 }, "b"], `{"structured":{"value":[{"a":1},"b"]}}`],
];

for (const [body, expected] of BODIES) {
  Deno.test(`the body ${JSON.stringify(body)} in mode otel is stored as ${expected}`, () => {
    const text = storedDocument({ ...testRecord(), body }, typeOf);
    if (expected === undefined) assert.ok(!text.includes('"body"'));
    else assert.ok(text.endsWith(`,"body":${expected}}`), text);
  });
}

Deno.test("a record whose body is the document is that body, its numbers by the types of their paths", () => {
  const body = {
    "@timestamp": "2026-03-04T03:13:23.000Z",
    gen_ai: { request: { model: { id: "m" }, temperature: 1 }, usage: { prompt_tokens: 1 } },
    aws_bedrock: { invocation: { output: { output_body_json: { usage: { a: 1 } } } } },
    tags: [],
  };
  const instrumentationScope = { name: "bedrock-otel", attributes: { "elastic.mapping.mode": "bodymap" } };
  const record = { ...testRecord(), instrumentationScope, body };
  assert.equal(storedDocument(record, typeOf), JSON.stringify(body).replace(`"temperature":1`, `"temperature":1.0`));
  assert.throws(() => storedDocument({ ...record, body: "text" }, typeOf), /its body is no document/);
});

Deno.test("what is no record is stored in every mode", async () => {
  for (const mapping of MODES) {
    const { records: [record] } = await processed([received("no record")], { mapping });
    assert.ok(record);
    assert.ok(storedDocument(record, typeOf).includes("no record"), mapping);
  }
});

Deno.test("a document holds what arrives: no lone surrogates, and JSON text for what is nested too deeply", async () => {
  const input = `{"__proto__":"\\ud800","deep":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  const text = sampleText("converse_stream_tools_cache").replace('{"sku":"X-1"}', input);
  for (const mapping of MODES) {
    const document = storedDocument(await mapped(text, { mapping }), typeOf);
    assert.doesNotThrow(() => JSON.parse(document));
    if (mapping === "otel") {
      assert.ok(document.includes('{"__proto__":"\ufffd","deep":['), document);
      assert.ok(document.includes('["[[[[['), document);
    }
  }
});
