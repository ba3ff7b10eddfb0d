import assert from "node:assert/strict";
import type { LogRecord } from "../../../component/batch.ts";
import {
  fixture,
  mapped,
  processed,
  received,
  SAMPLES,
  sampleText,
  tableProblems,
} from "../../../../test/world/bedrock_records.ts";

const OTEL = { mapping: "otel" };

/** What the expected documents hold of a record. */
function documentOf({ hrTime: [seconds, nanos], severityText, eventName, attributes }: LogRecord) {
  return {
    timestamp: new Date(seconds * 1000 + nanos / 1e6).toISOString(),
    severity: severityText,
    event_name: eventName,
    attributes,
  };
}

for (const name of SAMPLES) {
  Deno.test(`bedrock maps ${name} as the tables say in mode otel`, async () => {
    const record = await mapped(sampleText(name), OTEL);
    assert.deepEqual(documentOf(record), fixture(`${name}.otel.json`));
    assert.equal(record.body, undefined);
    assert.deepEqual(tableProblems(record, "otel"), []);
  });
}

Deno.test("in mode otel the scope names the conventions and leaves the way of storing to the Collector", async () => {
  const { instrumentationScope: scope } = await mapped(sampleText("converse_text"), OTEL);
  assert.equal(scope.name, "bedrock-otel");
  assert.equal(scope.schemaUrl, "https://opentelemetry.io/schemas/1.45.0");
  assert.equal(scope.attributes, undefined);
});

Deno.test("in mode otel the document's id is the record's uid too, or neither is there", async () => {
  const byRequest = await mapped(sampleText("converse_text"), { ...OTEL, document_id: "request_id" });
  assert.equal(byRequest.attributes["log.record.uid"], "00000003-1111-4222-8333-000000000003");
  assert.equal(byRequest.attributes["elasticsearch.document_id"], "00000003-1111-4222-8333-000000000003");
  const without = await mapped(sampleText("converse_text"), { ...OTEL, document_id: "none" });
  assert.equal("log.record.uid" in without.attributes, false);
  assert.equal("elasticsearch.document_id" in without.attributes, false);
});

Deno.test("in mode otel a text that is no record leaves as a pipeline error with its text as body", async () => {
  const { records: [record] } = await processed([received("no record")], OTEL);
  assert.ok(record);
  assert.equal(record.body, "no record");
  assert.equal(record.eventName, undefined);
  assert.equal(record.attributes["event.kind"], "pipeline_error");
  assert.equal(record.attributes["log.record.uid"], record.origin.id);
  assert.equal("tags" in record.attributes, false);
  assert.deepEqual(tableProblems(record, "otel"), []);
  const { records: [withoutText] } = await processed([received("no record")], { ...OTEL, content: "metadata_only" });
  assert.equal(withoutText?.body, undefined);
});

/** A Converse record with these tools, and a call of one without arguments. */
function withTools(...tools: unknown[]): string {
  const record = fixture("converse_stream_tools_cache.json") as { input: { inputBodyJson: Record<string, unknown> } };
  record.input.inputBodyJson["toolConfig"] = { tools };
  record.input.inputBodyJson["messages"] = [{ role: "assistant", content: [{ toolUse: { name: "price" } }] }];
  return JSON.stringify(record);
}

const PRICE = { toolSpec: { name: "price", description: "Secret", inputSchema: { json: { type: "object" } } } };

Deno.test("in mode otel with metadata_only tools leave by name and type alone, and only those that no caller named", async () => {
  const systemTools = ["nova_grounding", "secret"].map((name) => ({ systemTool: { name } }));
  const { attributes } = await mapped(withTools(PRICE, ...systemTools), { ...OTEL, content: "metadata_only" });
  assert.deepEqual(attributes["gen_ai.tool.definitions"], [{ type: "system", name: "nova_grounding" }]);
  const none = await mapped(withTools(PRICE), { ...OTEL, content: "metadata_only" });
  assert.equal("gen_ai.tool.definitions" in none.attributes, false);
});

Deno.test("in mode otel a tool call without arguments has none", async () => {
  const { attributes } = await mapped(withTools(PRICE), OTEL);
  assert.deepEqual(attributes["gen_ai.input.messages"], [
    { role: "assistant", parts: [{ type: "tool_call", name: "price", arguments: null }] },
  ]);
});

Deno.test("in mode otel with metadata_only the conversation leaves when metadata_keys names its key", async () => {
  const settings = { ...OTEL, content: "metadata_only" };
  const text = sampleText("converse_text");
  assert.equal("gen_ai.conversation.id" in (await mapped(text, settings)).attributes, false);
  const { attributes } = await mapped(text, { ...settings, metadata_keys: ["session_id"] });
  assert.equal(attributes["gen_ai.conversation.id"], "s-77");
});
