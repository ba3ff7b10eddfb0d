import assert from "node:assert/strict";
import type { LogRecord } from "../../component/batch.ts";
import { withoutBodies, withoutContent } from "./content.ts";
import { fixture, mapped, sampleText, sampleWith } from "../../../test/world/bedrock_records.ts";

interface SampleRecord {
  input: Record<string, unknown>;
  output: Record<string, unknown>;
  [name: string]: unknown;
}

function allOf(record: LogRecord): string {
  const { origin: _, ...rest } = record;
  return JSON.stringify(rest);
}

Deno.test("with metadata_only the allow-list of an answer leaves: model, stop reason, usage, kinds, sizes, parameters", async () => {
  const { attributes, body } = await mapped(sampleText("anthropic_stream_thinking"), { content: "metadata_only" });
  const full = (fixture("anthropic_stream_thinking.ecs.json") as { attributes: Record<string, unknown> }).attributes;
  const content = [
    ...["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.name", "gen_ai.tool.call.id"],
    "aws_bedrock.invocation.input.prompt_text",
    "aws_bedrock.invocation.output.completion_text",
    ...["aws_bedrock.invocation.input.body", "aws_bedrock.invocation.output.body"],
  ];
  assert.equal(body, undefined);
  assert.deepEqual(
    attributes,
    Object.fromEntries(Object.entries(full).filter(([attribute]) => !content.includes(attribute))),
  );
});

Deno.test("with metadata_only a blocked request still reports which policies acted, and not on what", async () => {
  const { attributes } = await mapped(sampleText("converse_guardrail_pii_output"), { content: "metadata_only" });
  assert.deepEqual(attributes["gen_ai.compliance.violation_code"], ["EMAIL", "GROUNDING"]);
  assert.deepEqual(attributes["gen_ai.policy.action"], ["ANONYMIZED", "BLOCKED"]);
  assert.equal("gen_ai.policy.match_detail" in attributes, false);
});

Deno.test("with metadata_only request metadata leaves under metadata_keys alone, and so does the conversation", async () => {
  const some = await mapped(sampleText("converse_text"), { content: "metadata_only", metadata_keys: ["team"] });
  assert.deepEqual(some.attributes["aws_bedrock.invocation.request_metadata"], { team: "search" });
  assert.equal("gen_ai.conversation.id" in some.attributes, false);
  const session = await mapped(sampleText("converse_text"), {
    content: "metadata_only",
    metadata_keys: ["session_id"],
  });
  assert.equal(session.attributes["gen_ai.conversation.id"], "s-77");
});

Deno.test("in mode raw with metadata_only the record leaves without its bodies, and can still be mapped", async () => {
  const { body } = await mapped(sampleText("converse_text"), {
    mapping: "raw",
    content: "metadata_only",
    metadata_keys: ["team"],
  });
  assert.deepEqual(JSON.parse(body as string), {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: "2026-03-04T03:13:23Z",
    accountId: "123456789012",
    identity: { arn: "arn:aws:sts::123456789012:assumed-role/BedrockApp/session-3" },
    region: "us-east-1",
    requestId: "00000003-1111-4222-8333-000000000003",
    operation: "Converse",
    modelId: "amazon.nova-pro-v1:0",
    requestMetadata: { team: "search" },
    input: { inputContentType: "application/json", inputTokenCount: 21 },
    output: { outputContentType: "application/json", outputTokenCount: 8 },
  });
});

Deno.test("static fields leave with metadata_only, as the configuration wrote them", async () => {
  const { attributes } = await mapped(sampleText("converse_text"), {
    content: "metadata_only",
    fields: { "labels.stage": "prod" },
  });
  assert.equal(attributes["labels.stage"], "prod");
});

Deno.test("a record without content keeps where it was read and has no body in any mode", async () => {
  for (const mapping of ["ecs", "otel", "raw"] as const) {
    const record = withoutContent(await mapped(sampleText("converse_text"), { mapping }));
    assert.equal(record.body, undefined);
    assert.equal(record.attributes["log.offset"], 4096);
    assert.equal(record.attributes["elasticsearch.document_id"], record.origin.id);
  }
});

Deno.test("a record that is too large is reduced to its metadata and reports that, once", async () => {
  const record = await mapped(sampleText("anthropic_invoke_tool_use"), { preserve_original_event: true });
  const small = withoutBodies(record);
  assert.ok(small);
  assert.doesNotMatch(allOf(small), /Zürich/);
  assert.match(
    String(small.attributes["error.message"]),
    new RegExp(`left out messages and bodies of a record of ${record.origin.sizeBytes} bytes$`),
  );
  assert.equal(small.attributes["aws_bedrock.invocation.input.body_size"], 444);
  assert.equal(small.attributes["log.offset"], 4096);
  assert.ok(small.sizeBytes < record.sizeBytes);
  assert.equal(withoutBodies(small), undefined);
});

Deno.test("a large record of mode raw shrinks to a record without bodies", async () => {
  const small = withoutBodies(await mapped(sampleText("anthropic_invoke_tool_use"), { mapping: "raw" }));
  assert.ok(small);
  const log = JSON.parse(small.body as string) as SampleRecord;
  assert.equal(log["requestId"], "00000001-1111-4222-8333-000000000001");
  assert.deepEqual(log.input, { inputContentType: "application/json", inputTokenCount: 412 });
  assert.equal(withoutBodies(small), undefined);
});

Deno.test("without content the kinds, tasks and codes that Bedrock's pages list leave as they are", async () => {
  const audio = ["mp3", "mpga", "x-aac", "mka"].map((format) => ({ audio: { format, source: { bytes: "AA" } } }));
  const converse = { messages: [{ role: "user", content: audio }] };
  const refusal = {
    messages: [{ role: "assistant", content: null, refusal: "No" }, { role: "user", content: "Why?" }],
  };
  const embedding = { taskType: "SINGLE_EMBEDDING", singleEmbeddingParams: { text: { value: "a" } } };
  const records = [
    sampleWith("converse_text", {}, { request: converse }),
    sampleWith("openai_shape", {}, { request: refusal }),
    sampleWith("titan_embed", {}, { request: embedding }),
    sampleWith("error_throttled", { errorCode: 429, status: 429 }),
    sampleText("nova_sonic"),
  ];
  const names = /content_kinds|task_type|error\.(?:type|code)|invocation\.status/;
  const some = (attributes: object) => Object.entries(attributes).filter(([name]) => names.test(name));
  for (const mapping of ["ecs", "otel"]) {
    for (const text of records) {
      const { attributes: full } = await mapped(text, { mapping });
      const { attributes: withheld } = await mapped(text, { mapping, content: "metadata_only" });
      assert.notEqual(some(full).length, 0);
      assert.deepEqual(some(withheld), some(full));
    }
  }
});
