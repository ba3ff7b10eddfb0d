/** Log groups of CloudWatch Logs to the endpoint, over HTTP at both ends. */
import assert from "node:assert/strict";
import { arnOf, EXPIRED_TOKEN, GROUP, THROTTLED } from "../world/cloudwatch_logs.ts";
import { BUCKET } from "../world/aws.ts";
import { awsError } from "../world/aws_service.ts";
import { type Config, configWith } from "../world/config.ts";
import type { Fault } from "../world/http_server.ts";
import { eventually } from "../world/eventually.ts";
import { LogsStage } from "../world/logs_stage.ts";
import { ACCEPT, status } from "../world/otlp_endpoint.ts";
import { permissionFlags, runCli, RunningService, runOnce } from "../world/program.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { sample, samples } from "../world/samples.ts";
import { requestIds } from "../world/stage.ts";
import { storedSample } from "../world/stored_bodies.ts";

const MINUTE_MS = 60_000;

Deno.test("run --once delivers the events of all streams once, with where they were found", async () => {
  await using stage = await LogsStage.start();
  const all = samples(40);
  const ids = [0, 1, 2].flatMap((stream) =>
    stage.logs.putRecords(all.filter((_, index) => index % 3 === stream), { stream: `stream-${stream}` })
  );
  stage.logs.putRecords(samples(1, { first: 100 }), { timeMs: Date.now() });

  await using program = await stage.program(["run", "--once"]);
  const { code, stderr } = await program.result();

  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.deepEqual([...stage.endpoint.ids].sort(), ids.sort());
  const record = stage.endpoint.accepted.find(({ attributes }) => attributes["event.id"] === all[1]?.requestId);
  assert.equal(record?.attributes["aws.cloudwatch.log_group"], GROUP);
  assert.equal(record?.attributes["aws.cloudwatch.log_stream"], "stream-1");
  assert.equal(record?.attributes["aws.cloudwatch.event_id"], record?.attributes["elasticsearch.document_id"]);
  assert.match(String(record?.attributes["aws.cloudwatch.ingestion_time"]), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.equal(record?.timeUnixNano, `${Date.parse(all[1]?.timestamp ?? "")}000000`);

  const again = await stage.runOnce();
  assert.equal(again.undelivered, 0);
  assert.equal(stage.endpoint.accepted.length, all.length);
});

Deno.test("throttling, empty pages with a token and an expired token lose nothing and repeat nothing", async () => {
  await using stage = await LogsStage.start();
  const { logs } = stage;
  Object.assign(stage.logs.memory, { pageEvents: 7, emptyPages: 2 });
  const all = samples(60);
  logs.putRecords(all);
  let [calls, hasExpired] = [0, false];
  logs.fault = ({ input }) => {
    if (input["nextToken"] === undefined) return undefined;
    // Four in a row: more than the SDK tries by itself.
    if (++calls >= 5 && calls < 9) return THROTTLED;
    if (calls < 20 || hasExpired) return undefined;
    hasExpired = true;
    return EXPIRED_TOKEN;
  };

  const { undelivered, events, log } = await stage.runOnce();

  assert.equal(undelivered, 0, log.join(""));
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(events.count("receiver.slowed_down_calls", "throttled"), 1);
  assert.equal(events.count("receiver.expired_tokens"), 1);
});

Deno.test("a program that is killed in the middle goes on there: everything arrives, hardly anything twice", async () => {
  await using stage = await LogsStage.start();
  stage.logs.memory.pageEvents = 10;
  const all = samples(1000);
  stage.logs.putRecords(all);
  const exporter = { sending_queue: { num_consumers: 1 }, max_request_bytes: "200KiB" };
  stage.endpoint.rule = () => stage.endpoint.requests.length < 5 ? ACCEPT : { kind: "keep_and_hang" };
  {
    await using program = await stage.program(["run"], { exporter });
    await eventually(() => stage.endpoint.arrived > 5, { what: () => `requests; it said ${program.stderr}` });
    program.signal("SIGKILL");
  }
  const taken = stage.endpoint.accepted.length;
  // The one without an answer, and the one before: the kill may come before its answer is written down.
  const unheard = stage.endpoint.requests.slice(-2).reduce((sum, { records }) => sum + records.length, 0);
  assert.ok(taken < all.length);

  stage.endpoint.rule = () => ACCEPT;
  const { undelivered, log } = await stage.runOnce();

  assert.equal(undelivered, 0, log.join(""));
  assert.deepEqual([...new Set(stage.tookInvocations)], requestIds(all));
  assert.ok(stage.endpoint.duplicates <= unheard, `${stage.endpoint.duplicates} twice, of ${unheard} unheard`);
});

Deno.test("an invocation that is logged to S3 and to CloudWatch Logs is one document with document_id: request_id", async () => {
  await using s3 = await QueueStage.start();
  await using stage = await LogsStage.start();
  const all = samples(10);
  s3.aws.publish("AWSLogs/1/BedrockModelInvocationLogs/us-east-1/a.json.gz", all);
  stage.logs.putRecords(all);
  const receivers = { ...receiversOf(s3.config()), ...receiversOf(stage.config()) };

  const { undelivered } = await runOnce(configWith(receivers, stage.endpoint, {
    processor: { document_id: "request_id" },
    service: { storage: { directory: stage.folder.file("state") } },
  }));

  assert.equal(undelivered, 0);
  assert.equal(stage.endpoint.accepted.length, 2 * all.length);
  assert.deepEqual([...stage.endpoint.ids].sort(), requestIds(all));
});

Deno.test("bodies too large for an event are joined from large_data_bucket", async () => {
  await using stage = await LogsStage.start();
  const large = storedSample(0, { sizeBytes: 300_000 });
  for (const [key, body] of large.stored) stage.aws.putLogs(key, JSON.stringify(body));
  stage.logs.putRecords([large.record]);

  const { undelivered, log } = await stage.runOnce({
    // The region of both is the ARN's.
    receiver: { log_group_arn: arnOf(GROUP), region: undefined, large_data_bucket: BUCKET },
  });

  assert.equal(undelivered, 0, log.join(""));
  const [record] = stage.endpoint.accepted;
  assert.ok(JSON.stringify(record?.attributes["gen_ai.input.messages"]).length > 100_000, log.join(""));
});

Deno.test("a record that is refused holds its window without a dead letter; with one it is dealt with", async () => {
  await using stage = await LogsStage.start();
  const all = samples(20);
  const [guilty, ...others] = all;
  stage.logs.putRecords(others, { timeMs: Date.now() - 5 * MINUTE_MS });
  stage.logs.putRecords([guilty], { timeMs: Date.now() - 200 * MINUTE_MS });
  stage.endpoint.rule = ({ records }) =>
    records.some(({ attributes }) => attributes["event.id"] === guilty?.requestId) ? status(400) : ACCEPT;

  const refused = await stage.runOnce();
  assert.equal(refused.undelivered, 1);
  assert.ok(refused.log.some((line) => line.includes("awscloudwatch.window_deferred")), refused.log.join(""));
  assert.deepEqual(stage.tookInvocations, requestIds(others));

  const exporters = { "file/dead_letter": { path: stage.folder.file("dead.jsonl") } };
  const dead = await stage.runOnce({ exporters, service: { dead_letter: "file/dead_letter" } });
  assert.equal(dead.undelivered, 0);
  assert.equal(dead.events.count("dead_letter.records"), 1);
  assert.equal(stage.tookInvocations.length, others.length);
  assert.ok((await Deno.readTextFile(stage.folder.file("dead.jsonl"))).includes("cloudwatch:us-east-1:"));
});

function receiversOf(config: Config): Config {
  return config["receivers"] as Config;
}

const MISTAKES: Readonly<Record<string, { receiver: Config; fault?: Fault; message: RegExp }>> = {
  "no such group": {
    receiver: { log_group_name: "/aws/bedrock/nowhere" },
    message: /Cannot read log group \/aws\/bedrock\/nowhere in us-east-1: ResourceNotFoundException/,
  },
  "the wrong region": {
    receiver: { region: "eu-central-1" },
    message: /in eu-central-1: ResourceNotFoundException: .* \(is it in another region\? see region_name\)/,
  },
  "no permission": {
    receiver: { log_group_name: undefined, log_group_arn: arnOf(GROUP) },
    fault: awsError("AccessDeniedException", "User: u is not authorized to perform: logs:FilterLogEvents"),
    message:
      /Cannot read log group arn:aws:logs:us-east-1:.*AccessDeniedException: .*not authorized.*logs:FilterLogEvents/,
  },
  "keys that nobody knows": {
    receiver: {},
    fault: awsError("UnrecognizedClientException", "The security token included in the request is invalid."),
    message: /UnrecognizedClientException: The security token/,
  },
  "a prefix that no group has": {
    receiver: { log_group_name: undefined, log_group_name_prefix: "/nowhere" },
    message: /Cannot read log groups \/nowhere\* in us-east-1: there is no such group/,
  },
};

for (const [what, { receiver, fault, message }] of Object.entries(MISTAKES)) {
  Deno.test(`awscloudwatch says at the start that it has ${what}`, async () => {
    await using stage = await LogsStage.start();
    stage.logs.fault = () => fault;
    await assert.rejects(RunningService.start(stage.config({ receiver })), message);
  });
}

Deno.test("the permissions that are printed are enough", async () => {
  await using stage = await LogsStage.start();
  const record = sample(1);
  stage.logs.putRecords([record]);
  const file = await stage.folder.writeConfig(stage.config());
  const flags = await permissionFlags(["--config", file]);
  const { code, stderr } = await runCli(["run", "--once", "--config", file], { flags });
  assert.equal(code, 0, stderr);
  assert.deepEqual(stage.tookInvocations, [record.requestId]);
});
