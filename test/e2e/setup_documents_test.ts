/** The commands of README, of the install page and of the page on AWS are run, in front of stand-ins. */
import assert from "node:assert/strict";
import { join } from "node:path";
import denoJson from "../../deno.json" with { type: "json" };
import { Aws } from "../world/aws.ts";
import { awsCli, awsVariables, QUEUE_POLICY } from "../world/aws_cli.ts";
import { codeBlocks, runCommands, type StandIn } from "../world/document_stage.ts";
import { Elasticsearch } from "../world/elasticsearch.ts";
import { samples } from "../world/samples.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");
const TEMPLATE = Deno.readTextFileSync(join(ROOT, "examples", "aws", "bedrock-logs.yaml"));

/** Tasks that take long, or would run this test: others run them. See `test/peers/binary_test.ts`, `container_test.ts`. */
function tasksRunElsewhere(...expected: readonly string[]): StandIn & { readonly asked: string[] } {
  const asked: string[] = [];
  const standIn = (args: readonly string[]) => {
    const words = args.join(" ");
    if (!expected.includes(words)) throw new Error("not expected");
    if (args[0] === "task") assert.ok((args[1] ?? "") in denoJson.tasks);
    asked.push(words);
    return "";
  };
  return Object.assign(standIn, { asked });
}

function read(page: string): string {
  return Deno.readTextFileSync(join(ROOT, page));
}

Deno.test("the commands of the README lead to a stored document", async () => {
  await using aws = await Aws.start();
  await using elasticsearch = await Elasticsearch.start();
  elasticsearch.hasTemplates = false;
  const deno = tasksRunElsewhere("task test");
  const { code, output } = await runCommands(read("README.md"), {
    set: { ELASTICSEARCH_URL: elasticsearch.url },
    env: awsVariables(aws),
    standIns: { aws: awsCli(aws, TEMPLATE), deno },
    mayStop: () => aws.queue.deletedIds.length === 1,
  });
  assert.equal(code, 0, output);
  assert.match(output, /16 of 16 invocations/);
  assert.deepEqual(deno.asked, ["task test"]);
  assert.equal(elasticsearch.documents.length, 4);
});

Deno.test("the commands of the install page build what it names, and the flags that it prints are Deno's", async () => {
  const calls: string[][] = [];
  const deno = tasksRunElsewhere(
    "task compile",
    "task bundle",
    "run -A dist/bedrock-otel/main.js permissions --config examples/config/elasticsearch.yaml",
  );
  const { code, output } = await runCommands(read("docs/install.md"), {
    standIns: {
      deno,
      docker: (args) => {
        calls.push([...args]);
        return "";
      },
    },
  });
  assert.equal(code, 0, output);
  assert.equal(deno.asked.length, 3);
  assert.deepEqual(calls.map(([command]) => command), ["build", "run", "logs"]);
  assert.deepEqual(calls[0], ["build", "-t", "bedrock-otel", "."]);
  assert.equal(calls[1]?.at(-1), "bedrock-otel");
});

Deno.test("the commands of the page on AWS make what the program reads, with and without the template", async () => {
  await using aws = await Aws.start();
  const { code, output } = await runCommands(read("docs/aws.md"), {
    env: awsVariables(aws),
    standIns: { aws: awsCli(aws, TEMPLATE) },
  });
  assert.equal(code, 0, output);
});

Deno.test("the commands of the page for users of the Elastic Agent lead to a stored document", async () => {
  await using aws = await Aws.start();
  await using elasticsearch = await Elasticsearch.start();
  // The integration is installed: what convert makes leaves the mapping to its pipeline.
  elasticsearch.pipeline = "logs-aws_bedrock.invocation-1.8.0";
  aws.publish("AWSLogs/a.json.gz", samples(1));
  Object.assign(aws.queue.attributes, { MessageRetentionPeriod: "1209600", Policy: JSON.stringify(QUEUE_POLICY) });
  const streams = [{ data_stream: { dataset: "aws_bedrock.invocation", type: "logs" }, queue_url: aws.queueUrl }];
  const policy = {
    outputs: { default: { type: "elasticsearch", hosts: [elasticsearch.url], api_key: "id:canary" } },
    inputs: [{ id: "logs", type: "aws-s3", use_output: "default", streams }],
  };
  const before = `\`\`\`sh\necho '${JSON.stringify(policy)}' > elastic-agent.yml\n\`\`\`\n`;
  const { code, output } = await runCommands(before + read("docs/migrating-from-elastic-agent.md"), {
    set: { ELASTIC_API_KEY: "id:key", ELASTICSEARCH_URL: elasticsearch.url },
    env: { ...awsVariables(aws), AWS_REGION: "us-east-1" },
    mayStop: () => aws.queue.deletedIds.length === 1,
  });
  assert.equal(code, 0, output);
  assert.equal(elasticsearch.documents.length, 1);
});

Deno.test("blocks of code are found in lists too, and what is no command is told apart", () => {
  const page = "1. a\n\n   ```sh\n   one\n   two\n   ```\n\n```yaml\nx: 1\n```\n\n    npx indented\n";
  assert.deepEqual(codeBlocks(page), [
    { language: "sh", code: "one\ntwo\n" },
    { language: "yaml", code: "x: 1\n" },
    { language: "", code: "    npx indented\n" },
  ]);
});
