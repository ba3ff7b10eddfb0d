import assert from "node:assert/strict";
import { MODES, typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { createLogsEncoder } from "../../otlp/logs.ts";
import { bedrockFactory } from "./factory.ts";
import { mapped, processed, received, sampleText, sampleWith } from "../../../test/world/bedrock_records.ts";

Deno.test("bedrock leaves out excluded operations, models and accounts, and counts them", async () => {
  const texts = ["converse_text", "error_throttled", "large_bodies", "metadata_only", "unknown_shape"].map(sampleText);
  const { records, events } = await processed(texts.map((text) => received(text)), {
    exclude: { operations: ["InvokeM*"], models: ["*nova*", "ab12cd34ef56"], accounts: ["*999"] },
  });
  assert.deepEqual(records.map(({ attributes }) => attributes["event.id"]), ["00000015-1111-4222-8333-000000000015"]);
  assert.equal(events.count("bedrock.excluded_records", "operations"), 2);
  assert.equal(events.count("bedrock.excluded_records", "models"), 2);
});

Deno.test("the model behind an inference profile is excluded whatever the profile is called", async () => {
  const arn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56";
  const records = [
    sampleWith("converse_text", { modelId: arn }),
    sampleWith("converse_text", { modelId: "ab12cd34ef56" }),
    sampleWith("converse_text", { modelId: "eu.anthropic.claude-sonnet-4-20250514-v1:0" }),
    sampleWith("converse_text", { modelId: "amazon.nova-pro-v1:0" }),
  ].map((text) => received(text));
  for (const mapping of ["ecs", "integration", "otel", "raw"]) {
    const { records: left, events } = await processed(records, {
      mapping,
      exclude: { models: ["anthropic.claude-*"] },
      inference_profiles: { ab12cd34ef56: "us.anthropic.claude-3-haiku-20240307-v1:0" },
    });
    assert.equal(left.length, 1, mapping);
    assert.equal(events.count("bedrock.excluded_records", "models"), 3);
  }
  const { records: all } = await processed(records, { exclude: { models: ["anthropic.claude-3-*"] } });
  assert.equal(all.length, 4, "a profile whose model is not known is not excluded by it");
});

Deno.test("a batch of which everything is left out resolves and hands nothing on", async () => {
  const text = sampleText("converse_text");
  const { batches } = await processed([received(text), received(text)], { exclude: { accounts: ["123456789012"] } });
  assert.deepEqual(batches, []);
});

Deno.test("a batch fails with the next consumer", async () => {
  const { processor, flowControl } = await processed([]);
  const failing = processor.logs?.({ consume: () => Promise.reject(new Error("down")) }, flowControl);
  const record = received(sampleText("converse_text"));
  await assert.rejects(async () => await failing?.consume({ items: [record], sizeBytes: 1 }), /down/);
});

Deno.test("all records share one resource and one scope, with the user's attributes over ours", async () => {
  const records = [received(sampleText("converse_text")), received("no record")];
  const result = await processed(records, {}, { "service.name": "mine", "host.name": "h1" });
  const [first, second] = result.records;
  assert.deepEqual(first?.resource.attributes, {
    "cloud.provider": "aws",
    "service.name": "mine",
    "host.name": "h1",
  });
  assert.equal(first?.resource, second?.resource);
  assert.equal(first?.instrumentationScope, second?.instrumentationScope);
  assert.equal(first?.instrumentationScope.name, "bedrock-otel");
  assert.deepEqual(first?.instrumentationScope.attributes, { "elastic.mapping.mode": "ecs" });
});

Deno.test("the document id is the place in the source, the request id or none, as configured", async () => {
  const id = "elasticsearch.document_id";
  const text = sampleText("converse_text");
  assert.equal((await mapped(text)).attributes[id], "0123456789abcdef0123456789abcdef-000000004096");
  const byRequest = await mapped(text, { document_id: "request_id" });
  assert.equal(byRequest.attributes[id], "00000003-1111-4222-8333-000000000003");
  assert.equal(id in (await mapped(text, { document_id: "none" })).attributes, false);
  for (const requestId of [undefined, 7, "", "x".repeat(600)]) {
    const record = await mapped(sampleWith("converse_text", { requestId }), { document_id: "request_id" });
    assert.equal(record.attributes[id], record.origin.id);
  }
});

Deno.test("namespace, tags and static fields are the configuration's", async () => {
  const settings = { namespace: "prod", tags: ["a"], fields: { "labels.stage": "prod", "labels.weight": 1.5 } };
  for (const mapping of ["ecs", "raw"]) {
    const { attributes } = await mapped(sampleText("converse_text"), { ...settings, mapping });
    assert.equal(attributes["data_stream.namespace"], "prod");
    assert.deepEqual(attributes["tags"], ["a"]);
    assert.equal(attributes["labels.stage"], "prod");
    assert.equal(attributes["labels.weight"], 1.5);
  }
});

Deno.test("a timestamp that cannot be read becomes the observed time, and error.message reports it", async () => {
  const unreadable = [undefined, "", 1772417481, "yesterday", "2026-13-01T00:00:00Z", "9999-01-01T00:00:00Z", [], {}];
  for (const timestamp of unreadable) {
    for (const mapping of ["ecs", "raw"]) {
      const record = await mapped(sampleWith("converse_text", { timestamp }), { mapping });
      assert.deepEqual(record.hrTime, record.hrTimeObserved);
      assert.match(String(record.attributes["error.message"]), /^Cannot read the record's timestamp: it is /);
    }
  }
});

Deno.test("a timestamp is read with its offset and its fraction", async () => {
  const record = await mapped(sampleWith("converse_text", { timestamp: "2026-03-04T05:13:23.123456789+02:00" }));
  assert.deepEqual(record.hrTime, [1772594003, 123_456_789]);
  assert.equal("error.message" in record.attributes, false);
});

Deno.test("an unknown schema version is mapped, with one warning for all its records", async () => {
  const text = sampleWith("converse_text", { schemaVersion: "2.1" });
  const { records, lines, events } = await processed([received(text), received(text)]);
  assert.deepEqual(records.map(({ attributes }) => attributes["aws_bedrock.invocation.schema_version"]), [
    "2.1",
    "2.1",
  ]);
  assert.equal(lines.filter((line) => line.includes("record.unknown_version")).length, 1);
  assert.equal(events.count("bedrock.unknown_versions"), 2);
});

Deno.test("the original text stays with preserve_original_event, and its tag", async () => {
  const text = sampleText("converse_text");
  const { attributes } = await mapped(text, { preserve_original_event: true });
  assert.equal(attributes["event.original"], text);
  assert.deepEqual(attributes["tags"], ["forwarded", "aws-bedrock-invocation", "preserve_original_event"]);
});

Deno.test("a long original is replaced by its SHA-1 and length", async () => {
  const text = sampleWith("metadata_only", { requestMetadata: { note: "x".repeat(32_766) } });
  const { attributes } = await mapped(text, { preserve_original_event: true });
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  assert.equal(attributes["event.original"], `sha1-${hex}:${text.length}`);
});

Deno.test("the completion is cut at a code point after max_text_length bytes", async () => {
  const body = { output: { message: { role: "assistant", content: [{ text: "a☔🙂z" }] } } };
  const text = sampleWith("converse_text", { output: { outputBodyJson: body } });
  const lengths: [number, string][] = [[3, "a"], [4, "a☔"], [7, "a☔"], [8, "a☔🙂"], [9, "a☔🙂z"], [100, "a☔🙂z"]];
  for (const [max_text_length, expected] of lengths) {
    const { attributes } = await mapped(text, { max_text_length });
    assert.equal(attributes["aws_bedrock.invocation.output.completion_text"], expected);
  }
});

Deno.test("the caller's keys name conversation and agent", async () => {
  const requestMetadata = { thread: "t-1", bot: "b-1", bot_name: "Ada" };
  const { attributes } = await mapped(sampleWith("converse_text", { requestMetadata }), {
    conversation_id_keys: ["missing", "thread"],
    agent_id_keys: ["bot"],
    agent_name_keys: ["bot_name"],
  });
  assert.equal(attributes["gen_ai.conversation.id"], "t-1");
  assert.equal(attributes["gen_ai.agent.id"], "b-1");
  assert.equal(attributes["gen_ai.agent.name"], "Ada");
});

Deno.test("settings that decide where a record goes are refused as fields, and unknown modes with the known", () => {
  const problems = (settings: Record<string, unknown>) =>
    bedrockFactory.check?.(bedrockFactory.schema.parse(settings)).map(({ path, message }) => `${path}: ${message}`);
  assert.deepEqual(problems({}), []);
  assert.deepEqual(problems({ mapping: "raw", content: "metadata_only" }), []);
  assert.deepEqual(problems({ mapping: "otel" }), []);
  assert.deepEqual(problems({ mapping: "integration" }), []);
  assert.deepEqual(problems({ content: "redacted" }), []);
  assert.deepEqual(problems({ fields: { "data_stream.dataset": "x", labels: "x", "labels.ok": 1 } }), [
    "fields: expected no data_stream.dataset: it is always aws_bedrock.invocation",
    "fields: expected no labels: name each label, as in labels.team",
  ]);
  const refused = {
    gen_ai: "x",
    "event.id.part": "x",
    "event.duration": "long",
    "@timestamp": "now",
    team: "a",
    "team.name": "b",
    "": "x",
    "a..b": "x",
    ".a": "x",
    "a.": "x",
    "a. .b": "x",
    "a\0": "x",
    ["k".repeat(257)]: "x",
  };
  const told = problems({ fields: { ...refused, "a.b": 1, "labels.team": "x", "event.action": "x", custom: [] } }) ??
    [];
  const others = new Set(Object.keys(refused).filter((name) => name !== "team.name"));
  assert.deepEqual(told.length, others.size, told.join("\n"));
  assert.match(told.join("\n"), /expected no gen_ai: records have gen_ai\.\S+ below it$/m);
  assert.match(told.join("\n"), /expected no event\.id\.part: records have event\.id, which has nothing below it$/m);
  assert.match(told.join("\n"), /expected no team: team\.name is below it/);
  const unknown = bedrockFactory.schema.safeParse({ mapping: "esc" });
  assert.match(String(unknown.error), /ecs.*integration.*otel.*raw/s);
  for (const namespace of ["a-b", "Prod", "", "a b", "x".repeat(101)]) {
    assert.equal(bedrockFactory.schema.safeParse({ namespace }).success, false, namespace);
  }
});

for (const mapping of MODES) {
  Deno.test(`the size of a record is about that of its request, whatever script it is in (${mapping})`, async () => {
    for (const text of ["word ", "été ", "庭の手入れ", "🌱🌻"]) {
      const request = { messages: [{ role: "user", content: [{ text: text.repeat(2000) }] }] };
      const record = await mapped(sampleWith("converse_text", {}, { request }), { mapping });
      const { length } = createLogsEncoder("proto", typesIn(INVOCATION_FIELDS))([record]);
      const share = length / record.sizeBytes;
      assert.ok(share > 0.7 && share < 1.1, `${text}: ${length} bytes, said to be ${record.sizeBytes}`);
    }
  });
}
