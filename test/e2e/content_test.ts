import assert from "node:assert/strict";
import { HttpServer } from "../world/http_server.ts";
import { runCli } from "../world/program.ts";
import type { DecodedLogRecord } from "../world/otlp_logs.ts";
import { documentId, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import { TestFolder } from "../world/folder.ts";
import { type Sample, sample, samples, type SampleShape } from "../world/samples.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const SECRET = "my-secret-word";
const SHAPES: readonly SampleShape[] = ["anthropic", "anthropic_stream", "converse", "converse_stream", "error"];

/** As Elasticsearch quotes a value that it cannot map. */
const ECHO =
  `mapper_parsing_exception: failed to parse field [a] of type [long]. Preview of field's value: '${SECRET} is'`;

/** Records of all shapes whose prompt and answer hold the secret word. */
function secretRecords(): Sample[] {
  return SHAPES.map((shape, number) => {
    const text = JSON.stringify(sample(number, { shape }));
    return JSON.parse(text.replace(/("text":"|"thinking":")(?=[^"])/g, `$1${SECRET} `));
  });
}

function everythingOf(record: DecodedLogRecord): string {
  return JSON.stringify(record, (_, value) => typeof value === "bigint" ? String(value) : value);
}

Deno.test("with content: full prompts and answers leave, and no log line has them", async () => {
  await using stage = await QueueStage.start();
  stage.aws.publish("a.json.gz", secretRecords());
  stage.endpoint.script.push(status(500, { body: ECHO }));
  const { log } = await stage.runOnce();
  for (const record of stage.endpoint.accepted) assert.ok(everythingOf(record).includes(SECRET), everythingOf(record));
  assert.deepEqual(log.filter((line) => line.includes(SECRET)), []);
});

const METADATA_ONLY = { content: "metadata_only" };
const REDACTED = { content: "redacted", redact: [{ name: "secret", pattern: "my-[a-z]+-word" }] };
const CONTROLS = [
  ...["ecs", "raw"].map((mapping) => ({ ...METADATA_ONLY, mapping })),
  ...["ecs", "integration", "otel", "raw"].map((mapping) => ({ ...REDACTED, mapping })),
];

for (const processor of CONTROLS) {
  const { content, mapping } = processor;
  Deno.test(`with content: ${content} no secret of a prompt or an answer leaves in mode ${mapping}`, async () => {
    await using stage = await QueueStage.start();
    using folder = new TestFolder();
    const records = secretRecords();
    const lines = [...records.map((record) => JSON.stringify(record)), `{"schemaType": broken ${SECRET}`];
    stage.aws.publish("a.json.gz", lines.join("\n"));
    const path = folder.file("dead_letter.jsonl");
    stage.endpoint.rule = ({ records }) =>
      records.some(({ attributes }) => String(attributes["elasticsearch.document_id"]).endsWith("-000000000000"))
        ? status(400, { body: ECHO })
        : { kind: "accept" };

    const { undelivered, log } = await stage.runOnce({
      processor,
      exporters: { "file/dead_letter": { path } },
      service: { dead_letter: "file/dead_letter" },
    });

    assert.equal(undelivered, 0);
    assert.equal(stage.endpoint.accepted.length, lines.length - 1);
    for (const record of stage.endpoint.accepted) {
      assert.ok(!everythingOf(record).includes(SECRET), everythingOf(record));
    }
    const deadLetter = await Deno.readTextFile(path);
    assert.ok(deadLetter.includes("a.json.gz"), "the dead letter says where the record is");
    assert.ok(!deadLetter.includes(SECRET), deadLetter);
    assert.deepEqual(log.filter((line) => line.includes(SECRET)), []);
  });
}

Deno.test("the dead letter without content holds all attributes that are allowed, the caller's name among them", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const [record] = samples(1);
  stage.aws.publish("a.json.gz", [{ ...record, identity: { arn: "arn:aws:iam::123456789012:user/anna.berg" } }]);
  stage.endpoint.rule = () => status(400);
  const path = folder.file("dead_letter.jsonl");
  await stage.runOnce({
    processor: METADATA_ONLY,
    exporters: { "file/dead_letter": { path } },
    service: { dead_letter: "file/dead_letter" },
  });
  const { resourceLogs } = JSON.parse(await Deno.readTextFile(path));
  const [letter] = resourceLogs[0].scopeLogs[0].logRecords;
  const attributes = new Map(
    letter.attributes.map((
      { key, value }: { key: string; value: { stringValue: string } },
    ) => [key, value.stringValue]),
  );
  assert.equal(attributes.get("user.name"), "anna.berg");
  assert.equal(attributes.get("user.id"), "arn:aws:iam::123456789012:user/anna.berg");
  assert.equal(attributes.get("aws.s3.object.key"), "a.json.gz");
  assert.equal(attributes.get("dead_letter.holds"), "reference");
  assert.equal(letter.body, undefined);
});

/** Telemetry of its own that goes to `url`. */
function telemetryTo(url: string) {
  const otlp = { protocol: "http/json", endpoint: url };
  return {
    metrics: { readers: [{ periodic: { exporter: { otlp } } }] },
    logs: { level: "debug", processors: [{ batch: { exporter: { otlp } } }] },
  };
}

for (const processor of [METADATA_ONLY, REDACTED]) {
  const { content } = processor;
  Deno.test(`with content: ${content} no secret is in log, own metrics and logs, state or dead letter`, async () => {
    await using endpoint = await OtlpEndpoint.start();
    await using own = await HttpServer.start(() => Response.json({}));
    using folder = new TestFolder();
    const lines = [...secretRecords().map((record) => JSON.stringify(record)), `{"schemaType": broken ${SECRET}`];
    await Deno.mkdir(folder.file("logs"));
    await Deno.writeTextFile(folder.file("logs/a.jsonl"), `${lines.join("\n")}\n`);
    endpoint.rule = ({ records }) =>
      records.some((record) => documentId(record).endsWith("-000000000000"))
        ? status(400, { body: ECHO })
        : { kind: "accept" };
    const config = await folder.writeConfig({
      receivers: { file: { include: [folder.file("logs/*")], settle_time: "0s" } },
      processors: { bedrock: processor },
      exporters: { otlp_http: { endpoint: endpoint.url }, "file/dead_letter": { path: folder.file("dead.jsonl") } },
      service: {
        storage: { directory: folder.file("state") },
        dead_letter: "file/dead_letter",
        telemetry: telemetryTo(own.url),
        pipelines: { logs: { receivers: ["file"], processors: ["bedrock"], exporters: ["otlp_http"] } },
      },
    });

    const { code, stdout, stderr } = await runCli(["run", "--once", "--config", config], { flags: ["-A"] });

    assert.equal(code, 0, stderr);
    assert.equal(endpoint.accepted.length, lines.length - 1);
    const told = own.requests.map(({ body }) => new TextDecoder().decode(body)).join("\n");
    assert.match(told, content === "redacted" ? /redactions/ : /pipeline_errors/, "the program told nothing");
    const state = await Array.fromAsync(Deno.readDir(folder.file("state")), ({ name }) => folder.file(`state/${name}`));
    assert.ok(state.length > 0, "there is no state");
    const kept = await Promise.all([...state, folder.file("dead.jsonl")].map((path) => Deno.readFile(path)));
    const everything = [told, stdout, stderr, ...kept.map((bytes) => new TextDecoder("latin1").decode(bytes))];
    for (const text of everything) assert.ok(!text.includes(SECRET), text);
  });
}

Deno.test("the file exporter keeps what the endpoint gets", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const all = samples(5);
  stage.aws.publish("a.json.gz", all);
  const path = folder.file("copy.jsonl");
  const { undelivered } = await stage.runOnce({
    exporters: { file: { path } },
    service: {
      pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["otlp_http", "file"] } },
    },
  });
  assert.equal(undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  const text = await Deno.readTextFile(path);
  for (const { requestId } of all) assert.ok(text.includes(requestId), requestId);
});
