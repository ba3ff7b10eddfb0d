/** Whatever stands in a configuration or an Elastic Agent policy, it loads or there is a list of mistakes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import { loadProgramConfig } from "../../src/commands/load_config.ts";
import { ConfigError } from "../../src/config/load.ts";
import { TestFolder } from "../world/folder.ts";
import { damaged, fuzz } from "./fuzz.ts";

const EXAMPLES = join(import.meta.dirname as string, "..", "..", "examples", "config");
const TEXTS = [...Deno.readDirSync(EXAMPLES)].filter(({ name }) => name.endsWith(".yaml"))
  .map(({ name }) => Deno.readTextFileSync(join(EXAMPLES, name)));

const POLICY = `
id: policy
outputs:
  default: { type: elasticsearch, hosts: ["https://es:9200"], api_key: "id:secret" }
inputs:
  - id: logs
    type: aws-s3
    use_output: default
    data_stream: { namespace: prod }
    streams:
      - data_stream: { dataset: aws_bedrock.invocation, type: logs }
        queue_url: https://sqs.us-east-1.amazonaws.com/123456789012/q
        visibility_timeout: 300s
        processors: [{ add_fields: { target: "", fields: { team: x } } }]
        tags: [preserve_original_event, forwarded]
  - type: aws/metrics
    streams:
      - metricsets: [cloudwatch]
        period: 5m
        regions: [us-east-1]
        metrics: [{ namespace: AWS/Bedrock, statistic: [Sum], name: [Invocations] }]
`;

async function assertClear(load: Promise<unknown>): Promise<void> {
  try {
    await load;
  } catch (error) {
    assert.ok(error instanceof ConfigError, `${(error as Error).stack}`);
    assert.ok(error.problems.length > 0);
    for (const { message } of error.problems) assert.ok(message.trim().length > 5, message);
  }
}

Deno.test("whatever a configuration says, it loads or there is a list of mistakes", async () => {
  using folder = new TestFolder();
  const file = folder.file("config.yaml");
  await fuzz(fc.asyncProperty(damaged(TEXTS), async (bytes) => {
    await Deno.writeFile(file, bytes);
    await assertClear(loadProgramConfig([file], { environment: () => "value" }));
  }));
});

Deno.test("whatever an Elastic Agent policy says, it is converted or there is a list of mistakes", async () => {
  using folder = new TestFolder();
  const agentPolicy = folder.file("policy.yaml");
  await fuzz(fc.asyncProperty(damaged([POLICY]), async (bytes) => {
    await Deno.writeFile(agentPolicy, bytes);
    await assertClear(loadProgramConfig([], { agentPolicy, environment: () => "value" }));
  }));
});
