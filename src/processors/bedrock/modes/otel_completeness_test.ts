/** Mode `otel` has what mode `ecs` has: under the same name, or under one that fits the conventions. */
import assert from "node:assert/strict";
import { ALL_SAMPLES, mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";

/** Names in mode `otel` of what ECS or Elastic's integration calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "event.id": "aws.request_id",
  "event.action": "aws_bedrock.invocation.operation",
  "event.duration": "aws_bedrock.invocation.latency.total_ms",
  "error.code": "aws_bedrock.invocation.error_code",
  "aws_bedrock.invocation.request_id": "aws.request_id",
  "gen_ai.usage.cache_creation.input_tokens": "gen_ai.usage.cache_write.input_tokens",
  "aws_bedrock.invocation.prompt.name": "gen_ai.prompt.name",
  "aws_bedrock.invocation.prompt.version": "gen_ai.prompt.version",
  "gen_ai.guardrail_id": "aws_bedrock.invocation.guardrail.id",
  "gen_ai.policy.name": "aws_bedrock.invocation.guardrail.policy.name",
  "gen_ai.policy.action": "aws_bedrock.invocation.guardrail.policy.action",
  "gen_ai.policy.confidence": "aws_bedrock.invocation.guardrail.policy.confidence",
  "gen_ai.policy.direction": "aws_bedrock.invocation.guardrail.policy.direction",
  "gen_ai.policy.match_detail": "aws_bedrock.invocation.guardrail.policy.match_detail",
  "gen_ai.compliance.violation_code": "aws_bedrock.invocation.guardrail.violation_code",
  "gen_ai.compliance.violation_detected": "aws_bedrock.invocation.guardrail.violation_detected",
};

/** What only ECS has, and what says it in mode `otel`. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  "event.kind": "a constant",
  "event.module": "a constant",
  "event.dataset": "the data stream",
  "event.outcome": "the severity, error.type and guardrail.intervened",
  "ecs.version": "the scope's schema URL",
  tags: "resource attributes or fields",
  "cloud.service.name": "gen_ai.provider.name",
  "related.user": "user.id and user.name",
  "aws_bedrock.invocation.output.completion_text": "gen_ai.output.messages",
  "aws_bedrock.invocation.input.prompt_text": "gen_ai.input.messages",
  "gen_ai.tool.name": "gen_ai.output.messages",
  "gen_ai.tool.type": "gen_ai.output.messages",
  "gen_ai.tool.call.id": "gen_ai.output.messages",
  "gen_ai.request.top_k": "the kept body, where it is no integer",
};

/** Values that each mode encodes in its own way. */
const ENCODED = /\.messages$|\.definitions$|_instructions$|\.body$|^event\.duration$/;

for (const content of ["full", "metadata_only"]) {
  Deno.test(`mode otel has what mode ecs has of all samples with content: ${content}`, async () => {
    for (const name of ALL_SAMPLES) {
      const { attributes: ecs } = await mapped(sampleText(name), { content });
      const { attributes: otel } = await mapped(sampleText(name), { content, mapping: "otel" });
      for (const [attribute, value] of Object.entries(ecs)) {
        if (attribute in ELSEWHERE) continue;
        const found = otel[OTHER_NAMES[attribute] ?? attribute];
        // What no part of the messages has may be in another part of the document.
        if (attribute.endsWith(".body")) continue;
        assert.notEqual(found, undefined, `${name}: ${attribute}`);
        if (!ENCODED.test(attribute)) assert.deepEqual(found, value, `${name}: ${attribute}`);
      }
    }
  });
}

Deno.test("in mode otel the time to the first byte leaves in seconds, as the conventions have it", async () => {
  const { attributes } = await mapped(sampleText("anthropic_stream_thinking"), { mapping: "otel" });
  const ms = attributes["aws_bedrock.invocation.latency.first_byte_ms"];
  assert.equal(typeof ms, "number");
  assert.equal(attributes["gen_ai.response.time_to_first_chunk"], Number(ms) / 1000);
});

Deno.test("in mode otel an intervention without a violation code is told, too", async () => {
  const response = { stopReason: "guardrail_intervened", output: { message: { role: "assistant", content: [] } } };
  const { attributes, severityText } = await mapped(sampleWith("converse_text", {}, { response }), { mapping: "otel" });
  assert.equal(attributes["aws_bedrock.invocation.guardrail.intervened"], true);
  assert.equal(severityText, "WARN");
  const { attributes: other } = await mapped(sampleText("converse_text"), { mapping: "otel" });
  assert.equal("aws_bedrock.invocation.guardrail.intervened" in other, false);
});

Deno.test("in mode otel metadata of the request leaves as a map whose keys every document can hold", async () => {
  const requestMetadata = { team: "a", "team.name": "b", "": "c", "team_name": "d" };
  const { attributes } = await mapped(sampleWith("converse_text", { requestMetadata }), { mapping: "otel" });
  const metadata = attributes["aws_bedrock.invocation.request_metadata"] as Record<string, string>;
  assert.deepEqual(Object.values(metadata).sort(), ["a", "b", "c", "d"]);
  assert.ok(Object.keys(metadata).every((key) => !key.includes(".") && key.trim() !== ""));
  const { attributes: without } = await mapped(sampleWith("converse_text", { requestMetadata }), {
    mapping: "otel",
    content: "metadata_only",
    metadata_keys: ["team"],
  });
  assert.deepEqual(without["aws_bedrock.invocation.request_metadata"], { team: "a" });
});
