import assert from "node:assert/strict";
import { SEMCONVS } from "../../../mappings/semconv.ts";
import { ALL_SAMPLES, mapped, sampleText } from "../../../../test/world/bedrock_records.ts";
import { messageSchemasOf, PART_TYPES } from "../../../../test/world/genai_messages.ts";

for (const semconv of SEMCONVS) {
  Deno.test(`in mode otel all messages of all samples fit the schemas of the conventions ${semconv}`, async () => {
    const schemas = Object.entries(messageSchemasOf(semconv));
    const seen = new Map(schemas.map(([attribute]) => [attribute, 0]));
    const types = new Set<string>();
    for (const name of ALL_SAMPLES) {
      const { attributes } = await mapped(sampleText(name), { mapping: "otel", semconv });
      for (const [attribute, schema] of schemas) {
        if (!(attribute in attributes)) continue;
        seen.set(attribute, (seen.get(attribute) ?? 0) + 1);
        // As they leave: numbers that stay as they were written are numbers.
        const value: unknown = JSON.parse(JSON.stringify(attributes[attribute]));
        for (const { parts = [] } of value as { parts?: { type: string }[] }[]) {
          for (const { type } of parts) types.add(type);
        }
        const result = schema.safeParse(value);
        assert.equal(result.success, true, `${name}: ${attribute}: ${result.error?.message}`);
      }
    }
    for (const type of PART_TYPES) assert.ok(types.has(type), `no sample has a part of type ${type}`);
    for (const [attribute, count] of seen) assert.ok(count >= 3, `${attribute} is in ${count} samples`);
  });
}

Deno.test("the schemas of messages refuse what is no message of the conventions", () => {
  const { "gen_ai.output.messages": output, "gen_ai.tool.definitions": tools } = messageSchemasOf("1.41");
  const fits = (part: unknown) =>
    output?.safeParse([{ role: "assistant", parts: [part], finish_reason: "stop" }]).success;
  assert.equal(fits({ type: "text", content: "Hi" }), true);
  assert.equal(fits({ type: "provider_part", anything: 1 }), true);
  const wrong = [
    { type: "text" },
    { type: "text", content: { text: "Hi" } },
    { type: "reasoning", content: null },
    { type: "tool_call", arguments: {} },
    { type: "tool_call_response", id: "1" },
    { type: "blob", mime_type: "image/png", content: "aGk=" },
    { type: "uri", modality: "image" },
    { content: "Hi" },
  ];
  for (const part of wrong) assert.equal(fits(part), false, JSON.stringify(part));
  assert.equal(output?.safeParse([{ role: "assistant", parts: [] }]).success, false);
  assert.equal(
    messageSchemasOf("genai-0.1.0")["gen_ai.output.messages"]?.safeParse([{ role: "a", parts: [] }]).success,
    true,
  );
  assert.equal(tools?.safeParse([{ type: "function", name: "f", parameters: "{}" }]).success, false);
});
