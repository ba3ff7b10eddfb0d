import assert from "node:assert/strict";
import { modelIdOf } from "./model_id.ts";

const HERE = "arn:aws:bedrock:us-east-1:123456789012";
const HAIKU = "anthropic.claude-3-haiku-20240307-v1:0";

const CASES: Readonly<Record<string, object>> = {
  [HAIKU]: { name: HAIKU, kind: "foundation_model", underlying: HAIKU, vendor: "anthropic" },
  ...Object.fromEntries(
    ["us", "us-gov", "us-iso", "us-isob", "eu", "eu-isoe", "eusc", "apac", "ap", "jp", "au", "ca", "global", "kr"].map((
      prefix,
    ) => [`${prefix}.${HAIKU}`, profile(`${prefix}.${HAIKU}`, { prefix, underlying: HAIKU, vendor: "anthropic" })]),
  ),
  "newvendor.model-x-v1:0": {
    name: "newvendor.model-x-v1:0",
    kind: "foundation_model",
    underlying: "newvendor.model-x-v1:0",
    vendor: "newvendor",
  },
  "openai.gpt-5.4": {
    name: "openai.gpt-5.4",
    kind: "foundation_model",
    underlying: "openai.gpt-5.4",
    vendor: "openai",
  },
  [`arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`]: {
    name: HAIKU,
    kind: "foundation_model",
    underlying: HAIKU,
    vendor: "anthropic",
  },
  [`${HERE}:inference-profile/eu.meta.llama3-3-70b-instruct-v1:0`]: profile("eu.meta.llama3-3-70b-instruct-v1:0", {
    prefix: "eu",
    underlying: "meta.llama3-3-70b-instruct-v1:0",
    vendor: "meta",
  }),
  [`arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.${HAIKU}`]: profile(`us-gov.${HAIKU}`, {
    prefix: "us-gov",
    underlying: HAIKU,
    vendor: "anthropic",
  }),
  [`${HERE}:application-inference-profile/ab12cd34ef56`]: {
    name: "ab12cd34ef56",
    kind: "application_inference_profile",
    profileId: "ab12cd34ef56",
  },
  [`${HERE}:custom-model/amazon.titan-text-express-v1:0/abcdefghijkl`]: {
    name: "abcdefghijkl",
    kind: "custom_model",
    underlying: "amazon.titan-text-express-v1:0",
    vendor: "amazon",
  },
  [`${HERE}:custom-model-deployment/abcdefghijkl`]: { name: "abcdefghijkl", kind: "custom_model" },
  [`${HERE}:imported-model/abcdefghijkl`]: { name: "abcdefghijkl", kind: "imported_model" },
  [`${HERE}:provisioned-model/abcdefghijkl`]: { name: "abcdefghijkl", kind: "provisioned_model" },
  [`${HERE}:prompt-router/abcdefghijkl`]: { name: "abcdefghijkl", kind: "prompt_router" },
  [`${HERE}:default-prompt-router/anthropic.claude:1`]: {
    name: "anthropic.claude:1",
    kind: "prompt_router",
    vendor: "anthropic",
  },
  [`${HERE}:prompt/ABCDEFGHIJ:2`]: { name: "ABCDEFGHIJ:2", kind: "prompt" },
  "arn:aws:sagemaker:us-east-1:123456789012:endpoint/endpoint-quick-start-x": {
    name: "endpoint-quick-start-x",
    kind: "marketplace_endpoint",
  },
  [`${HERE}:something-new/x`]: { name: "x" },
  [`${HERE}:constructor/x`]: { name: "x" },
  "us.": { name: "us.", prefix: "us" },
  "plain": { name: "plain" },
};

function profile(name: string, parts: object): object {
  return { name, kind: "inference_profile", profileId: name, ...parts };
}

for (const [id, expected] of Object.entries(CASES)) {
  const arn = id.startsWith("arn:") ? { arn: id } : undefined;
  Deno.test(`the model id ${id} is ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(present(modelIdOf(id)), { ...expected, ...arn }));
}

Deno.test("the model that is known to be behind an id gives it a model and a vendor, not a name", () => {
  const arn = `${HERE}:application-inference-profile/ab12cd34ef56`;
  const parts = { profileId: "ab12cd34ef56", underlying: HAIKU, vendor: "anthropic" };
  const kind = "application_inference_profile";
  for (const behind of [HAIKU, `us.${HAIKU}`, `${HERE}:inference-profile/us.${HAIKU}`]) {
    assert.deepEqual(present(modelIdOf(arn, behind)), { name: "ab12cd34ef56", arn, kind, ...parts });
    assert.deepEqual(present(modelIdOf("ab12cd34ef56", behind)), { name: "ab12cd34ef56", kind, ...parts });
  }
  const provisioned = modelIdOf(`${HERE}:provisioned-model/abcdefghijkl`, HAIKU);
  assert.equal(provisioned?.kind, "provisioned_model");
  assert.equal(provisioned?.underlying, HAIKU);
});

function present(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
