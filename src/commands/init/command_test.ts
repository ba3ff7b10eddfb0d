import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { Aws } from "../../../test/world/aws.ts";
import { TestFolder } from "../../../test/world/folder.ts";
import { runCli } from "../../../test/world/program.ts";
import { loadProgramConfig } from "../load_config.ts";
import { type Answers, composeConfig, CONTENTS, MODES, setupCommand, TARGETS } from "./compose.ts";

const QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-logs";

Deno.test("whatever is answered, the configuration is valid and says so", async () => {
  using folder = new TestFolder();
  const sources: Partial<Answers>[] = [
    { queueUrl: QUEUE_URL },
    { bucket: "my-logs" },
    { logGroup: "/aws/bedrock" },
    { logGroup: "arn:aws:logs:us-east-1:012345678901:log-group:/x" },
    { queueUrl: QUEUE_URL, logGroup: "/x" },
    { bucket: "my-logs", logGroup: "/x" },
    {},
  ];
  const file = folder.file("config.yaml");
  for (const to of TARGETS) {
    for (const source of sources) {
      for (const metrics of Object.keys(source).length === 0 ? [true] : [true, false]) {
        const text = composeConfig({
          ...source,
          metrics,
          to,
          content: CONTENTS[to.length % CONTENTS.length] ?? "full",
        });
        await Deno.writeTextFile(file, text);
        const config = await loadProgramConfig([file]);
        assert.deepEqual(config.warnings, [], text);
      }
    }
  }
  for (const mode of MODES) {
    await Deno.writeTextFile(
      file,
      composeConfig({ queueUrl: QUEUE_URL, metrics: true, to: "collector", content: "full", mode }),
    );
    await loadProgramConfig([file]);
  }
});

Deno.test("init writes a file, never over another one without --force, and none that would not be valid", async () => {
  using folder = new TestFolder();
  const output = folder.file("c.yaml");
  const args = ["init", "--queue-url", QUEUE_URL, "--to", "elasticsearch", "--output", output];
  const first = await runCli(args);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /Next:\n.*setup elasticsearch.*\n.*bedrock-otel doctor --config /);
  const text = await Deno.readTextFile(output);
  const again = await runCli(args);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /exists: name another --output, or say --force/);
  assert.equal(await Deno.readTextFile(output), text);
  assert.equal((await runCli([...args, "--force", "--metrics"])).code, 0);
  const bad = folder.file("bad.yaml");
  const invalid = await runCli(["init", "--queue-url", "nonsense", "--to", "file", "--output", bad]);
  assert.equal(invalid.code, 2);
  assert.match(invalid.stderr, /queue_url: expected the URL of an SQS queue/);
  await assert.rejects(Deno.stat(bad), Deno.errors.NotFound);
});

Deno.test("init says which templates the documents need, and none where they need none of ours", () => {
  const needed = [
    ["elasticsearch", "ecs", /URL$/],
    ["collector", "integration", /URL --mode integration$/],
    ["elasticsearch", "raw", /URL --override-integration metrics$/],
    ["collector", "otel", undefined],
    ["apm", "raw", undefined],
  ] as const;
  for (const [to, mode, command] of needed) {
    const answers = { queueUrl: QUEUE_URL, metrics: true, to, mode, content: "full" } as const;
    const text = composeConfig(answers);
    assert.equal(/# Once before: /.test(text), command !== undefined, `${to} ${mode}`);
    if (command !== undefined) assert.match(setupCommand(answers) ?? "", command);
  }
});

Deno.test("init names a file that it cannot write, and leaves nothing beside it", async () => {
  using folder = new TestFolder();
  const args = ["init", "--queue-url", QUEUE_URL, "--to", "file", "--force", "--output"];
  for (
    const [output, reason] of [[folder.file("none/c.yaml"), "its directory does not exist"], [
      folder.path,
      "it is a directory",
    ]]
  ) {
    const { code, stderr } = await runCli([...args, output ?? ""]);
    assert.deepEqual([code, stderr], [1, `Cannot write ${output}: ${reason}\n`]);
  }
  assert.deepEqual(Array.from(Deno.readDirSync(folder.path)), []);
});

Deno.test("init reads no bucket twice, takes its name and nothing else, and writes to standard output for -", async () => {
  await using folder = new TestFolder();
  const init = (...args: string[]) => runCli(["init", "--output", folder.file("c.yaml"), ...args]);
  const both = await init("--queue-url", QUEUE_URL, "--bucket", "my-logs");
  assert.deepEqual([both.code, both.stdout], [2, ""]);
  assert.match(both.stderr, /--bucket is for a bucket without a queue/);
  for (const bucket of ["s3://my-logs/x", "My Logs", ""]) {
    const wrong = await init("--bucket", bucket);
    assert.equal(wrong.code, 2, bucket);
    assert.match(wrong.stderr, /expected the ARN of a bucket/);
  }
  const { code, stdout } = await init("--bucket", "my-logs", "--output", "-");
  assert.equal(code, 0);
  assert.equal(parse(stdout).receivers.awss3.bucket_arn, "arn:aws:s3:::my-logs");
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

Deno.test("each flag of init says something in the file", async () => {
  using folder = new TestFolder();
  const output = folder.file("c.yaml");
  const sources = ["--queue-url", QUEUE_URL, "--log-group", "/aws/bedrock", "--metrics"];
  const target = [
    "--to",
    "elastic",
    "--endpoint",
    "https://otlp.example:443",
    "--mode",
    "otel",
    "--content",
    "redacted",
  ];
  const { code, stderr } = await runCli(["init", ...sources, ...target, "--output", output]);
  assert.equal(code, 0, stderr);
  const { receivers, processors, exporters, service } = parse(await Deno.readTextFile(output));
  assert.equal(receivers.awss3.queue_url, QUEUE_URL);
  assert.equal(receivers.awscloudwatch.log_group_name, "/aws/bedrock");
  assert.deepEqual(processors.bedrock, { mapping: "otel", content: "redacted" });
  assert.deepEqual([exporters.otlp_http.endpoint, exporters.otlp_http.target], ["https://otlp.example:443", "elastic"]);
  assert.deepEqual(Object.keys(service.pipelines), ["logs", "metrics"]);
  for (const flag of ["--to", "--mode", "--content"]) {
    const refused = await runCli([
      "init",
      "--queue-url",
      QUEUE_URL,
      flag,
      "nonsense",
      "--output",
      folder.file("no.yaml"),
    ]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /nonsense' is invalid. Allowed choices are /);
  }
});

Deno.test("the document of the commands names each flag of init and doctor", async () => {
  const page = await Deno.readTextFile(join(import.meta.dirname as string, "..", "..", "..", "docs", "commands.md"));
  for (const command of ["init", "doctor"]) {
    const { stdout } = await runCli([command, "--help"]);
    const flags = [...stdout.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = ""]) => flag);
    assert.ok(flags.length > 4);
    const others = ["--help", "--agent-policy"];
    assert.deepEqual(flags.filter((flag) => !page.includes(flag) && !others.includes(flag)), []);
  }
});

Deno.test("without a source init takes where Bedrock logs, and says what is missing where it does not", async () => {
  await using aws = await Aws.start();
  using folder = new TestFolder();
  const env = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const args = ["init", "--to", "file", "--output", folder.file("c.yaml")];
  const { code, stderr } = await runCli(args, { env });
  assert.equal(code, 0, stderr);
  assert.match(await Deno.readTextFile(folder.file("c.yaml")), /bucket_arn: "arn:aws:s3:::bedrock-logs"/);
  aws.bedrock.loggingConfig = undefined;
  const none = await runCli([...args, "--force"], { env });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /expected --queue-url, --bucket, --log-group or --metrics/);
});
