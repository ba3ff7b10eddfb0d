/** `awss3` listing a bucket, over HTTP, as its users run it. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Program, runCli, runOnce } from "../world/program.ts";
import type { Fault } from "../world/http_server.ts";
import { s3Error } from "../world/s3.ts";
import { openStorage } from "../../src/storage/open.ts";
import { Aws, BUCKET, ndjson } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import { OtlpEndpoint } from "../world/otlp_endpoint.ts";
import { type Config, configFor, type ConfigOptions } from "../world/config.ts";
import { TestFolder } from "../world/folder.ts";
import { type Sample, sample } from "../world/samples.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { storedSample } from "../world/stored_bodies.ts";

const AREA = "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/";
const OBJECTS_AN_HOUR = 5;
const SMALL = { shape: "metadata_only" } as const;

/** A configuration that lists the bucket at `endpoint` and keeps its state in `folder`. */
function listingConfig(
  { endpoint, otlp, folder, receiver = {} }: {
    endpoint: string;
    otlp: OtlpEndpoint;
    folder: TestFolder;
    receiver?: ConfigOptions["receiver"];
  },
): Config {
  return configFor({ endpoint, queueUrl: "" }, otlp, {
    receiver: { queue_url: undefined, bucket_arn: `arn:aws:s3:::${BUCKET}`, bucket_list_interval: "1s", ...receiver },
    service: { storage: { directory: folder.file("state") } },
  });
}

Deno.test("run --once delivers what an S3 server lists, and the next run what is new since", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const config = listingConfig({ endpoint: stage.aws.endpoint, otlp: stage.endpoint, folder });
  stage.aws.putLogs(`${AREA}2026/03/02/05/a.json.gz`, [sample(1), sample(2)]);
  stage.aws.putLogs(`${AREA}2026/03/02/05/data/x_input.json.gz`, [sample(9)]);
  stage.aws.putLogs("elsewhere/ü b+c.json", [sample(3)]);
  assert.equal((await runOnce(config)).undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds([sample(1), sample(2), sample(3)]));

  stage.aws.putLogs(`${AREA}2026/03/02/04/late.json.gz`, [sample(4)]);
  stage.aws.putLogs("elsewhere/d.json", [sample(5)]);
  assert.equal((await runOnce(config)).undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds([1, 2, 3, 4, 5].map((number) => sample(number))));
});

Deno.test("what is listed gets its bodies from the bucket", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const { record, stored } = storedSample(1);
  for (const [key, body] of stored) stage.aws.putLogs(key, JSON.stringify(body));
  stage.aws.putLogs(`${AREA}2026/03/02/05/a.json.gz`, [record]);
  const config = listingConfig({ endpoint: stage.aws.endpoint, otlp: stage.endpoint, folder });
  const { undelivered, events } = await runOnce(config);
  assert.equal(undelivered, 0);
  assert.equal(events.count("bedrock.bodies_not_joined"), 0);
  const [taken, ...others] = stage.endpoint.accepted;
  assert.deepEqual(others, []);
  assert.ok(taken?.attributes["gen_ai.input.messages"] !== undefined);
});

Deno.test("awss3 lists with no more permissions than it asks for; two that list one bucket give the same ids", async () => {
  await using aws = await Aws.start();
  await using otlp = await OtlpEndpoint.start();
  const written = putObjects(aws, 20);
  for (let process = 1; process <= 2; process++) {
    using folder = new TestFolder();
    const file = await folder.writeConfig(listingConfig({ endpoint: aws.endpoint, otlp, folder }));
    const { stdout } = await runCli(["permissions", "--config", file]);
    const { code, stderr } = await runCli(["run", "--once", "--config", file], { flags: stdout.trim().split(" ") });
    assert.equal(code, 0, stderr);
    assert.equal(otlp.accepted.length, process * written.length);
  }
  assert.equal(otlp.ids.size, written.length);
});

for (const { status, fault } of [{ status: 404, fault: "NoSuchBucket" }, { status: 403, fault: "AccessDenied" }]) {
  Deno.test(`run ends at once with 1 and says why when the bucket answers ${fault}`, async () => {
    await using aws = await Aws.start();
    aws.s3.fault = () => s3Error(status, fault);
    await using otlp = await OtlpEndpoint.start();
    using folder = new TestFolder();
    const file = await folder.writeConfig(listingConfig({ endpoint: aws.endpoint, otlp, folder }));
    const { code, stderr } = await runCli(["run", "--config", file]);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`Cannot list bucket ${BUCKET}: ${fault}`));
  });
}

Deno.test("5,000 objects arrive though the program is killed twenty times, and what comes twice has one id", async () => {
  const KILLS = 20;
  await using aws = await Aws.start();
  await using otlp = await OtlpEndpoint.start();
  using folder = new TestFolder();
  const written = putObjects(aws, 5000);
  // Without a window for late objects nothing is found again that a pass went over too early.
  const receiver = { late_window: "0s" };
  const file = await folder.writeConfig(listingConfig({ endpoint: aws.endpoint, otlp, folder, receiver }));

  for (let kill = 0; kill < KILLS; kill++) {
    await using program = new Program(["run", "--config", file]);
    const arrived = otlp.arrived;
    const target = arrived + 1 + Math.floor(Math.random() * 60);
    await eventually(() => otlp.arrived >= target || otlp.ids.size === written.length, {
      what: () =>
        `request ${target} of ${otlp.arrived}, with ${otlp.ids.size} of ${written.length} records: ${program.stderr}`,
    });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    program.signal("SIGKILL");
    await program.result();
  }
  await using last = new Program(["run", "--once", "--config", file]);
  const { code, stderr } = await last.result();
  assert.equal(code, 0, stderr);

  const idsOf = Map.groupBy(otlp.accepted, ({ attributes }) => String(attributes["event.id"]));
  assert.deepEqual([...idsOf.keys()].sort(), requestIds(written));
  assert.equal(otlp.ids.size, written.length);
  for (const [requestId, records] of idsOf) {
    const ids = new Set(records.map(({ attributes }) => attributes["elasticsearch.document_id"]));
    assert.equal(ids.size, 1, `${requestId} came with ${[...ids]}`);
  }
  using storage = openStorage({ directory: folder.file("state"), readOnly: true });
  const entries = Object.fromEntries(storage.summary().map(({ collection, entries }) => [collection, entries]));
  assert.deepEqual(entries, { areas: 1, objects: OBJECTS_AN_HOUR });
});

/** Objects hour by hour, most of two records, some of many chunks; returns all records. */
function putObjects({ bucket }: Aws, count: number): Sample[] {
  const written: Sample[] = [];
  for (let i = 0; i < count; i++) {
    const records = Array.from({ length: i % 500 === 250 ? 800 : 2 }, (_, n) => sample(written.length + n, SMALL));
    written.push(...records);
    const lastModifiedMs = Date.UTC(2026, 2, 2) + Math.floor(i / OBJECTS_AN_HOUR) * 3_600_000;
    const hour = new Date(lastModifiedMs).toISOString().slice(0, 13).replaceAll(/[-T]/g, "/");
    bucket.put(`${AREA}${hour}/${i}.json.gz`, gzipSync(ndjson(records), { level: 1 }), { lastModifiedMs });
  }
  return written;
}

Deno.test("a listing and an object whose answers stall are asked for again", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.aws.putLogs(`${AREA}2026/03/02/05/a.json.gz`, [sample(1)]);
  const stalls: Fault[] = [{ kind: "hang" }, { kind: "stall" }];
  stage.aws.s3.fault = () => stalls.shift();
  const config = listingConfig({
    endpoint: stage.aws.endpoint,
    otlp: stage.endpoint,
    folder,
    receiver: { api_timeout: "1s" },
  });
  assert.equal((await runOnce(config)).undelivered, 0);
  assert.deepEqual([stalls, stage.tookInvocations], [[], requestIds([sample(1)])]);
});
