import assert from "node:assert/strict";
import { areaOf, hourFolder, hourOf } from "./bedrock_key.ts";

const AREA = { prefix: "team/AWSLogs/1/BedrockModelInvocationLogs/eu-west-1/", account: "1", region: "eu-west-1" };
const KEY = `${AREA.prefix}2026/03/02/05/20260302T051234567Z_a1b2.json.gz`;

Deno.test("a key of Bedrock tells account, region and hour, whatever prefix is before it", () => {
  assert.deepEqual(areaOf(KEY), AREA);
  assert.equal(hourOf(KEY), Date.UTC(2026, 2, 2, 5));
  assert.equal(areaOf(KEY.slice("team/".length))?.prefix, AREA.prefix.slice("team/".length));
  assert.equal(hourFolder(AREA, Date.UTC(2026, 2, 2, 5, 59)), `${AREA.prefix}2026/03/02/05/`);
});

for (
  const key of [
    "AWSLogs/1/CloudTrail/us-east-1/2026/03/02/05/a.json.gz",
    "AWSLogs/1/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check",
    "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/a.json.gz",
    "MyAWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/a.json.gz",
    "a.json.gz",
  ]
) {
  Deno.test(`${key} is no key of Bedrock's logs`, () => {
    assert.equal(areaOf(key), undefined);
    assert.equal(hourOf(key), undefined);
  });
}

Deno.test("an hour that is on no calendar is none", () => {
  assert.equal(hourOf(KEY.replace("03/02/05", "02/30/24")), undefined);
});
