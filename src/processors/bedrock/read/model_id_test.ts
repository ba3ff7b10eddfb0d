import assert from "node:assert/strict";
import { modelIdOf } from "./model_id.ts";

const HERE = "arn:aws:bedrock:us-east-1:123456789012";
const HAIKU = "anthropic.claude-3-haiku-20240307-v1:0";

const CASES: Record<string, object> = {
  [HAIKU]: { name: HAIKU, vendor: "anthropic" },
  [`us.${HAIKU}`]: { name: `us.${HAIKU}`, prefix: "us", vendor: "anthropic" },
  [`us-gov.${HAIKU}`]: { name: `us-gov.${HAIKU}`, prefix: "us-gov", vendor: "anthropic" },
  [`global.${HAIKU}`]: { name: `global.${HAIKU}`, prefix: "global", vendor: "anthropic" },
  "newvendor.model-x-v1:0": { name: "newvendor.model-x-v1:0", vendor: "newvendor" },
  [`arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`]: {
    name: HAIKU,
    arn: `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}`,
    vendor: "anthropic",
  },
  [`${HERE}:inference-profile/eu.meta.llama3-3-70b-instruct-v1:0`]: {
    name: "eu.meta.llama3-3-70b-instruct-v1:0",
    arn: `${HERE}:inference-profile/eu.meta.llama3-3-70b-instruct-v1:0`,
    prefix: "eu",
    vendor: "meta",
  },
  [`${HERE}:application-inference-profile/ab12cd34ef56`]: {
    name: "ab12cd34ef56",
    arn: `${HERE}:application-inference-profile/ab12cd34ef56`,
  },
  [`${HERE}:custom-model/amazon.titan-text-express-v1:0/abcdefghijkl`]: {
    name: "abcdefghijkl",
    arn: `${HERE}:custom-model/amazon.titan-text-express-v1:0/abcdefghijkl`,
    vendor: "amazon",
  },
  [`${HERE}:default-prompt-router/anthropic.claude:1`]: {
    name: "anthropic.claude:1",
    arn: `${HERE}:default-prompt-router/anthropic.claude:1`,
    vendor: "anthropic",
  },
  [`${HERE}:prompt/ABCDEFGHIJ:2`]: { name: "ABCDEFGHIJ:2", arn: `${HERE}:prompt/ABCDEFGHIJ:2` },
  "us.": { name: "us.", prefix: "us" },
  "plain": { name: "plain" },
};

for (const [id, expected] of Object.entries(CASES)) {
  Deno.test(`the model id ${id} is ${JSON.stringify(expected)}`, () => assert.deepEqual(modelIdOf(id), expected));
}
