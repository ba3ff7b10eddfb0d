import assert from "node:assert/strict";
import { ALL_SAMPLES, fixture, mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { valueAt } from "../read/json.ts";

/** Elements that no dialect knows. */
const UNKNOWN = ["keep-alive", { brand: "new" }, { type: "ping" }, null, { brand: "new" }];

/** Fields that show that a stream was read. */
const FIELDS = ["aws_bedrock.invocation.output.completion_text", "gen_ai.response.finish_reasons", "gen_ai.tool.name"];

for (const name of ALL_SAMPLES) {
  const response = valueAt(fixture(`${name}.json`), "output.outputBodyJson");
  if (!Array.isArray(response)) continue;
  Deno.test(`the stream of ${name} is recognised also when its first elements are unknown`, async () => {
    const whole = await mapped(sampleText(name));
    const begun = await mapped(sampleWith(name, {}, { response: [...UNKNOWN, ...response] }));
    for (const field of FIELDS) assert.deepEqual(begun.attributes[field], whole.attributes[field], field);
  });
}

Deno.test("a request to Nova that was not answered is read, also without parameters", async () => {
  const image = { image: { format: "png", source: { bytes: "aGk=" } } };
  const request = { system: [{ text: "Be brief." }], messages: [{ role: "user", content: [image, { text: "Hi" }] }] };
  const text = sampleWith("error_throttled", { operation: "InvokeModel", modelId: "amazon.nova-lite-v1:0" }, {
    request,
  });
  const { attributes } = await mapped(text);
  assert.deepEqual(attributes["gen_ai.system_instructions"], [{ type: "text", content: "Be brief." }]);
  assert.deepEqual(attributes["aws_bedrock.invocation.input.content_kinds"], ["image/png", "text"]);
  assert.equal(attributes["aws_bedrock.invocation.input.prompt_text"], "Hi");
});
