import assert from "node:assert/strict";
import { readInvocation } from "../read/record.ts";
import { type Side, storedBodiesOf } from "./body_place.ts";

const ID = "00000017-1111-4222-8333-000000000017";
const FOLDER = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/06/03";
const RULES = { ownBucket: "logs", allowedBuckets: new Set(["large"]) };

/** What is found of a record with this path; the place as text, or why it is refused. */
function found(path: unknown, { side = "input" as Side, requestId = ID as unknown, part = {}, rules = RULES } = {}) {
  const log = { schemaType: "ModelInvocationLog", requestId, [side]: { [`${side}BodyS3Path`]: path, ...part } };
  const invocation = readInvocation(JSON.stringify(log));
  assert.ok("log" in invocation);
  return storedBodiesOf(invocation, rules).map((body) =>
    "place" in body ? `${body.side} ${body.place.bucket} ${body.place.key}` : body.reason
  );
}

Deno.test("a body is read from the log's own bucket or an allowed one, under the record's own name", () => {
  const key = `${FOLDER}/data/${ID}_input.json.gz`;
  assert.deepEqual(found(`s3://logs/${key}`), [`input logs ${key}`]);
  assert.deepEqual(found(`s3://large/${key}`), [`input large ${key}`]);
  assert.deepEqual(found(`s3://logs/data/${ID}_input.json.gz`), [`input logs data/${ID}_input.json.gz`]);
  assert.deepEqual(found(`s3://logs/my logs/data/${ID}_output.json.gz`, { side: "output" }), [
    `output logs my logs/data/${ID}_output.json.gz`,
  ]);
});

Deno.test("a body that the record holds, or has no path for, is none to read", () => {
  const path = `s3://logs/${FOLDER}/data/${ID}_input.json.gz`;
  assert.deepEqual(found(path, { part: { inputBodyJson: { prompt: "inline" } } }), []);
  assert.deepEqual(found(path, { part: { inputBodyJson: null } }).length, 1);
  for (const none of [undefined, null, "", 7, {}, [path]]) assert.deepEqual(found(none), [], JSON.stringify(none));
});

const DATA = `${FOLDER}/data`;
const REFUSED: readonly (readonly [reason: string, path: string])[] = [
  ["other_bucket", `s3://other/${DATA}/${ID}_input.json.gz`],
  ["other_bucket", `s3://LOGS/${DATA}/${ID}_input.json.gz`],
  ["other_bucket", `s3://logs@evil.example/${DATA}/${ID}_input.json.gz`],
  ["other_bucket", `s3://arn:aws:s3:::logs/${DATA}/${ID}_input.json.gz`],
  ["other_key", `s3://logs/${FOLDER}/${ID}_input.json.gz`],
  ["other_key", `s3://logs/${FOLDER}/secrets/${ID}_input.json.gz`],
  ["other_key", `s3://logs/${FOLDER}/metadata/${ID}_input.json.gz`],
  ["other_key", `s3://logs/${DATA}/deeper/${ID}_input.json.gz`],
  ["other_key", `s3://logs/${DATA}/00000018-1111-4222-8333-000000000018_input.json.gz`],
  ["other_key", `s3://logs/${DATA}/x${ID}_input.json.gz`],
  ["other_key", `s3://logs/${DATA}/${ID}_output.json.gz`],
  ["other_key", `s3://logs/${DATA}/${ID}_input.json.gz/`],
  ["other_key", `s3://logs/${DATA}/${ID}_input.json.gz?versionId=1`],
  ["other_key", `s3://logs/${DATA}/${ID}_input.json.gz#x`],
  ["other_key", `s3://logs/${DATA}/${ID}_input_media_00.pdf`],
  ["bad_path", `s3://logs/${FOLDER}/../data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/${FOLDER}/./data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/../other/data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/x/%2e%2e/data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/x%2Fdata/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/${DATA}/${ID}_input.json.gz%00`],
  ["bad_path", `s3://logs/..\\data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/a\n/data/${ID}_input.json.gz`],
  ["bad_path", `s3://logs/${"x".repeat(1024)}/data/${ID}_input.json.gz`],
  ["bad_path", `s3:///${DATA}/${ID}_input.json.gz`],
  ["bad_path", `https://logs.s3.amazonaws.com/${DATA}/${ID}_input.json.gz`],
  ["bad_path", `file:///${DATA}/${ID}_input.json.gz`],
  ["bad_path", `${DATA}/${ID}_input.json.gz`],
];

for (const [reason, path] of REFUSED) {
  Deno.test(`a body at ${JSON.stringify(path.slice(0, 160))} is refused: ${reason}`, () => {
    assert.deepEqual(found(path), [reason]);
  });
}

Deno.test("a requestId that is none of Bedrock's opens no path", () => {
  for (const requestId of ["../x", "a/b", "", ".", "x".repeat(129), 7, null, { id: ID }, [ID]]) {
    assert.deepEqual(
      found(`s3://logs/data/${requestId}_input.json.gz`, { requestId }).includes("bad_path") ||
        found(`s3://logs/data/${requestId}_input.json.gz`, { requestId }).includes("other_key"),
      true,
      `${requestId}`,
    );
  }
});

Deno.test("where bodies are found by name the bucket does not matter, the name does", () => {
  const rules = { ownBucket: undefined, allowedBuckets: new Set<string>() } as unknown as typeof RULES;
  assert.deepEqual(found(`s3://any/${DATA}/${ID}_input.json.gz`, { rules }).length, 1);
  assert.deepEqual(found(`s3://any/${DATA}/other_input.json.gz`, { rules }), ["other_key"]);
});
