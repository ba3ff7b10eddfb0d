import assert from "node:assert/strict";
import { parse } from "yaml";
import { Aws } from "../../test/world/aws.ts";
import { VERSION } from "../version.ts";
import { MAIN, runCli } from "../../test/world/program.ts";
import { TestFolder } from "../../test/world/folder.ts";

const QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/bedrock-logs";
const GOOD = `
receivers: { awss3: { queue_url: "${QUEUE_URL}", secret_access_key: canary-key, access_key_id: AKIA } }
processors: { bedrock: { mapping: "\${env:MODE:-ecs}" } }
exporters:
  otlp_http: { endpoint: "http://localhost:4318", headers: { Authorization: "ApiKey \${env:API_KEY}" } }
service: { pipelines: { logs: { receivers: [awss3], processors: [bedrock], exporters: [otlp_http] } } }
`;
const BAD = `
receivers:
  awss3: { queue_url: "${QUEUE_URL}", bucket_arn: "arn:aws:s3:::logs", visibilty_timeout: 300s, mapping: ecs, secret_access_key: [canary-key] }
  awss3/none: { number_of_workers: 4, sqs: { wait_time: soon } }
  kafka: {}
processors:
  bedrock: { mapping: ecs9 }
  bedrock/apm: { mapping: ecs }
exporters:
  otlp_http: { endpoint: "\${env:NOT_SET}", timeout: fast, headers: { Authorization: [canary-header] } }
  otlp_http/apm: { target: apm, max_request_bytes: "\${env:API_KEY}" }
service:
  pipelines:
    logs: { receivers: [awss3, awss4], processors: [bedrock], exporters: [otlp_http] }
    logs/apm: { receivers: [awss3/none], processors: [bedrock/apm], exporters: [otlp_http/apm] }
`;
const ENV = { API_KEY: "canary-variable" };

Deno.test("validate names every mistake with its path in one run, shows no secret and exits 2", async () => {
  using files = TestFolder.of({ "bad.yaml": BAD });
  const { code, stdout, stderr } = await runCli(["validate", "--config", files.file("bad.yaml")], { env: ENV });
  assert.equal(code, 2, stderr);
  assert.equal(stdout, "");
  const [title, ...mistakes] = stderr.trimEnd().split("\n").map((line) => line.trim());
  assert.equal(title, `Cannot use configuration: ${mistakes.length} mistakes`);
  const expected = [
    /^receivers\.awss3\S*: .*queue_url.*bucket_arn/,
    /^receivers\.awss3\/none\S*: .*queue_url.*bucket_arn/,
    /^receivers\.awss3\.visibilty_timeout: unknown setting; did you mean visibility_timeout$/,
    /^receivers\.awss3\.mapping: unknown setting; it belongs to processors\.bedrock\.mapping/,
    /^receivers\.awss3\.secret_access_key: expected a string$/,
    /^receivers\.awss3\/none\.sqs\.wait_time: expected a duration such as 300s or 1m30s, got "soon"$/,
    /^receivers\.kafka: unknown component type kafka; known receivers: awss3, /,
    /^processors\.bedrock\.mapping: expected ecs.* or .*, got "ecs9"$/,
    /^processors\.bedrock\/apm\.mapping: target apm of exporters\.otlp_http\/apm cannot keep mode ecs; it keeps raw$/,
    /^exporters\.otlp_http\.endpoint: environment variable NOT_SET is not set$/,
    /^exporters\.otlp_http\.timeout: expected a duration such as 300s or 1m30s, got "fast"$/,
    /^exporters\.otlp_http\.headers\.Authorization: expected a string$/,
    /^exporters\.otlp_http\/apm\.max_request_bytes: expected a size such as 10MiB, but environment variable API_KEY has another value \(not shown\)$/,
    /^service\.pipelines\.logs\.receivers\[1\]: awss4 is not defined in receivers; did you mean awss3$/,
  ];
  for (const pattern of expected) assert.ok(mistakes.some((mistake) => pattern.test(mistake)), `${pattern}\n${stderr}`);
  assert.equal(mistakes.length, expected.length, stderr);
  assert.doesNotMatch(stderr, /canary/);
});

Deno.test("a slip of one letter is told as such, and of a wrong value one thing only", async () => {
  const text = `receivers: { file: { include: [a] } }
processors: { bedrock: { replace: hash, redact_key: [a], redact: [] } }
exporters: { file: { path: a } }
service: { pipeline: { logs: { receivers: [file], processors: [bedrock], exporters: [file] } } }
`;
  using files = TestFolder.of({ "slip.yaml": text });
  const { stderr } = await runCli(["validate", "--config", files.file("slip.yaml")]);
  assert.deepEqual(stderr.trimEnd().split("\n").slice(1).map((line) => line.trim()), [
    "processors.bedrock.redact: expected at least 1 element",
    "processors.bedrock.redact_key: expected a string",
    // Of exporters.elasticsearch there is a setting of that name.
    "service.pipeline: unknown setting; did you mean pipelines",
    "service.pipelines: expected at least one pipeline",
  ]);
});

Deno.test("a value without the quotes or the brackets that it needs is shown", async () => {
  const text = `receivers: { file: { include: /logs } }
processors: { bedrock: { semconv: 1.41, tags: [a] } }
exporters: { file: { path: a } }
extensions: { health_check: { endpoint: 13133 } }
service:
  extensions: [health_check]
  pipelines: { logs: { receivers: [file], processors: [bedrock], exporters: [file] } }
`;
  using files = TestFolder.of({ "bare.yaml": text });
  const { stderr } = await runCli(["validate", "--config", files.file("bare.yaml")]);
  assert.deepEqual(stderr.trimEnd().split("\n").slice(1).map((line) => line.trim()), [
    'receivers.file.include: expected a list, got "/logs"',
    'processors.bedrock.semconv: expected 1.41 or genai-0.1.0, got 1.41; write "1.41"',
    // Quotes alone would not help.
    "extensions.health_check.endpoint: expected host:port, such as localhost:13133 or 0.0.0.0:13133, got 13133",
  ]);
});

Deno.test("help fits a terminal of 80 columns, and version prints what -V prints", async () => {
  const { stdout } = await runCli(["--help"]);
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) /gm)].flatMap(([, name = ""]) =>
    name === "bedrock-otel" ? [] : [name]
  );
  assert.ok(commands.length > 15, stdout);
  const helps = await Promise.all(commands.map(async (name) => (await runCli([name, "--help"])).stdout));
  for (const line of [stdout, ...helps].join("\n").split("\n")) assert.ok(line.length <= 80, line);
  assert.equal((await runCli(["version"])).stdout, (await runCli(["-V"])).stdout);
});

Deno.test("run names broken YAML with line and column and a missing file, without a stack, and exits 2", async () => {
  using files = TestFolder.of({ "broken.yaml": "receivers:\n  awss3: { a: b } canary\n" });
  const args = ["run", "--config", files.file("broken.yaml"), "--config", files.file("missing.yaml")];
  const { code, stderr } = await runCli(args);
  assert.equal(code, 2);
  assert.match(stderr, /broken\.yaml:2:\d+ is not YAML/);
  assert.match(stderr, /missing\.yaml: it does not exist/);
  assert.doesNotMatch(stderr, /canary|\n\s+at /);
});

Deno.test("validate of a good configuration gives advice and exits 0", async () => {
  using files = TestFolder.of({ "good.yaml": GOOD });
  const { code, stdout, stderr } = await runCli(["validate", "-c", files.file("good.yaml")], { env: ENV });
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "The configuration is valid\n");
  assert.doesNotMatch(stderr, /service\.dead_letter/, "a queue has its redrive policy");
  assert.match(stderr, /logs_dynamic_id: { enabled: true }/);
  assert.doesNotMatch(stderr, /canary|warning/);
  const quiet = await runCli(["validate", "--no-advice", "-c", files.file("good.yaml")], { env: ENV });
  assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
});

Deno.test("validate advises a dead letter where a record that is refused would hold up others", async () => {
  using files = TestFolder.of({
    "listing.yaml": GOOD.replace(`queue_url: "${QUEUE_URL}"`, 'bucket_arn: "arn:aws:s3:::logs", region: us-east-1'),
  });
  const { stderr } = await runCli(["validate", "-c", files.file("listing.yaml")], { env: ENV });
  assert.match(stderr, /^advice: service\.dead_letter: /m);
});

Deno.test("colours are for terminals, NO_COLOR and FORCE_COLOR decide otherwise", async () => {
  using files = TestFolder.of({ "good.yaml": GOOD });
  const args = ["validate", "-c", files.file("good.yaml")];
  const forced = await runCli(args, { env: { ...ENV, NO_COLOR: "", FORCE_COLOR: "1" } });
  assert.equal(forced.stdout, "\x1b[32mThe configuration is valid\x1b[0m\n");
  const none = await runCli(args, { env: { ...ENV, NO_COLOR: "1", FORCE_COLOR: "1" } });
  assert.equal(none.stdout, "The configuration is valid\n");
  assert.equal((await runCli(args, { env: { ...ENV, NO_COLOR: "" } })).stdout, none.stdout, "a pipe is no terminal");
  const help = await runCli(["--help"], { env: { NO_COLOR: "", FORCE_COLOR: "1" } });
  assert.ok(help.stdout.startsWith("\x1b[1mUsage:"), help.stdout);
  const plain = await runCli(["--help"], { env: { NO_COLOR: "1", FORCE_COLOR: "1" } });
  assert.ok(plain.stdout.startsWith("Usage:") && !plain.stdout.includes("\x1b"), plain.stdout);
});

Deno.test("an ARN is no name of a log group, and a pipeline of traces is no pipeline, also for editors", async () => {
  using files = TestFolder.of({
    "arn.yaml": `
receivers: { awscloudwatch: { log_group_name: "arn:aws:logs:us-east-1:123456789012:log-group:/x" } }
processors: { bedrock: }
exporters: { otlp_http: }
service: { pipelines: { logs: { receivers: [awscloudwatch], processors: [bedrock], exporters: [otlp_http] } } }
`,
  });
  const { code, stderr } = await runCli(["validate", "-c", files.file("arn.yaml")]);
  assert.equal(code, 2);
  assert.match(stderr, /log_group_name: expected the name of a log group, and this is an ARN: set log_group_arn/);
  const schema = JSON.parse((await runCli(["schema"])).stdout);
  const names = new RegExp(schema.properties.service.properties.pipelines.propertyNames.pattern);
  assert.deepEqual(["logs", "metrics/two", "traces"].map((name) => names.test(name)), [true, true, false]);
});

Deno.test("validate advises against an endpoint with a signal's path, and against the port of gRPC", async () => {
  const endpoint = (url: string) => `exporters: { otlp_http: { endpoint: "${url}" } }`;
  using files = TestFolder.of({
    "good.yaml": GOOD,
    "path.yaml": endpoint("http://collector:4318/v1/logs"),
    "grpc.yaml": endpoint("http://collector:4317"),
    "base.yaml": endpoint("http://collector:4318/otlp"),
  });
  const adviceOf = async (file: string) => {
    const args = ["validate", "-c", files.file("good.yaml"), "-c", files.file(file)];
    return (await runCli(args, { env: ENV })).stderr;
  };
  assert.match(await adviceOf("path.yaml"), /^advice: exporters\.otlp_http\.endpoint: .*logs_endpoint/m);
  assert.match(await adviceOf("grpc.yaml"), /^advice: exporters\.otlp_http\.endpoint: .*gRPC/m);
  assert.doesNotMatch(await adviceOf("base.yaml"), /endpoint:/);
});

Deno.test("print-config prints merged files with defaults, and secrets as ****", async () => {
  using files = TestFolder.of({ "good.yaml": GOOD, "more.yaml": "service: { shutdown_timeout: 90s }" });
  const args = ["print-config", "--config", files.file("good.yaml"), "--config", files.file("more.yaml")];
  const { code, stdout, stderr } = await runCli(args, { env: { ...ENV, MODE: "raw" } });
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /canary/);
  const printed = parse(stdout);
  assert.equal(printed.receivers.awss3.queue_url, QUEUE_URL);
  assert.equal(printed.receivers.awss3.visibility_timeout, "5m");
  assert.equal(printed.receivers.awss3.secret_access_key, "****");
  assert.equal(printed.processors.bedrock.mapping, "raw");
  assert.deepEqual(printed.exporters.otlp_http.headers, { Authorization: "****" });
  assert.equal(printed.service.shutdown_timeout, "1m30s");
});

Deno.test("permissions prints flags that suffice to deliver a record", async () => {
  await using aws = await Aws.start();
  aws.publish("a.json", '{"a":1}\n');
  using files = TestFolder.of({
    "once.yaml": `
receivers:
  awss3:
    queue_url: ${aws.queueUrl}
    endpoint: ${aws.endpoint}
    path_style: true
    region: us-east-1
    access_key_id: "\${env:KEY_ID}"
    secret_access_key: canary-key
processors: { bedrock: }
exporters: { file: { path: "\${env:OUTPUT}" } }
service: { pipelines: { logs: { receivers: [awss3], processors: [bedrock], exporters: [file] } } }
`,
  });
  const config = files.file("once.yaml");
  const env = { KEY_ID: "canary-id", OUTPUT: files.file("out.jsonl") };
  const { code, stdout, stderr } = await runCli(["permissions", "--config", config], { env });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^--allow-net=127\.0\.0\.1:\d+ --allow-read=\S+ .*--ignore-env --no-prompt\n$/);
  assert.match(stdout, /--allow-env=\S*KEY_ID,OUTPUT/);
  const flags = stdout.trimEnd().split(" ").filter((flag) => flag !== "--no-prompt");
  const run = await runCli(["run", "--once", "--config", config], { env, flags });
  assert.equal(run.code, 0, run.stderr);
  assert.match(await Deno.readTextFile(env.OUTPUT), /resourceLogs/);
  assert.doesNotMatch(stdout + run.stdout + run.stderr, /canary/);
});

Deno.test("components lists every component with its kind and signals", async () => {
  const { code, stdout } = await runCli(["components", "--json"]);
  assert.equal(code, 0);
  const listed = JSON.parse(stdout) as { type: string; kind: string; signals: string[]; description: string }[];
  assert.deepEqual(listed.map(({ kind, type, signals }) => `${kind} ${type} ${signals}`), [
    "receiver awss3 logs",
    "receiver awscloudwatch logs",
    "receiver awscloudwatchmetrics metrics",
    "receiver file logs",
    "processor bedrock logs",
    "exporter otlp_http logs,metrics",
    "exporter elasticsearch logs,metrics",
    "exporter file logs,metrics",
    "exporter debug logs,metrics",
    "extension health_check ",
    "extension status_page ",
  ]);
  assert.ok(listed.every(({ description }) => description.length > 0));
});

for (const flag of ["--version", "-V"]) {
  Deno.test(`${flag} needs no permissions`, async () => {
    const { code, stdout } = await runCli([flag], { flags: [] });
    assert.deepEqual({ code, stdout }, { code: 0, stdout: `${VERSION}\n` });
  });
}

Deno.test("-h is help, of each command too", async () => {
  assert.match((await runCli(["-h"])).stdout, /^Usage: bedrock-otel .*\n\nCollects Amazon Bedrock's logs and metrics/);
  assert.match((await runCli(["health", "-h"])).stdout, /^Usage: bedrock-otel health /);
});

Deno.test("a missing permission is named with its flag", async () => {
  const { code, stderr } = await runCli(["validate", "--config", "x.yaml"], { flags: [] });
  assert.equal(code, 2);
  assert.match(stderr, /^Requires read access to "x\.yaml": start Deno with --allow-read /);
});

Deno.test("options before their command, and files without an option or a name, are told as what they are", async () => {
  const bare = await runCli(["validate", "c.yaml"]);
  assert.equal(bare.code, 2);
  assert.match(
    bare.stderr,
    /too many arguments[^]*--config names a configuration: bedrock-otel validate --config FILE/,
  );
  const early = await runCli(["--config", "c.yaml", "validate"]);
  assert.equal(early.code, 2);
  assert.match(early.stderr, /unknown option '--config'[^]*its options follow the command: bedrock-otel validate …/);
  for (const args of [["validate", "--config", ""], ["run", "--agent-policy", ""], ["map", "--config", ""]]) {
    const { code, stderr } = await runCli(args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, /is invalid\. expected the name of a file/);
  }
});

Deno.test("an unknown command exits 2 with a hint", async () => {
  const { code, stderr } = await runCli(["vlidate"]);
  assert.equal(code, 2);
  assert.match(stderr, /unknown command 'vlidate'\n\(Did you mean validate\?\)/);
});

Deno.test({
  name: "a reader that has enough is no failure: commands end well behind a closed pipe",
  ignore: Deno.build.os === "windows",
}, async () => {
  for (const command of ["schema", "components", "--help", "completions bash", "demo"]) {
    const pipe =
      `"${Deno.execPath()}" run -q -A --no-prompt "${MAIN}" ${command} | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await new Deno.Command("bash", { args: ["-c", pipe], env: { NO_COLOR: "1" } }).output();
    const text = new TextDecoder();
    assert.equal(text.decode(stdout).trim().split("\n").at(-1), "0", text.decode(stderr));
    assert.equal(text.decode(stderr), "");
  }
});
