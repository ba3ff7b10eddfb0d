import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { finishReasonOf } from "./messages.ts";

const CASES: readonly (readonly [string, string])[] = [
  // Titan's page has both.
  ["FINISH", "stop"],
  ["FINISHED", "stop"],
  // Cohere's pages have small letters and capitals.
  ["complete", "stop"],
  ["COMPLETE", "stop"],
  ["error_toxic", "content_filter"],
  ["max_tokens", "length"],
  ["MAX_TOKENS", "length"],
  ["TOOL_CALL", "tool_call"],
  // Stability's pages.
  ["Filter reason: output image", "content_filter"],
  ["Inference error", "error"],
  ["Something_New", "Something_New"],
];

for (const [reason, word] of CASES) {
  Deno.test(`the reason to stop ${reason} is ${word}`, () => assert.equal(finishReasonOf(reason), word));
}

Deno.test("an image that was filtered has its reason, also where the answer has no images", async () => {
  const request = { prompt: "a panda" };
  for (
    const response of [{ finish_reasons: ["Filter reason: prompt"] }, {
      artifacts: [{ finishReason: "CONTENT_FILTERED" }],
    }]
  ) {
    for (const content of ["full", "metadata_only"]) {
      const { attributes, severityText } = await mapped(sampleWith("stability_image", {}, { request, response }), {
        content,
      });
      const [reason] = attributes["gen_ai.response.finish_reasons"] as string[];
      assert.match(String(reason), /^(?:Filter reason: prompt|CONTENT_FILTERED)$/);
      assert.equal(severityText, "INFO");
    }
  }
});

Deno.test("an answer whose reason to stop is an error has failed, in each family that has such a reason", async () => {
  const responses = [
    { finish_reasons: [null, "Inference error"], images: [] },
    { artifacts: [{ base64: "aGk=", finishReason: "ERROR" }] },
    { generations: [{ id: "1", text: "", finish_reason: "ERROR" }] },
    { generation_id: "1", text: "", finish_reason: "error" },
    { choices: [{ message: { role: "assistant", content: "" }, finish_reason: "error" }] },
  ];
  for (const response of responses) {
    const { attributes, severityText } = await mapped(sampleWith("unknown_shape", {}, { response }));
    assert.equal(attributes["error.type"], "_OTHER", JSON.stringify(response));
    assert.equal(severityText, "ERROR");
  }
});

Deno.test("the reason to stop of a conversation by voice, and the id of a stored prompt, leave without content", async () => {
  const response = [{ event: { completionEnd: { stopReason: "END_TURN" } } }];
  const prompt = "arn:aws:bedrock:us-east-1:123456789012:prompt/PROMPT1234:2";
  for (const mapping of ["ecs", "otel"]) {
    const text = sampleWith("nova_sonic", { modelId: prompt }, { response });
    const { attributes } = await mapped(text, { mapping, content: "metadata_only" });
    assert.deepEqual(attributes["gen_ai.response.finish_reasons"], ["END_TURN"]);
    assert.equal(attributes["gen_ai.request.model"], "PROMPT1234:2");
  }
});
