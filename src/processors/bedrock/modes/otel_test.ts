import assert from "node:assert/strict";
import type { LogRecord } from "../../../component/batch.ts";
import { typesIn } from "../../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../../mappings/generated/invocation.ts";
import { SEMCONVS } from "../../../mappings/semconv.ts";
import { encodeLogsJson } from "../../../otlp/json_logs.ts";
import { parseFieldTable } from "../../../../tools/generate/field_table.ts";
import {
  ALL_SAMPLES,
  fixture,
  mapped,
  processed,
  received,
  sampleText,
  tableProblems,
} from "../../../../test/world/bedrock_records.ts";

const TABLE = "mappings/invocation/fields.yml";
const SEMCONV_OF = new Map(
  parseFieldTable(Deno.readTextFileSync(TABLE), TABLE).map(({ name, semconv }) => [name, semconv]),
);

const OTEL = { mapping: "otel" };

/** What the expected documents hold of a record. */
function documentOf({ hrTime: [seconds, nanos], severityText, eventName, attributes }: LogRecord) {
  return {
    timestamp: new Date(seconds * 1000 + nanos / 1e6).toISOString(),
    severity: severityText,
    event_name: eventName,
    // Numbers that stay as they were written are compared as such.
    attributes: JSON.parse(JSON.stringify(attributes)),
  };
}

for (const name of ALL_SAMPLES) {
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
  assert.equal(scope.schemaUrl, "https://opentelemetry.io/schemas/gen-ai/0.1.0");
  assert.equal(scope.attributes, undefined);
  const { instrumentationScope: older } = await mapped(sampleText("converse_text"), { ...OTEL, semconv: "1.41" });
  assert.equal(older.schemaUrl, "https://opentelemetry.io/schemas/1.41.0");
  const { instrumentationScope: ecs } = await mapped(sampleText("converse_text"), { semconv: "1.41" });
  assert.equal(ecs.schemaUrl, "https://opentelemetry.io/schemas/1.45.0");
});

/** A Messages record with these parameters, whose answer wrote to the prompt cache. */
function withParameters(parameters: Record<string, unknown>): string {
  const record = fixture("anthropic_invoke_tool_use.json") as { input: { inputBodyJson: Record<string, unknown> } };
  Object.assign(record.input.inputBodyJson, parameters);
  return JSON.stringify(record);
}

const encoded = (record: LogRecord) => JSON.parse(encodeLogsJson([record], typesIn(INVOCATION_FIELDS)));

/** The OTLP/JSON value of an attribute. */
function valueIn(record: LogRecord, name: string): unknown {
  const attributes: { key: string; value: unknown }[] =
    encoded(record).resourceLogs[0].scopeLogs[0].logRecords[0].attributes;
  return attributes.find(({ key }) => key === name)?.value;
}

Deno.test("in mode otel semconv decides how attributes are called and typed", async () => {
  const text = withParameters({ top_k: 40, output_config: { effort: "high" } });
  const older = await mapped(text, { ...OTEL, semconv: "1.41" });
  const newer = await mapped(text, OTEL);
  const written = older.attributes["gen_ai.usage.cache_creation.input_tokens"];
  assert.equal(typeof written, "number");
  assert.equal("gen_ai.usage.cache_write.input_tokens" in older.attributes, false);
  assert.equal(newer.attributes["gen_ai.usage.cache_write.input_tokens"], written);
  assert.equal("gen_ai.usage.cache_creation.input_tokens" in newer.attributes, false);
  assert.deepEqual(valueIn(older, "gen_ai.request.top_k"), { doubleValue: 40 });
  assert.deepEqual(valueIn(newer, "gen_ai.request.top_k"), { intValue: "40" });
  assert.equal("gen_ai.request.reasoning.level" in older.attributes, false);
  for (const record of [older, newer]) assert.deepEqual(tableProblems(record, "otel"), []);
});

Deno.test("in mode otel a value that the conventions' version has no place for stays in the kept body", async () => {
  const whole = { ...OTEL, content: "full" };
  const { attributes: newer } = await mapped(withParameters({ top_k: 40.5 }), whole);
  assert.equal("gen_ai.request.top_k" in newer, false);
  assert.match(String(newer["aws_bedrock.invocation.input.body"]), /40\.5/);
  const effort = withParameters({ reasoning_effort: "xhigh" });
  const { attributes: older } = await mapped(effort, { ...whole, semconv: "1.41" });
  assert.equal("gen_ai.request.reasoning.level" in older, false);
  assert.match(String(older["aws_bedrock.invocation.input.body"]), /xhigh/);
});

Deno.test("a stored prompt is named with its version, whose attribute only the newer conventions have", async () => {
  for (
    const [sample, name, version] of [
      ["converse_managed_prompt", "PROMPT1234", "7"],
      ["responses_server_tools", "pmpt_68b0c29740048196bd3a6e6ac3c4d0e20ed9a13f0d15bf5e", "3"],
    ] as const
  ) {
    for (const content of ["full", "metadata_only"]) {
      const { attributes } = await mapped(sampleText(sample), { ...OTEL, content });
      assert.deepEqual([attributes["gen_ai.prompt.name"], attributes["gen_ai.prompt.version"]], [name, version]);
    }
    const { attributes: older } = await mapped(sampleText(sample), { ...OTEL, semconv: "1.41" });
    assert.deepEqual([older["gen_ai.prompt.name"], older["gen_ai.prompt.version"]], [name, undefined]);
  }
  const draft = sampleText("converse_managed_prompt").replaceAll("PROMPT1234:7", "PROMPT1234");
  const { attributes } = await mapped(draft, OTEL);
  assert.deepEqual([attributes["gen_ai.prompt.name"], "gen_ai.prompt.version" in attributes], ["PROMPT1234", false]);
});

Deno.test("each version of the conventions has the attributes that the table gives it, and no others of gen_ai", async () => {
  for (const semconv of SEMCONVS) {
    for (const name of ALL_SAMPLES) {
      const { attributes } = await mapped(sampleText(name), { ...OTEL, semconv });
      const foreign = Object.keys(attributes).filter((attribute) =>
        attribute.startsWith("gen_ai.") && !SEMCONV_OF.get(attribute)?.includes(semconv)
      );
      assert.deepEqual(foreign, [], `${name} with ${semconv}`);
    }
  }
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
