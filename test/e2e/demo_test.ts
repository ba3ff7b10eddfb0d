import assert from "node:assert/strict";
import { runCli } from "../world/program.ts";

Deno.test("the demo shows a line for each invocation, names the next steps, and succeeds", async () => {
  const { code, stdout, stderr } = await runCli(["demo"]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" }, stdout);
  assert.match(
    stdout,
    /^\S+Z {2}anna\.berg {2}us\.anthropic\.claude-sonnet-4\S+ {2}InvokeModelWithResponseStream {2}in=1702 {2}out=143 {2}success$/m,
  );
  assert.match(stdout, /lena\.fischer .*failure$/m, "a guardrail intervened");
  assert.match(stdout, /^Live page: http:\/\/127\.0\.0\.1:\d+$/m);
  assert.match(stdout, /failure {2}ThrottlingException$/m);
  assert.equal(stdout.match(/^\d{4}-\d\d-\d\dT\S+ {2}/gm)?.length, 16, "each invocation once");
  const [, delivered, all] = /16 of 16 invocations and (\d+) of (\d+) data points from 4 objects/.exec(stdout) ?? [];
  assert.ok(delivered !== undefined && delivered === all && Number(all) > 16, stdout);
  const [, document = ""] = /^The first of them, as Elasticsearch stores it:\n(\{[^]*?\n\})$/m.exec(stdout) ?? [];
  assert.match(
    document,
    /^\{\n {2}"@timestamp": "\S+",\n {2}"event\.outcome": "success",\n {2}"event\.action": "InvokeModel",/,
  );
  assert.match(document, /^ {2}"gen_ai\.usage\.input_tokens": 1284,$/m);
  assert.match(document, /^ {2}… \d\d more fields\n\}$/m);
  assert.match(stdout, /^Next:\n( {2}bedrock-otel \w+ .*\n){3}/m);
  assert.ok(!stdout.includes("\x1b"), "no escape sequences where there is no terminal");
});
