/** The CloudFormation template: clean, and what it makes does the main job with the rights that it gives. */
import assert from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { eventually } from "../world/eventually.ts";
import { configFor } from "../world/config.ts";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";
import { runOnce } from "../world/program.ts";
import { samples } from "../world/samples.ts";
import { requestIds } from "../world/stage.ts";
import { logFile } from "./cloud.ts";
import { installPythonProgram } from "./python_program.ts";
import { installStack, TEMPLATE } from "./stack.ts";
import { type Peer, peerTest } from "./peer.ts";

/** https://pypi.org/project/cfn-lint/ */
const cfnLint = await installPythonProgram({ name: "cfn-lint", version: "1.58.0", program: "cfn-lint" });
const stack = await installStack();

function test(name: string, needed: Peer | { readonly start: unknown }, body: () => Promise<void>): void {
  peerTest(name, "skipped" in needed ? [needed] : [], body);
}

test("cfn-lint finds nothing to say of the template", cfnLint, async () => {
  assert.ok("path" in cfnLint);
  // Informational rules too.
  const { success, stdout } = await new Deno.Command(cfnLint.path, { args: ["--include-checks", "I", "--", TEMPLATE] })
    .output();
  assert.ok(success, new TextDecoder().decode(stdout));
});

for (
  const [name, parameters, policies] of [
    ["S3's own key", {}, ["ReaderPolicyArn"]],
    ["a key of its own", { UseKmsKey: "true", BucketName: "my-logs" }, ["ReaderPolicyArn", "KeyUserPolicyArn"]],
  ] as const
) {
  test(
    `what the template makes with ${name} brings objects to the endpoint, with the rights it gives`,
    stack,
    async () => {
      assert.ok("start" in stack);
      await using made = await stack.start(parameters);
      await using endpoint = await OtlpEndpoint.start();
      const reader = await made.createUser("reader", policies);
      const [all, Bucket] = [samples(5), made.output("BucketName")];
      for (const [index, record] of all.entries()) {
        const Key = `AWSLogs/111111111111/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/${index}.json.gz`;
        await made.account.s3.send(new PutObjectCommand({ Bucket, Key, Body: logFile([record]) }));
      }
      const queueUrl = made.output("QueueUrl");
      // Those of the objects, and S3's test.
      await eventually(async () => (await made.server.messages(queueUrl)).length === all.length + 1, {
        what: () => "messages",
      });

      const config = configFor({ endpoint: made.server.endpoint, queueUrl }, endpoint, {
        receiver: { ...reader, sqs: { wait_time: "0s" } },
      });
      const { undelivered, log } = await runOnce(config);

      assert.equal(undelivered, 0, log.join(""));
      assert.deepEqual(endpoint.tookInvocations, requestIds(all));
      assert.deepEqual(await made.server.messages(queueUrl), []);
    },
  );
}
