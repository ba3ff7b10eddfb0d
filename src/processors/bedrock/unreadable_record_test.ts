import assert from "node:assert/strict";
import { processed, received, sampleText, tableProblems } from "../../../test/world/bedrock_records.ts";

const NO_RECORDS: Record<string, { text: string; message: RegExp; reason: string }> = {
  "a line that is cut off": {
    text: sampleText("converse_text").slice(0, 300),
    message: /^Cannot read record: it is not JSON \((?:it ends at )?character \d+\)$/,
    reason: "not_json",
  },
  "a line of text": { text: "secret words", message: /^Cannot read record: it is not JSON$/, reason: "not_json" },
  "JSON with an error in it": {
    text: '{"a": secret}',
    message: /^Cannot read record: it is not JSON(?: \(character \d+\))?$/,
    reason: "not_json",
  },
  "a list": { text: '["secret"]', message: /expected a JSON object, got a list$/, reason: "not_an_object" },
  "a string": { text: '"secret"', message: /expected a JSON object, got a string$/, reason: "not_an_object" },
  "null": { text: "null", message: /expected a JSON object, got null$/, reason: "not_an_object" },
  "an object without schema": {
    text: '{"prompt":"secret"}',
    message: /no ModelInvocationLog, it has no schemaType$/,
    reason: "not_an_invocation",
  },
  "an object of another schema": {
    text: '{"schemaType":"secret"}',
    message: /no ModelInvocationLog, its schemaType is another$/,
    reason: "not_an_invocation",
  },
};

for (const [what, { text, message, reason }] of Object.entries(NO_RECORDS)) {
  Deno.test(`${what} leaves as a pipeline error among the other records`, async () => {
    const good = received(sampleText("converse_text"));
    const { records, events, lines } = await processed([good, received(text), good]);
    assert.equal(records.length, 3);
    const [, error] = records;
    assert.ok(error);
    const { attributes } = error;
    assert.equal(attributes["event.kind"], "pipeline_error");
    assert.match(String(attributes["error.message"]), message);
    assert.equal(attributes["event.original"], text);
    assert.equal(attributes["aws_bedrock.invocation.record_size"], text.length);
    assert.equal(attributes["aws.s3.object.key"], "AWSLogs/123456789012/log.json.gz");
    assert.equal(attributes["log.offset"], 4096);
    assert.equal(attributes["data_stream.dataset"], "aws_bedrock.invocation");
    assert.equal(attributes["elasticsearch.document_id"], error.origin.id);
    assert.deepEqual(error.hrTime, error.hrTimeObserved);
    assert.equal(error.severityText, "ERROR");
    assert.deepEqual(tableProblems(error, "ecs"), []);
    assert.equal(events.count("bedrock.pipeline_errors", reason), 1);
    assert.doesNotMatch(lines.join(), /secret|colours/);
  });

  Deno.test(`of ${what} no text leaves with metadata_only`, async () => {
    for (const mapping of ["ecs", "raw"]) {
      const { records: [error] } = await processed([received(text)], { mapping, content: "metadata_only" });
      assert.equal(error?.attributes["event.kind"], "pipeline_error");
      assert.equal(error?.body, undefined);
      assert.equal("event.original" in error.attributes, false);
      assert.doesNotMatch(JSON.stringify(error.attributes), /secret|colours/);
    }
  });
}

Deno.test("in mode raw a pipeline error has its text as body", async () => {
  const { records: [error] } = await processed([received("no record")], { mapping: "raw" });
  assert.equal(error?.body, "no record");
  assert.deepEqual(error && tableProblems(error, "raw"), []);
});

Deno.test("a long text that is no record is capped at a code point", async () => {
  const { records: [error] } = await processed([received("é".repeat(20_000) + "x")]);
  const original = String(error?.attributes["event.original"]);
  assert.equal(original, "é".repeat(16_383));
});

Deno.test("what the receiver found to be no record leaves with the receiver's words", async () => {
  const fault = { reason: "too_large", message: "Cannot read record: 20000000 bytes are more than max_bytes" } as const;
  const { records: [error], events } = await processed([received(undefined, fault)]);
  assert.equal(error?.attributes["error.message"], fault.message);
  assert.equal(error?.attributes["aws_bedrock.invocation.record_size"], 20_000_000);
  assert.equal(events.count("bedrock.pipeline_errors", "too_large"), 1);
});
