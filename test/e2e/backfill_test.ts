import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { permissionFlags, Program, runCli } from "../world/program.ts";
import { Aws, BUCKET } from "../world/aws.ts";
import { ACCEPT, documentId, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import { freePort } from "../world/ports.ts";
import { type Sample, samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };
const RECORDS = 3;

function keyOf(number: number): string {
  const account = number % 2 === 0 ? "111111111111" : "222222222222";
  const hour = String(Math.floor(number / 2)).padStart(2, "0");
  return `AWSLogs/${account}/BedrockModelInvocationLogs/us-east-1/2026/03/02/${hour}/${number}.json.gz`;
}

/** Puts objects into the bucket that nobody is told of: two accounts, one object each an hour. */
function fill(stage: QueueStage, objects: number): Sample[] {
  const all = samples(objects * RECORDS);
  for (let number = 0; number < objects; number++) {
    stage.aws.putLogs(keyOf(number), all.slice(number * RECORDS, (number + 1) * RECORDS));
  }
  return all;
}

/** The samples of the objects with these numbers. */
function of(all: readonly Sample[], numbers: readonly number[]): Sample[] {
  return numbers.flatMap((number) => all.slice(number * RECORDS, (number + 1) * RECORDS));
}

/** What a backfill is told, and where it goes. */
class BackfillStage extends QueueStage {
  static override async start(): Promise<BackfillStage> {
    return new BackfillStage(await Aws.start(), await OtlpEndpoint.start());
  }

  get state(): string[] {
    return ["--state", this.folder.file("state")];
  }

  get toQueue(): string[] {
    const { queueUrl, endpoint } = this.aws;
    return ["--bucket", BUCKET, "--queue-url", queueUrl, "--endpoint", endpoint, "--path-style", ...this.state];
  }

  async toPipeline(options: Parameters<QueueStage["config"]>[0] = {}): Promise<string[]> {
    const config = this.config({
      ...options,
      service: { storage: { directory: this.folder.file("storage") }, ...options.service },
    });
    return ["--config", await this.folder.writeConfig(config), ...this.state];
  }

  backfill(args: readonly string[]) {
    return runCli(["backfill", ...args], { env: CREDENTIALS });
  }
}

Deno.test("three programs on one queue share a backfill, and no record is missing", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 40);
  const { code, stdout, stderr } = await stage.backfill(stage.toQueue);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "Done: 40 objects\n");
  assert.equal(messageCount(stage.aws.queueState()), 40);

  const config = await stage.folder.writeConfig(stage.config({ receiver: { number_of_workers: 2 } }));
  const programs = [1, 2, 3].map(() => new Program(["run", "--once", "--config", config]));
  const delivered: number[] = [];
  for (const program of programs) {
    const { code, stderr } = await program.result();
    assert.equal(code, 0, stderr);
    delivered.push(Number(/service\.stopped.* delivered_records=(\d+)/.exec(stderr)?.[1]));
  }
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(delivered.reduce((sum, one) => sum + one), all.length);
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("a message may announce several objects, and a selection leaves the others out", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 20);
  const selection = ["--from", "2026-03-02T02:30:00Z", "--to", "2026-03-02T08:00:00Z", "--accounts", "111111111111"];
  const { code, stderr } = await stage.backfill([...stage.toQueue, ...selection, "--objects-per-message", "4"]);
  assert.equal(code, 0, stderr);
  assert.equal(messageCount(stage.aws.queueState()), 2);
  await stage.runOnce();
  assert.deepEqual(stage.tookInvocations, requestIds(of(all, [4, 6, 8, 10, 12, 14])));
});

Deno.test("backfill --config delivers through the pipeline, and a second time everything again under the same ids", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 12);
  const args = ["--bucket", BUCKET, ...await stage.toPipeline()];
  const { code, stdout, stderr } = await stage.backfill(args);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, "Done: 12 objects\n");
  assert.match(stderr, /^backfill: 100% 12 of 12 objects, [\d.]+\/s, [\d.]+ KiB of [\d.]+ KiB$/m);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(messageCount(stage.aws.queueState()), 0);

  assert.equal((await stage.backfill(args)).code, 0);
  assert.equal(stage.endpoint.accepted.length, 2 * all.length);
  assert.equal(stage.endpoint.ids.size, all.length);
});

Deno.test("backfill takes the bucket of a configuration that lists one, with no more permissions than this needs", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 4);
  const args = await stage.toPipeline({ receiver: { queue_url: undefined, non_aws_bucket_name: BUCKET } });
  const config = args.slice(0, 2);
  const flags = await permissionFlags(config);
  const { code, stderr } = await runCli(["backfill", ...config], { flags });
  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  Deno.statSync(stage.folder.file("storage/backfill/state.db"));
});

Deno.test("backfill runs beside a program that has the same configuration", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 2);
  const port = await freePort();
  const args = await stage.toPipeline({
    service: { telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus: { port } } } }] } } },
  });
  await using running = new Program(["run", ...args.slice(0, 2)]);
  await running.said("service.started");
  const { code, stderr } = await stage.backfill(["--bucket", BUCKET, ...args]);
  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});

Deno.test("the calls of AWS that a backfill makes are counted in its metrics", async () => {
  await using stage = await BackfillStage.start();
  await using metrics = await OtlpEndpoint.start();
  fill(stage, 4);
  const readers = [{ periodic: { exporter: { otlp: { endpoint: metrics.url } } } }];
  const args = await stage.toPipeline({ service: { telemetry: { metrics: { readers } } } });
  const { code, stderr } = await stage.backfill(["--bucket", BUCKET, ...args]);
  assert.equal(code, 0, stderr);
  const calls = metrics.acceptedPoints.filter(({ metric }) => metric === "bedrock_otel_aws_calls");
  const count = (operation: string) => calls.find(({ attributes }) => attributes["operation"] === operation)?.value;
  assert.equal(count("GetObject"), 4);
  assert.ok((count("ListObjectsV2") ?? 0) > 0);
});

Deno.test("killed with SIGKILL, a backfill goes on where it was", async () => {
  await using stage = await BackfillStage.start();
  const objects = 30;
  fill(stage, objects);
  let isOpen = true;
  stage.endpoint.rule = () => isOpen ? ACCEPT : { kind: "hang" };
  const args = ["--bucket", BUCKET, ...await stage.toPipeline({ receiver: { number_of_workers: 2 } })];
  {
    await using program = new Program(["backfill", ...args]);
    await stage.endpoint.took(10 * RECORDS);
    isOpen = false;
    program.signal("SIGKILL");
    await program.result();
  }
  isOpen = true;
  const before = stage.endpoint.accepted.length;
  assert.ok(before < objects * RECORDS, `all ${before} records had arrived before the kill`);
  const { code, stderr } = await stage.backfill(args);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^Going on after s3:.*: \d+ objects done$/m);
  assert.equal(stage.endpoint.ids.size, objects * RECORDS);
  assert.ok(stage.endpoint.duplicates < before, `${stage.endpoint.duplicates} of ${before} records came again`);
});

Deno.test("stopped with SIGTERM, a backfill into a queue exits 1, and goes on where it was", async () => {
  await using stage = await BackfillStage.start();
  fill(stage, 30);
  const args = [...stage.toQueue, "--objects-per-message", "1"];
  {
    // Ten objects at once, then one in a thousand seconds.
    await using program = new Program(["backfill", ...args, "--rate", "0.001"], { env: CREDENTIALS });
    await stage.queueHas(10);
    program.signal("SIGTERM");
    const { code, stderr } = await program.result();
    assert.equal(code, 1);
    assert.match(stderr, /^Stopped\nNot finished: the same command goes on where this one ended$/m);
  }
  const { code, stderr } = await stage.backfill(args);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /: 10 objects done$/m);
  assert.equal(messageCount(stage.aws.queueState()), 30);
});

Deno.test("a dry run counts objects, bytes, requests and their cost, and sends nothing", async () => {
  await using stage = await BackfillStage.start();
  let bytes = 0;
  for (let number = 0; number < 24; number++) {
    bytes += (stage.aws.putLogs(keyOf(number), new Uint8Array(100 + number), { gzip: false })).sizeBytes;
  }
  stage.aws.putLogs(keyOf(0).replace("0.json.gz", "data/body.json.gz"), new Uint8Array(5000), { gzip: false });
  assert.equal(bytes, 2676);

  const queue = await stage.backfill([...stage.toQueue, "--dry-run"]);
  assert.equal(queue.code, 0, queue.stderr);
  assert.deepEqual(queue.stdout.split("\n"), [
    "Objects:  24, 2.61 KiB as they are stored",
    "Messages: 24",
    "Requests: 12 to list, 24 to read objects, 3 to send messages, about 6 to receive and delete them",
    "Cost:     less than $0.01 for requests at the list prices of us-east-1; transfer and KMS come on top",
    "Nothing was sent: this was a dry run",
    "",
  ]);
  const pipeline = await stage.backfill([
    ...await stage.toPipeline(),
    ...["--bucket", `arn:aws:s3:::${BUCKET}`, "--prefix", keyOf(1).slice(0, 20), "--dry-run"],
  ]);
  assert.match(pipeline.stdout, /^Objects: {2}12, .*\nRequests: 8 to list, 12 to read objects\nCost: /);
  assert.equal(messageCount(stage.aws.queueState()), 0);
  assert.equal(stage.endpoint.arrived, 0);
  assert.throws(() => Deno.statSync(stage.folder.file("state")));
});

Deno.test("what a dead letter only names is read again, under the same id", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 6);
  const refused = all[7]?.requestId;
  const isRefused = ({ attributes }: { attributes: Record<string, unknown> }) => attributes["event.id"] === refused;
  stage.endpoint.rule = ({ records }) => records.some(isRefused) ? status(400) : ACCEPT;
  const file = stage.folder.file("dead.jsonl");
  const args = await stage.toPipeline({
    processor: { content: "metadata_only" },
    exporters: { "file/dead": { path: file } },
    service: { dead_letter: "file/dead" },
  });
  const first = await stage.backfill(["--bucket", BUCKET, ...args]);
  assert.equal(first.code, 0, first.stderr);
  const wanted = stage.endpoint.requests.flatMap(({ records }) => records).find(isRefused);
  assert.ok(wanted !== undefined);
  assert.equal(stage.endpoint.accepted.length, all.length - 1);

  stage.endpoint.rule = () => ACCEPT;
  stage.endpoint.accepted.length = 0;
  const copy = stage.folder.file("copy.jsonl");
  await Deno.copyFile(file, copy);
  const again = await stage.backfill(["--dead-letter", copy, ...args]);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(again.stdout, "Done: 1 object\n");
  assert.deepEqual(stage.tookInvocations, requestIds(of(all, [2])));
  assert.ok(stage.endpoint.ids.has(documentId(wanted)));

  const queued = await stage.backfill(["--dead-letter", copy, ...stage.toQueue.slice(2)]);
  assert.equal(queued.code, 0, queued.stderr);
  assert.equal(messageCount(stage.aws.queueState()), 1);
});

Deno.test("dead-letter entries that name no object are left, and the exit code says so", async () => {
  await using stage = await BackfillStage.start();
  const file = stage.folder.file("dead.jsonl");
  fill(stage, 1);
  const letter = (source: string) =>
    JSON.stringify({
      resourceLogs: [{
        scopeLogs: [{
          logRecords: [{ attributes: [{ key: "dead_letter.source", value: { stringValue: source } }] }],
        }],
      }],
    });
  const lines = [letter("sqs:https://sqs.example/1/q"), letter(`s3://${BUCKET}/${keyOf(0)}`), "{half", ""];
  await Deno.writeTextFile(file, lines.join("\n"));
  const { code, stdout, stderr } = await stage.backfill(["--dead-letter", file, ...await stage.toPipeline()]);
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "Left: 2 dead-letter entries about anything but an object of S3\nDone: 1 object\n");
  assert.equal(stage.endpoint.accepted.length, RECORDS);
});

Deno.test("an object that cannot be read fails alone; the same command tries it again, and nothing else", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 8);
  const whole = gzipSync(all.slice(9, 12).map((record) => JSON.stringify(record)).join("\n"));
  stage.aws.putLogs(keyOf(3), whole.subarray(0, -20), { gzip: false });
  const args = ["--bucket", BUCKET, ...await stage.toPipeline()];
  const first = await stage.backfill(args);
  assert.equal(first.code, 1);
  assert.match(first.stderr, /backfill\.object_failed: .*3\.json\.gz reason=damaged/);
  assert.match(
    first.stdout,
    /^Failed: 1 object; the same command tries again\nDone: 7 objects$/m,
  );

  stage.aws.putLogs(keyOf(3), whole, { gzip: false });
  stage.endpoint.accepted.length = 0;
  const second = await stage.backfill(args);
  assert.equal(second.code, 0, second.stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(of(all, [3])));
});

Deno.test("objects in an archive are left and told, the others are delivered; a large bucket is counted in pages", async () => {
  await using stage = await BackfillStage.start();
  const bucket = stage.aws.s3.bucket("logs");
  for (let number = 0; number < 3000; number++) {
    const name = `AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/${String(number).padStart(6, "0")}.json`;
    bucket.put(name, JSON.stringify(samples(1, { first: number })[0]), {
      storageClass: number % 1000 === 0 ? "GLACIER" : "STANDARD",
    });
  }
  const receiver = {
    queue_url: undefined,
    bucket_arn: "arn:aws:s3:::logs",
    number_of_workers: 20,
  };
  const args = await stage.toPipeline({ receiver });
  const dry = await stage.backfill([...args, "--dry-run"]);
  assert.match(
    dry.stdout,
    /^Objects: {2}2,997, .*\nArchived: 3 more, which have to be restored first\nRequests: 12 to list/,
  );

  const { code, stdout, stderr } = await stage.backfill(args);
  assert.equal(code, 1, stderr);
  assert.equal(stdout, "Left: 3 objects in an archive, to be restored first\nDone: 2,997 objects\n");
  assert.equal(stage.endpoint.ids.size, 2997);
  assert.equal(bucket.gets.length, 2997);
});

Deno.test("an endpoint that takes nothing stops a backfill, and what is left is delivered by the same command", async () => {
  await using stage = await BackfillStage.start();
  const all = fill(stage, 6);
  const retry = { enabled: true, initial_interval: "10ms", max_interval: "10ms", max_elapsed_time: "50ms" };
  const args = ["--bucket", BUCKET, ...await stage.toPipeline({ exporter: { retry_on_failure: retry } })];
  stage.endpoint.rule = () => status(503);
  const { code, stderr } = await stage.backfill(args);
  assert.equal(code, 1);
  assert.match(stderr, /export\.gave_up.*503/);
  assert.match(stderr, /Not finished: the same command goes on where this one ended/);
  stage.endpoint.rule = () => ACCEPT;
  assert.equal((await stage.backfill(args)).code, 0);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});

const MISTAKES: readonly { args: readonly string[]; says: RegExp }[] = [
  { args: ["--bucket", "b"], says: /--queue-url URL or --config FILE, where the logs go; neither is given/ },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--config", "c.yaml"], says: /both are given/ },
  { args: ["--queue-url", "QUEUE"], says: /expected --bucket NAME or --dead-letter FILE/ },
  { args: ["--bucket", "s3://b/AWSLogs", "--queue-url", "QUEUE"], says: /expected the name of a bucket alone/ },
  { args: ["--bucket", "", "--queue-url", "QUEUE"], says: /expected the name of a bucket alone/ },
  { args: ["--bucket", "b", "--queue-url", "https://sqs.example/q"], says: /--queue-url: expected https:/ },
  { args: ["--bucket", "b", "--queue-url", "QUEUE.fifo"], says: /expected a standard queue/ },
  {
    args: ["--bucket", "b", "--queue-url", "QUEUE", "--from", "2026-03-02", "--to", "2026-03-01T12:00"],
    says: /--from 2026-03-02T00:00:00\.000Z is not before --to 2026-03-01T12:00:00\.000Z/,
  },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--from", "yesterday"], says: /expected a time such as/ },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--to", "2026-02-30"], says: /expected a time such as/ },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--rate", "0"], says: /expected a number above 0/ },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--accounts", ","], says: /expected names separated by commas/ },
  {
    args: ["--bucket", "b", "--queue-url", "QUEUE", "--accounts", "12345678901"],
    says: /expected account ids of 12 digits, got 12345678901/,
  },
  {
    args: ["--bucket", "b", "--queue-url", "QUEUE", "--regions", "eu-west-1,us-esat-1"],
    says: /--regions: expected a region of AWS, got us-esat-1; did you mean us-east-1/,
  },
  { args: ["--bucket", "b", "--queue-url", "QUEUE", "--objects-per-message", "500"], says: /a number from 1 to 100/ },
  {
    args: ["--dead-letter", "f", "--queue-url", "QUEUE", "--from", "2026-03-02"],
    says: /--from has no meaning beside --dead-letter/,
  },
  {
    args: ["--bucket", "b", "--config", "c.yaml", "--path-style"],
    says: /--path-style has no meaning beside --config/,
  },
];

Deno.test("wrong usage is told in one line, and the exit code is 2", async () => {
  const queue = "https://sqs.us-east-1.amazonaws.com/123456789012/q";
  for (const { args, says } of MISTAKES) {
    const { code, stderr } = await runCli(["backfill", ...args.map((arg) => arg.replace("QUEUE", queue))]);
    assert.equal(code, 2, `${args}: ${stderr}`);
    assert.match(stderr, says);
  }
});

Deno.test("a bucket, a queue or a file that is not there is told by name, and the exit code is 1 or 2", async () => {
  await using stage = await BackfillStage.start();
  const cases: readonly { args: readonly string[]; code: number; says: RegExp }[] = [
    { args: [...stage.toQueue, "--bucket", "nowhere"], code: 1, says: /^Cannot list bucket nowhere: NoSuchBucket/m },
    {
      args: [...stage.toQueue, "--queue-url", `${stage.aws.endpoint}/000000000000/nowhere`],
      code: 1,
      says: /^Cannot send to queue http.*nowhere: \S*(NonExistentQueue|QueueDoesNotExist)/m,
    },
    {
      args: ["--dead-letter", "nowhere", ...await stage.toPipeline()],
      code: 1,
      says: /Cannot read dead letter: nowhere/,
    },
    { args: await stage.toPipeline(), code: 2, says: /expected --bucket NAME: the configuration lists none/ },
    {
      args: [...await stage.toPipeline(), "--receiver", "awss3/x"],
      code: 2,
      says: /--receiver awss3\/x is no awss3 receiver/,
    },
  ];
  fill(stage, 1);
  for (const { args, code, says } of cases) {
    const result = await stage.backfill(args);
    assert.equal(result.code, code, result.stderr);
    assert.match(result.stderr, says);
  }
});
