import assert from "node:assert/strict";
import { isNeverLogObject } from "./never_log_objects.ts";

const HOUR = "logs/AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/04/05";

Deno.test("large bodies, media and the permission check are no logs, whatever the prefix", () => {
  for (
    const key of [
      `${HOUR}/data/00000003-1111_input.json.gz`,
      `${HOUR}/data/00000003-1111_input_media_00.pdf`,
      "AWSLogs/123456789012/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check",
      "amazon-bedrock-logs-permission-check",
    ]
  ) assert.equal(isNeverLogObject(key), true, key);
});

Deno.test("a bucket's own prefix named data hides no logs", () => {
  assert.equal(isNeverLogObject(`data/${HOUR}/20260304T050000000Z_0a1b.json.gz`), false);
  assert.equal(isNeverLogObject(`data/${HOUR}/data/00000003-1111_input.json.gz`), true);
});

Deno.test("invocation logs are logs", () => {
  for (const key of [`${HOUR}/20260304T050000000Z_0a1b.json.gz`, "database/x.json", "x/data.json", "my-data/x.gz"]) {
    assert.equal(isNeverLogObject(key), false, key);
  }
});

Deno.test("outside of Bedrock's own part bodies are known by their names, in a bucket and in a download", () => {
  for (const folder of ["/download/05", "copied/05"]) {
    assert.equal(isNeverLogObject(`${folder}/data/00000003-1111_output.json.gz`), true);
    assert.equal(isNeverLogObject(`${folder}/data/00000003-1111_input_media_00.pdf`), true);
  }
  assert.equal(isNeverLogObject("data/00000003-1111_output.json.gz"), true);
  assert.equal(isNeverLogObject("/data/my_input.json.gz/log.json"), false);
});

Deno.test("a folder data of the bucket's owner hides no logs that something else put there", () => {
  for (
    const key of ["data/2026/03/04/05/firehose-1-2026-03-04-05-00-00.gz", "lake/data/export/000000.gz", "/data/05/x.gz"]
  ) {
    assert.equal(isNeverLogObject(key), false, key);
  }
});
