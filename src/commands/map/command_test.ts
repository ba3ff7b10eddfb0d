import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { fixture, sampleText } from "../../../test/world/bedrock_records.ts";
import { Aws } from "../../../test/world/aws.ts";
import { MAIN, runCli } from "../../../test/world/program.ts";
import { TestFolder } from "../../../test/world/folder.ts";

const ONE = sampleText("converse_text");
const OTHER = sampleText("llama");
const IDS = { one: "00000003-1111-4222-8333-000000000003", other: "0000000c-1111-4222-8333-00000000000c" };

interface Document {
  readonly event: { readonly id?: string; readonly kind: string };
  readonly error?: { readonly message: string };
  readonly log: { readonly file: { readonly path: string }; readonly offset: number };
}

function documentsOf(stdout: string): Document[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line) as Document);
}

Deno.test("map prints a document a line, whatever way the records are written, and reads no more than the files", async () => {
  using files = TestFolder.of({
    "lines.json": `${ONE}\n${OTHER}\n`,
    "list.json": JSON.stringify([JSON.parse(ONE), JSON.parse(OTHER)], null, 2),
    "concatenated.json": ONE + OTHER,
  });
  const zipped = files.file("lines.json.gz");
  await Deno.writeFile(zipped, gzipSync(`${OTHER}\n${ONE}`));
  const paths = [...["lines.json", "list.json", "concatenated.json"].map((name) => files.file(name)), zipped];
  const { code, stdout, stderr } = await runCli(["map", ...paths], { flags: [`--allow-read=${paths.join(",")}`] });
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  const { one, other } = IDS;
  const documents = documentsOf(stdout);
  assert.deepEqual(documents.map(({ event }) => event.id), [one, other, one, other, one, other, other, one]);
  assert.deepEqual(documents[1]?.log, { level: "INFO", file: { path: paths[0] }, offset: ONE.length + 1 });
});

Deno.test("map reads standard input without any permission and prints what is no record as its error, exit 0", async () => {
  const { code, stdout, stderr } = await runCli(["map"], { flags: [], stdin: `${ONE}\nno record\n{"a":1}\n${OTHER}` });
  assert.equal(code, 0, stderr);
  assert.deepEqual(documentsOf(stdout).map(({ event, error }) => [event.kind, error?.message]), [
    ["event", undefined],
    ["pipeline_error", "Cannot read record: it is not JSON"],
    ["pipeline_error", "Cannot read record: no ModelInvocationLog, it has no schemaType"],
    ["event", undefined],
  ]);
});

Deno.test("map --mode otel --pretty prints OpenTelemetry's structure on several lines", async () => {
  const { code, stdout } = await runCli(["map", "--mode", "otel", "--pretty", "-"], { flags: [], stdin: ONE });
  assert.equal(code, 0);
  assert.match(stdout, /^\{\n {2}"@timestamp": "1772594003000\.0",\n/);
  const { attributes } = JSON.parse(stdout) as { attributes: Record<string, unknown> };
  const expected = fixture("converse_text.otel.json") as { attributes: Record<string, unknown> };
  for (const name of ["gen_ai.input.messages", "gen_ai.usage.input_tokens", "gen_ai.conversation.id"]) {
    assert.deepEqual(attributes[name], expected.attributes[name]);
  }
});

for (
  const [mode, ...flags] of [["ecs", "--pretty"], ["ecs", "--keys", "dotted"], ["otel", "--keys", "nested", "--pretty"]]
) {
  Deno.test(`map --mode ${mode} ${flags.join(" ")} keeps the digits of numbers`, async () => {
    const tool =
      '{"toolUse":{"toolUseId":"t","name":"n","input":{"id":12345678901234567890,"near":9007199254740993,"rate":1.0,"far":1e400}}}';
    const text = ONE.replace('"content":[', `"content":[${tool},`);
    const { code, stdout, stderr } = await runCli(["map", "--mode", String(mode), ...flags], {
      flags: [],
      stdin: text,
    });
    assert.equal(code, 0, stderr);
    for (const number of ["12345678901234567890", "9007199254740993", "1.0", "1e400"]) {
      assert.match(stdout, new RegExp(`[: ]"?${number.replace(".", "\\.")}"?[,\\s}]`), number);
    }
    assert.doesNotMatch(stdout, /rawJSON/);
  });
}

Deno.test("map --format otlp prints what would be sent, and --content metadata_only nothing of the content", async () => {
  const args = ["map", "--format", "otlp", "--content", "metadata_only"];
  const { code, stdout } = await runCli(args, { flags: [], stdin: `${ONE}\n${OTHER}\nsecret` });
  assert.equal(code, 0);
  const requests = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(requests.map(({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }) => logRecords.length), [1, 1, 1]);
  assert.match(stdout, /amazon\.nova-pro-v1:0/);
  assert.doesNotMatch(stdout, /gen_ai\.input\.messages|event\.original|secret/);
});

Deno.test("map names the files that it cannot read, maps the others and what is before the damage, and exits 1", async () => {
  using files = TestFolder.of({ "good.json": ONE });
  const damaged = files.file("damaged.json.gz");
  await Deno.writeFile(damaged, gzipSync(`${OTHER}\n`).subarray(0, -8));
  const paths = [files.file("missing.json"), damaged, files.file("good.json")];
  const { code, stdout, stderr } = await runCli(["map", "--keys", "dotted", ...paths], { flags: ["--allow-read"] });
  assert.equal(code, 1);
  const notes = stderr.trimEnd().split("\n").map((note) => note.replace(/(damaged\.json\.gz: ).+$/, "$1…"));
  assert.deepEqual(notes, [
    `Cannot read file: ${paths[0]}: it does not exist`,
    `Cannot read file: ${damaged}: …`,
  ]);
  const ids = documentsOf(stdout).map((document) => (document as unknown as Record<string, unknown>)["event.id"]);
  assert.deepEqual(ids, [IDS.other, IDS.one]);
});

Deno.test("map ends quietly when nobody reads on", async () => {
  using files = TestFolder.of({ "many.json": `${ONE}\n`.repeat(2000) });
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--quiet", "--allow-read", MAIN, "map", files.file("many.json")],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = process.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const [{ code }, stderr] = await Promise.all([process.status, new Response(process.stderr).text()]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("map exits 2 on a wrong option and names the right ones", async () => {
  const { code, stdout, stderr } = await runCli(["map", "--mode", "esc"], { flags: [], stdin: ONE });
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /Allowed choices are ecs, integration, otel, raw/);
});

Deno.test("map joins the bodies that lie beside a file, and tells of those that do not", async () => {
  using folder = TestFolder.of({ "log.json": sampleText("large_bodies") });
  const requestId = "00000017-1111-4222-8333-000000000017";
  await Deno.mkdir(folder.file("data"));
  await Deno.writeTextFile(
    folder.file(`data/${requestId}_output.json.gz`),
    JSON.stringify({ type: "message", role: "assistant", content: [{ type: "text", text: "Yes." }] }),
  );
  const { code, stdout, stderr } = await runCli(["map", folder.file("log.json")], {
    flags: [`--allow-read=${folder.path}`],
  });
  assert.equal(code, 0, stderr);
  const [document] = documentsOf(stdout) as (Document & { aws_bedrock: { invocation: { output: unknown } } })[];
  assert.equal((document?.aws_bedrock.invocation.output as { completion_text: string }).completion_text, "Yes.");
  assert.equal(document?.error?.message, "Cannot join the input body: it does not exist");
});

Deno.test("map prints records in their order, also where the bodies of some are joined", async () => {
  using files = TestFolder.of({ "log.json": `${sampleText("large_bodies")}\n${ONE}\n${OTHER}\n` });
  const requestId = "00000017-1111-4222-8333-000000000017";
  await Deno.mkdir(files.file("data"));
  for (const side of ["input", "output"]) {
    await Deno.writeTextFile(files.file(`data/${requestId}_${side}.json.gz`), '{"content":[]}');
  }
  const { code, stdout, stderr } = await runCli(["map", files.file("log.json")], { flags: ["--allow-read"] });
  assert.equal(code, 0, stderr);
  assert.deepEqual(documentsOf(stdout).map(({ event }) => event.id), [requestId, IDS.one, IDS.other]);

  const secret = '{"content":[{"text":"jane@example.com"}]}';
  await Deno.writeTextFile(files.file(`data/${requestId}_output.json.gz`), secret);
  const lines = [sampleText("large_bodies"), OTHER.replace(/"prompt":"[^"]*"/, '"prompt":"Ask joe@example.com"')];
  await Deno.writeTextFile(files.file("log.json"), `${lines.join("\n")}\n`);
  const explained = await runCli(["map", "--explain", files.file("log.json")], { flags: ["--allow-read"] });
  const found = explained.stdout.trimEnd().split("\n").map((line) => line.split("\t")[0]?.replace(/^.*:/, ""));
  assert.deepEqual(found.map(Number), [0, (lines[0] ?? "").length + 1], explained.stdout);
});

Deno.test("map --content redacted prints what would leave, --explain which rule matched where and nothing of the texts", async () => {
  const text = OTHER.replace(/"prompt":"[^"]*"/, '"prompt":"Ask jane@example.com at 10.0.0.1"');
  const { stdout } = await runCli(["map", "--content", "redacted", "--mode", "raw"], { flags: [], stdin: text });
  assert.match(stdout, /Ask <EMAIL> at <IPV4>/);
  const explained = await runCli(["map", "--content", "redacted", "--explain"], {
    flags: [],
    stdin: `${ONE}\n${text}\nx`,
  });
  assert.equal(explained.code, 0, explained.stderr);
  assert.deepEqual(explained.stdout.trimEnd().split("\n").map((line) => line.split("\t")), [
    [`-:${ONE.length + 1}`, "email", "input.inputBodyJson.prompt", "4-20"],
    [`-:${ONE.length + 1}`, "ipv4", "input.inputBodyJson.prompt", "24-32"],
  ]);
  assert.equal(explained.stderr, "3 records, email 1, ipv4 1\n");
});

Deno.test("map --config takes the rules of the configuration's processor, and no other command line can mean it", async () => {
  const config = (processors: unknown) =>
    JSON.stringify({
      receivers: { awss3: { queue_url: "https://sqs.us-east-1.amazonaws.com/123456789012/logs" } },
      processors,
      exporters: { debug: {} },
      service: { pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["debug"] } } },
    });
  const bedrock = { mapping: "raw", content: "redacted", redact: [{ name: "color", pattern: "(?i)color" }] };
  using files = TestFolder.of({
    "one.json": config({ bedrock }),
    "two.json": config({ bedrock, "bedrock/other": {} }),
    "bad.json": config({ bedrock: { ...bedrock, redact: ["emial"] } }),
  });
  const run = (file: string, ...args: string[]) =>
    runCli(["map", "--config", files.file(file), ...args], {
      flags: ["--allow-env", `--allow-read=${files.file(file)}`],
      stdin: OTHER.replace(/"prompt":"[^"]*"/, '"prompt":"Which color, jane@example.com?"'),
    });
  const mapped = await run("one.json");
  assert.match(mapped.stdout, /Which <COLOR>, jane@example\.com\?/, mapped.stderr);
  const explained = await run("one.json", "--explain");
  assert.deepEqual(explained.stdout, "-:0\tcolor\tinput.inputBodyJson.prompt\t6-11\n");
  const several = await run("two.json");
  assert.equal(several.code, 2);
  assert.match(several.stderr, /it has bedrock, bedrock\/other/);
  const bad = await run("bad.json");
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /did you mean email/);
  const full = await runCli(["map", "--explain", "--content", "full"], { flags: [], stdin: ONE });
  assert.equal(full.code, 2);
  assert.match(full.stderr, /--explain shows what --content redacted finds/);
});

Deno.test("map takes the models that the configuration names, and asks AWS for none", async () => {
  await using aws = await Aws.start();
  const [named, unnamed] = ["ab12cd34ef56", "zz12cd34ef56"].map((id) =>
    sampleText("arn_application_inference_profile").replaceAll("ab12cd34ef56", id)
  );
  const bedrock = {
    inference_profiles: { ab12cd34ef56: "amazon.nova-pro-v1:0" },
    resolve_inference_profiles: true,
    aws: { endpoint: aws.endpoint, region: "us-east-1", access_key_id: "test", secret_access_key: "test" },
  };
  using files = TestFolder.of({ "log.json": `${named}\n${unnamed}\n` });
  const config = await files.writeConfig({
    receivers: { file: { include: ["/nowhere/*"] } },
    processors: { bedrock },
    exporters: { debug: {} },
    service: { pipelines: { logs: { receivers: ["file"], processors: ["bedrock"], exporters: ["debug"] } } },
  });
  const { code, stdout, stderr } = await runCli([
    "map",
    "--keys",
    "dotted",
    "--config",
    config,
    files.file("log.json"),
  ]);
  assert.equal(code, 0, stderr);
  const models = stdout.trimEnd().split("\n").map((line) =>
    JSON.parse(line)["aws_bedrock.invocation.underlying_model"]
  );
  assert.deepEqual(models, ["amazon.nova-pro-v1:0", undefined]);
  assert.deepEqual(aws.bedrock.asked, []);
});

Deno.test("map says so where there is no record", async () => {
  const { code, stdout, stderr } = await runCli(["map"], { stdin: "\n" });
  assert.deepEqual([code, stdout, stderr], [0, "", "There is no record\n"]);
});
