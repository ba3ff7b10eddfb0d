import assert from "node:assert/strict";
import { ALL_SAMPLES, fixture, mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { modelIdOf } from "../read/model_id.ts";
import { operationNameOf } from "./operation_name.ts";

const HERE = "arn:aws:bedrock:us-east-1:123456789012";

const NAMES: readonly (readonly [string, string, string])[] = [
  ["Converse", "plain", "chat"],
  ["ConverseStream", "amazon.titan-text-express-v1", "chat"],
  ["InvokeModel", "us.anthropic.claude-sonnet-4-20250514-v1:0", "chat"],
  ["InvokeModelWithResponseStream", `${HERE}:application-inference-profile/ab12cd34ef56`, "chat"],
  ["InvokeModel", "cohere.embed-english-v3", "embeddings"],
  ["InvokeModel", "amazon.titan-embed-text-v2:0", "embeddings"],
  ["StartAsyncInvoke", "twelvelabs.marengo-embed-2-7-v1:0", "embeddings"],
  ["InvokeModel", "amazon.rerank-v1:0", "rerank"],
  ["InvokeModel", `arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0`, "rerank"],
  ["InvokeModel", "amazon.titan-image-generator-v2:0", "generate_content"],
  ["InvokeModel", "us.stability.stable-style-transfer-v1:0", "generate_content"],
  ["StartAsyncInvoke", "amazon.nova-reel-v1:1", "generate_content"],
  ["StartAsyncInvoke", "new", "generate_content"],
  ["InvokeModelWithBidirectionalStream", "amazon.nova-2-sonic-v1:0", "generate_content"],
  ["InvokeModel", "amazon.titan-text-express-v1", "text_completion"],
  ["InvokeModel", "us.meta.llama3-3-70b-instruct-v1:0", "text_completion"],
  ["Converse", "us.meta.llama3-3-70b-instruct-v1:0", "chat"],
  ["InvokeModelWithResponseStream", "mistral.mixtral-8x7b-instruct-v0:1", "text_completion"],
  ["InvokeModel", "mistral.mistral-large-2407-v1:0", "chat"],
  ["InvokeModel", "us.deepseek.r1-v1:0", "text_completion"],
  ["InvokeModel", "deepseek.v3-v1:0", "chat"],
  ["InvokeModel", "us.twelvelabs.pegasus-1-2-v1:0", "text_completion"],
  ["Brand new", "plain", "chat"],
  ["", "plain", "chat"],
];

for (const [operation, model, expected] of NAMES) {
  Deno.test(`${operation} of ${model} without bodies is ${expected}`, () =>
    assert.equal(operationNameOf(operation, modelIdOf(model)), expected));
}

/** Bodies that nothing can be read from. */
const BODIES: Readonly<Record<string, object>> = {
  withheld: { inputContentType: "application/json" },
  unknown: { inputBodyJson: { brand: "new" } },
  binary: { inputBodyJson: "AAECAwQFBgc=" },
  large: { inputBodyS3Path: "s3://bucket/data/x_input.json.gz" },
  none: {},
};

for (const [name, body] of Object.entries(BODIES)) {
  for (const mapping of ["ecs", "otel"]) {
    for (const content of ["full", "metadata_only"]) {
      Deno.test(`a record with bodies that are ${name} has an operation in mode ${mapping} with ${content}`, async () => {
        const text = sampleWith("titan_embed", { input: body, output: body });
        const { attributes } = await mapped(text, { mapping, content });
        assert.equal(attributes["gen_ai.operation.name"], "embeddings");
      });
    }
  }
}

Deno.test("an invocation without its bodies is what it is with them", async () => {
  // Mistral Large takes a prompt as well as a chat.
  for (const name of ALL_SAMPLES.filter((name) => name !== "mistral")) {
    const { modelId, operation } = fixture(`${name}.json`) as { modelId: string; operation: string };
    const { attributes } = await mapped(sampleText(name));
    const { attributes: bare } = await mapped(sampleWith(name, { input: {}, output: {} }));
    assert.equal(
      bare["gen_ai.operation.name"],
      attributes["gen_ai.operation.name"],
      `${name}: ${operation} ${modelId}`,
    );
  }
});
