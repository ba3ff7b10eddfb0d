import assert from "node:assert/strict";
import { bedrockFactory } from "../factory.ts";

const KEYS = { access_key_id: "KEY", secret_access_key: "SECRET" };

function config(settings: Record<string, unknown>) {
  return bedrockFactory.schema.parse(settings);
}

Deno.test("asking for profiles needs Bedrock's host in the region, and nothing where nothing is asked", () => {
  const hosts = (settings: Record<string, unknown>) => bedrockFactory.permissions(config(settings)).net;
  const asking = { resolve_inference_profiles: true };
  assert.equal(hosts({ aws: { ...KEYS, region: "us-east-1" } }), undefined);
  const inRegion = (region: string) => hosts({ ...asking, aws: { ...KEYS, region } });
  assert.deepEqual(inRegion("us-east-1"), ["bedrock.us-east-1.amazonaws.com:443"]);
  assert.deepEqual(inRegion("eusc-de-east-1"), ["bedrock.eusc-de-east-1.amazonaws.eu:443"]);
  assert.deepEqual(hosts({ ...asking, aws: { ...KEYS, endpoint: "http://127.0.0.1:9" } }), ["127.0.0.1:9"]);
});

Deno.test("mistakes in the settings of AWS are named with their path, where they matter", () => {
  const problems = (settings: Record<string, unknown>) =>
    bedrockFactory.check?.(config({ ...settings, aws: { access_key_id: "KEY" } })).map(({ path }) => path);
  assert.deepEqual(problems({ resolve_inference_profiles: true }), ["aws.access_key_id"]);
  assert.deepEqual(problems({}), []);
});
