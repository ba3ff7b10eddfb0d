/**
 * The program in a terminal: it asks, and of Ctrl-C each process between it and the program gets the signal, and some hand it on
 * besides.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { Aws } from "../world/aws.ts";
import { awsVariables } from "../world/aws_cli.ts";
import { eventually } from "../world/eventually.ts";
import { TestFolder } from "../world/folder.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { samples } from "../world/samples.ts";
import { Terminal } from "../world/terminal.ts";

const REPOSITORY = join(import.meta.dirname as string, "..", "..");
/** As README has people start the program. */
const WAYS = { "deno task": "deno task", "npx": "npx -y deno@2.9.6 task" };

for (const [name, task] of Object.entries(WAYS)) {
  Deno.test(`Ctrl-C through ${name} is one graceful stop: what is in flight returns to the queue at once`, async () => {
    await using stage = await QueueStage.start();
    using folder = new TestFolder();
    stage.endpoint.rule = () => ({ kind: "hang" });
    const [record] = samples(1);
    stage.aws.publish("1.json.gz", [record]);
    const config = await folder.writeConfig(
      stage.config({ exporter: { timeout: "60s" }, service: { shutdown_timeout: "1s" } }),
    );
    await using terminal = new Terminal(`${task} start run --config ${config}`, { cwd: REPOSITORY });
    await eventually(() => stage.endpoint.requests.length > 0, { what: () => `a request; ${terminal.screen}` });
    await terminal.pressCtrlC();
    await terminal.showed("service.stopped");
    const { visible, inFlight } = stage.aws.queueState();
    assert.deepEqual([visible.length, inFlight.length], [1, 0], terminal.screen);
    const { screen } = await terminal.result();
    assert.equal(screen.split("service.stopping").length, 2, screen);
  });

  Deno.test(`Ctrl-C through ${name} while the demo is at its samples leaves nothing behind`, async () => {
    using folder = new TestFolder();
    await using terminal = new Terminal(`${task} demo`, { cwd: REPOSITORY, env: { TMPDIR: folder.path } });
    await terminal.showed("In this process");
    await terminal.pressCtrlC();
    await terminal.showed("Stopped before all samples had arrived");
    await terminal.result();
    assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  });

  Deno.test(`Ctrl-C through ${name} ends the demo, which leaves nothing behind`, async () => {
    using folder = new TestFolder();
    await using terminal = new Terminal(`${task} start demo --keep`, { cwd: REPOSITORY, env: { TMPDIR: folder.path } });
    await terminal.showed("Ctrl-C stops it");
    await terminal.pressCtrlC();
    await terminal.showed("Stopping");
    await terminal.result();
    assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  });
}

Deno.test("init asks in a terminal, offers where Bedrock logs, and writes what was answered", async () => {
  await using aws = await Aws.start();
  using folder = new TestFolder();
  const output = folder.file("bedrock-otel.yaml");
  const env = { ...awsVariables(aws), AWS_REGION: "us-east-1" };
  await using terminal = new Terminal(`deno task -q start init --output ${output}`, { cwd: REPOSITORY, env });
  for (
    const [question, keys] of [
      ["URL of the SQS queue", "\n"],
      ["Bucket to list (empty: none) [bedrock-logs]", "\n"],
      ["Where do the records go?", "elastics\n"],
      ["elastics is none of them", "elasticsearch\n"],
      ["URL of Elasticsearch", "https://es.example:9200\n"],
      ["What may leave of prompts and answers?", "metadata_only\n"],
    ] as const
  ) {
    await terminal.showed(question);
    await terminal.type(keys);
  }
  const { code, screen } = await terminal.result();
  assert.equal(code, 0, screen);
  const text = await Deno.readTextFile(output);
  for (const line of ['bucket_arn: "arn:aws:s3:::bedrock-logs"', "https://es.example:9200", "content: metadata_only"]) {
    assert.ok(text.includes(line), `${line}\n${text}`);
  }
});

Deno.test("init ends where nobody answers any more, and writes nothing", async () => {
  using folder = new TestFolder();
  const output = folder.file("bedrock-otel.yaml");
  await using aws = await Aws.start();
  const env = { ...awsVariables(aws), AWS_REGION: "us-east-1" };
  await using terminal = new Terminal(`deno task -q start init --output ${output}`, { cwd: REPOSITORY, env });
  await terminal.showed("URL of the SQS queue");
  await terminal.type("\x04");
  const { code, screen } = await terminal.result();
  assert.equal(code, 1, screen);
  assert.match(screen, /Cannot write a configuration: there was no answer/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("the demo fits a narrow terminal, and tells what became of each invocation", async () => {
  await using terminal = new Terminal("sh -c 'stty cols 100; exec deno task -q demo'", { cwd: REPOSITORY });
  const { code, screen } = await terminal.result();
  assert.equal(code, 0, screen);
  const lines = screen.split(/\r?\n/).filter((line) => / {2}in=/.test(line));
  assert.equal(lines.length, 16, screen);
  for (const line of lines) {
    assert.ok(line.length <= 100, line);
    assert.match(line, / {2}(success|failure)( {2}\w+)?$/);
  }
  assert.match(screen, / {2}claude-sonnet-4 {2}/);
});
