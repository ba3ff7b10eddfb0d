import assert from "node:assert/strict";
import { INVOCATION_FIELDS } from "../mappings/generated/invocation.ts";
import { ALL_SAMPLES, fixture, mapped, processed, received, sampleText } from "../processors/bedrock/testing.ts";
import { storedDocument } from "./stored_document.ts";

interface Expected {
  readonly timestamp: string;
  readonly severity: string;
  readonly attributes: Record<string, unknown>;
}

const RESOURCE = { "cloud.provider": "aws", "service.name": "bedrock-otel" };

for (const name of ALL_SAMPLES) {
  Deno.test(`the document of ${name} has every attribute of mode ecs at the root, under its dotted name`, async () => {
    const { timestamp, severity, attributes } = fixture(`${name}.ecs.json`) as Expected;
    const { "event.severity": severityNumber, ...document } = storedDocument(await mapped(sampleText(name)), "dotted");
    assert.deepEqual(document, { "@timestamp": timestamp, "log.level": severity, ...RESOURCE, ...attributes });
    assert.equal(severityNumber, { ERROR: 17, WARN: 13, INFO: 9 }[severity]);
  });
}

Deno.test("a document of mode ecs is nested where names have dots, but not in what an attribute holds", async () => {
  const text = sampleText("converse_text").replace('"team"', '"team.name"');
  const document = storedDocument(await mapped(text));
  assert.deepEqual(document["cloud"], {
    provider: "aws",
    service: { name: "bedrock" },
    account: { id: "123456789012" },
    region: "us-east-1",
  });
  const { aws_bedrock: { invocation } } = document as { aws_bedrock: { invocation: Record<string, unknown> } };
  assert.deepEqual(invocation["request_metadata"], {
    "team.name": "search",
    "cost_center": "42",
    "session_id": "s-77",
  });
  assert.deepEqual(invocation["input"], {
    content_type: "application/json",
    token_count: 21,
    content_kinds: ["text"],
    body_size: 261,
  });
});

Deno.test("no attribute of a mode with dotted names stands below another", () => {
  const names = Object.entries(INVOCATION_FIELDS)
    .filter(([, { modes }]) => modes.some((mode) => mode === "ecs" || mode === "raw")).map(([name]) => name);
  const below = names.filter((name) => names.some((other) => name.startsWith(`${other}.`)));
  assert.deepEqual(below, []);
});

Deno.test("a document of mode raw is the original text as message, and where it was read", async () => {
  const text = sampleText("converse_text");
  assert.deepEqual(storedDocument(await mapped(text, { mapping: "raw" }), "dotted"), {
    "@timestamp": "2026-03-04T03:13:23.000Z",
    ...RESOURCE,
    ...(fixture("converse_text.raw.json") as Expected).attributes,
    "log.level": "INFO",
    "event.severity": 9,
    message: text,
  });
});

Deno.test("a document of mode otel has OpenTelemetry's structure, without what only says where it goes", async () => {
  const record = await mapped(sampleText("titan_embed"), { mapping: "otel" });
  assert.deepEqual(storedDocument(record), {
    "@timestamp": "2026-03-03T01:15:21.000Z",
    observed_timestamp: "2026-05-28T20:26:40.000000005Z",
    data_stream: { type: "logs", dataset: "aws_bedrock.invocation.otel", namespace: "default" },
    severity_text: "INFO",
    severity_number: 9,
    event_name: "gen_ai.client.inference.operation.details",
    attributes: {
      "aws.s3.bucket.arn": "arn:aws:s3:::example-bedrock-logs",
      "aws.s3.bucket.name": "example-bedrock-logs",
      "aws.s3.object.key": "AWSLogs/123456789012/log.json.gz",
      "cloud.account.id": "123456789012",
      "cloud.provider": "aws",
      "cloud.region": "us-east-1",
      "gen_ai.input.messages": [{ role: "user", parts: [{ type: "text", content: "blue whale" }] }],
      "gen_ai.operation.name": "embeddings",
      "gen_ai.provider.name": "aws.bedrock",
      "gen_ai.request.model": "amazon.titan-embed-text-v2:0",
      "gen_ai.response.id": "0000000b-1111-4222-8333-00000000000b",
      "gen_ai.usage.input_tokens": 3,
      "log.file.path": "https://example-bedrock-logs.s3.us-east-1.amazonaws.com/AWSLogs/123456789012/log.json.gz",
      "log.offset": 4096,
      "log.record.uid": "0123456789abcdef0123456789abcdef-000000004096",
    },
    resource: { attributes: RESOURCE },
    scope: {
      schema_url: "https://opentelemetry.io/schemas/1.45.0",
      name: "bedrock-otel",
      version: record.instrumentationScope.version,
    },
  });
  const { attributes } = storedDocument(record, "nested") as { attributes: { log: unknown } };
  assert.deepEqual(attributes.log, {
    file: { path: "https://example-bedrock-logs.s3.us-east-1.amazonaws.com/AWSLogs/123456789012/log.json.gz" },
    offset: 4096,
    record: { uid: "0123456789abcdef0123456789abcdef-000000004096" },
  });
});

Deno.test("the text of what is no record is the body of its document in mode otel", async () => {
  const { records: [record] } = await processed([received("no record")], { mapping: "otel" });
  assert.ok(record);
  const { body, event_name } = storedDocument(record);
  assert.deepEqual(body, { text: "no record" });
  assert.equal(event_name, undefined);
});

Deno.test("a record whose body is the document is that body, or its fields under their dotted names", async () => {
  const body = {
    "@timestamp": "2026-03-04T03:13:23.000Z",
    gen_ai: { request: { model: { id: "m" } }, usage: { prompt_tokens: 1 } },
    aws_bedrock: { invocation: { output: { output_body_json: { usage: { a: 1 } } } } },
    tags: ["a"],
  };
  const record = {
    ...await mapped(sampleText("converse_text")),
    instrumentationScope: { name: "bedrock-otel", attributes: { "elastic.mapping.mode": "bodymap" } },
    body,
  };
  assert.deepEqual(storedDocument(record), body);
  assert.deepEqual(storedDocument(record, "dotted"), {
    "@timestamp": "2026-03-04T03:13:23.000Z",
    "gen_ai.request.model.id": "m",
    "gen_ai.usage.prompt_tokens": 1,
    "aws_bedrock.invocation.output.output_body_json": { usage: { a: 1 } },
    tags: ["a"],
  });
});

Deno.test("a document holds what arrives: no lone surrogates, and JSON text for what is nested too deeply", async () => {
  const input = `{"__proto__":"\\ud800","deep":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
  const text = sampleText("converse_stream_tools_cache").replace('{"sku":"X-1"}', input);
  const document = JSON.stringify(storedDocument(await mapped(text, { mapping: "otel" })));
  assert.ok(document.includes('{"__proto__":"\ufffd","deep":['), document);
  assert.ok(document.includes('["[[[[['), document);
});
