/** The commands of documents, in front of a real Elasticsearch, a real Collector, and the real AWS CLI with an emulator. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { commandsOf, runCommands, type StandIn } from "../world/document_stage.ts";
import { TestFolder } from "../world/folder.ts";
import { follow, RECORDS } from "../world/quick_start.ts";
import { buildCollector } from "./collector.ts";
import { ElasticsearchPeer, setUpElasticsearchPeer } from "./elasticsearch.ts";
import { freePort } from "./machine.ts";
import { installMoto, Moto } from "./moto.ts";
import { peerTest } from "./peer.ts";
import { installPythonProgram } from "./python_program.ts";
import { TypeSwap } from "./type_swap.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

peerTest("the quick start straight into Elasticsearch leads to documents that a search finds", [
  await setUpElasticsearchPeer(),
], async (_, path) => {
  await using elasticsearch = await ElasticsearchPeer.start(path);
  await using swap = new TypeSwap(elasticsearch.url);
  const { output } = await follow("docs/quick-starts/elasticsearch.md", () => ({
    set: { ELASTICSEARCH_URL: swap.url },
    env: { REAL_TIME: "1" },
    standIns: { docker: () => "0123456789ab\n" },
  }));
  const totals = [...output.matchAll(/"total" : \{\s*"value" : (\d+)/g)].map(([, value]) => Number(value));
  assert.deepEqual(totals, [3, RECORDS], output);
  assert.match(output, /"requested_model"|"gen_ai" : \{|"gen_ai\./, output);
});

peerTest("the quick start of any OTLP store leads to records that a Collector prints", [
  await buildCollector(),
], async (_, path) => {
  using folder = new TestFolder();
  const port = freePort();
  const log = folder.file("log");
  let collector: Deno.ChildProcess | undefined;
  const docker: StandIn = async ([command, ...args]) => {
    if (command === "rm") return "";
    if (command === "logs") return await Deno.readTextFile(log);
    const config = args.find((arg) => arg.includes(":/etc/otelcol/config.yaml"))?.split("/examples/")[1]?.split(":")[0];
    const text = await Deno.readTextFile(join(ROOT, "examples", config ?? ""));
    await Deno.writeTextFile(folder.file("c.yaml"), text.replace("0.0.0.0:4318", `127.0.0.1:${port}`));
    // Its own metrics would take a port that another Collector on this machine may have.
    const quiet = "--config 'yaml:service::telemetry::metrics::level: none'";
    await Deno.writeTextFile(
      folder.file("start"),
      `exec ${path} --config ${folder.file("c.yaml")} ${quiet} >${log} 2>&1\n`,
    );
    collector = new Deno.Command("sh", { args: [folder.file("start")] }).spawn();
    return "0123456789ab\n";
  };
  try {
    const { output } = await follow("docs/quick-starts/otlp.md", () => ({
      set: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
      standIns: { docker },
    }));
    assert.match(output, /"partialSuccess":\{\}/);
    assert.match(output, /gen_ai\.request\.model: Str\(amazon\.nova-pro-v1:0\)/);
  } finally {
    collector?.kill("SIGKILL");
    await collector?.status;
  }
});

const ANOTHER = "arn:aws:iam::123456789012:policy/another";
const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }],
});

/** https://pypi.org/project/awscli/ */
const awscli = await installPythonProgram({ name: "awscli", version: "1.45.11", program: "aws" });

peerTest(
  "the AWS CLI and an emulator take all commands of the page on AWS",
  [awscli, await installMoto()],
  async (_, path, moto) => {
    await using server = await Moto.start(moto);
    const aws: StandIn = async (args) => {
      const { success, stdout, stderr } = await new Deno.Command(path, {
        // The emulator makes no managed policies of a template: another stands for the output that it does not have.
        args: ["--endpoint-url", server.endpoint, ...args].map((arg) => arg === "None" ? ANOTHER : arg),
        cwd: ROOT,
        env: {
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_DEFAULT_REGION: "us-east-1",
        },
      }).output();
      const decoder = new TextDecoder();
      if (!success) throw new Error(decoder.decode(stderr));
      return decoder.decode(stdout);
    };
    const before = "```sh\naws iam create-role --role-name bedrock-otel --assume-role-policy-document '{}'\n" +
      `aws iam create-policy --policy-name another --policy-document '${POLICY}'\n\`\`\`\n`;
    const look = '```sh\naws iam list-attached-role-policies --role-name bedrock-otel\necho "queue $QUEUE_URL"\n```\n';
    const page = await Deno.readTextFile(join(ROOT, "docs", "aws.md"));
    assert.ok(commandsOf(page).includes("cloudformation deploy"));
    const { code, output } = await runCommands(before + page + look, { standIns: { aws } });
    assert.equal(code, 0, output);
    assert.match(output, /^queue http\S+\/bedrock-logs$/m);
    assert.equal(output.match(/"PolicyArn":/g)?.length, 2, output);
  },
);
