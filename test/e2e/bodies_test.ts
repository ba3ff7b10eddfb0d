import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { BUCKET } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import { sample } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";
import { FOLDER, type StoredSample, storedSample } from "../world/stored_bodies.ts";

const LOG = `${FOLDER}/20260302T050000000Z_0123456789abcdef.json.gz`;

/** Stores the bodies of samples. */
function store(stage: QueueStage, samples: readonly StoredSample[]): void {
  for (const [key, body] of samples.flatMap(({ stored }) => stored)) stage.aws.putLogs(key, JSON.stringify(body));
}

/** Writes into another bucket than the log's. */
function putElsewhere(stage: QueueStage, bucket: string, [key, body]: readonly [string, unknown]): void {
  stage.aws.s3.bucket(bucket).put(key, gzipSync(JSON.stringify(body)));
}

/** Attributes of what arrived, by requestId. */
function arrived(stage: QueueStage): Map<string, Record<string, unknown>> {
  return new Map(stage.endpoint.accepted.map(({ attributes }) => [String(attributes["event.id"]), attributes]));
}

Deno.test("a record with a prompt of 3 MB beside it arrives as one document, as if it had been logged inline", async () => {
  await using stage = await QueueStage.start();
  const shapes = ["anthropic", "converse", "anthropic_stream"] as const;
  const large = shapes.map((shape, number) => storedSample(number, { shape, sizeBytes: 5_000_000 }));
  store(stage, large);
  stage.aws.publish(LOG, [sample(7), ...large.map(({ record }) => record), sample(8)]);

  const { undelivered, events } = await stage.runOnce();

  assert.equal(undelivered, 0);
  assert.equal(events.count("bedrock.bodies_not_joined"), 0);
  assert.equal(stage.endpoint.accepted.length, 5);
  const joined = arrived(stage);
  stage.endpoint.accepted.length = 0;
  stage.aws.publish(`${FOLDER}/inline.json.gz`, large.map(({ whole }) => whole));
  await stage.runOnce({ receiver: { max_bytes: "20MiB" } });
  for (const [id, attributes] of arrived(stage)) {
    const { input, output } = { input: "aws_bedrock.invocation.input.", output: "aws_bedrock.invocation.output." };
    const messages = joined.get(id)?.["gen_ai.input.messages"];
    assert.ok(JSON.stringify(messages).length > 2_900_000);
    for (
      const name of [
        "gen_ai.input.messages",
        "gen_ai.output.messages",
        "gen_ai.usage.input_tokens",
        "gen_ai.usage.output_tokens",
        "gen_ai.response.finish_reasons",
        `${input}body_size`,
        `${output}body_size`,
        `${output}completion_text`,
      ]
    ) assert.deepEqual(joined.get(id)?.[name], attributes[name], name);
  }
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("a body is read neither of another request, nor from elsewhere, nor beyond its bounds", async () => {
  await using stage = await QueueStage.start();
  const [own, other] = [storedSample(1), storedSample(2)];
  store(stage, [own, other]);
  for (const body of own.stored) putElsewhere(stage, "private", body);
  const bomb = storedSample(3);
  const [bombKey] = bomb.stored[0] ?? [""];
  stage.aws.putLogs(bombKey, new Uint8Array(64 * 1024 * 1024));
  const [otherKey] = other.stored[0] ?? [""];
  const [ownKey = "", ownBody] = own.stored[0] ?? [];
  stage.aws.putLogs(ownKey.replace("/data/", "/private/"), JSON.stringify(ownBody));
  const paths = [
    `s3://${BUCKET}/${otherKey}`,
    `s3://private/${ownKey}`,
    `s3://${BUCKET}/${ownKey.replace("/data/", "/private/")}`,
    `s3://${BUCKET}/${ownKey.replace("/data/", "/x/../data/")}`,
    `s3://${BUCKET}/${ownKey.replace("/data/", "/x/%2e%2e/data/")}`,
    `s3://${BUCKET}/${ownKey.replaceAll("/", "%2F")}`,
  ];
  const hostile = paths.map((inputBodyS3Path) => ({ ...own.record, input: { inputBodyS3Path } }));
  stage.aws.publish(LOG, [...hostile, bomb.record]);

  const { undelivered, events } = await stage.runOnce({ processor: { bodies: { body_wait: "0s" } } });

  assert.equal(undelivered, 0);
  const counts = ["other_key", "other_bucket", "bad_path", "too_large", "missing"]
    .map((reason) => [reason, events.count("bedrock.bodies_not_joined", reason)]);
  assert.deepEqual(counts, [["other_key", 2], ["other_bucket", 1], ["bad_path", 3], ["too_large", 1], ["missing", 1]]);
  assert.equal(stage.endpoint.accepted.length, paths.length + 1);
  for (const { attributes } of stage.endpoint.accepted) {
    assert.match(String(attributes["error.message"]), /^Cannot join the input body: /);
    assert.equal("gen_ai.input.messages" in attributes, false);
  }
  assert.deepEqual(
    stage.endpoint.accepted.map(({ attributes }) => attributes["aws_bedrock.invocation.input.body_s3_path"]).sort(),
    [...paths, `s3://${BUCKET}/${bombKey}`].sort(),
  );
});

Deno.test("a body that is written after its record is awaited, and holds up no other record", async () => {
  await using stage = await QueueStage.start();
  const late = storedSample(1);
  stage.aws.publish(LOG, [late.record, sample(2)]);
  await using service = await stage.run();
  await eventually(() => service.events.count("bedrock.body_waits") > 0, { what: () => service.log.join("") });
  await eventually(() => stage.endpoint.accepted.length === 1, { what: () => "the other record" });
  store(stage, [late]);
  await stage.queueIsEmpty();
  assert.deepEqual(stage.tookInvocations, requestIds([sample(1), sample(2)]));
  const attributes = arrived(stage).get(late.record.requestId);
  assert.ok(attributes?.["gen_ai.input.messages"] !== undefined);
  assert.equal("error.message" in attributes, false);
});

Deno.test("a stop while a body is awaited returns the message, and the next run joins the body", async () => {
  await using stage = await QueueStage.start();
  const late = storedSample(1);
  stage.aws.publish(LOG, [late.record]);
  const options = { processor: { bodies: { body_wait: "10m" } }, service: { shutdown_timeout: "1s" } };
  await using service = await stage.run(options);
  await eventually(() => service.events.count("bedrock.body_waits") > 0, { what: () => service.log.join("") });
  await service.stop();
  assert.equal((stage.aws.queueState()).visible.length, 1);
  assert.equal(stage.endpoint.accepted.length, 0);
  store(stage, [late]);
  const { undelivered } = await stage.runOnce(options);
  assert.equal(undelivered, 0);
  assert.ok(arrived(stage).get(late.record.requestId)?.["gen_ai.input.messages"] !== undefined);
});

Deno.test("bodies of many objects that are together far over the memory budget arrive all the same", async () => {
  await using stage = await QueueStage.start();
  const large = Array.from({ length: 12 }, (_, number) => storedSample(number, { sizeBytes: 400_000 }));
  store(stage, large);
  for (const [number, { record }] of large.entries()) {
    stage.aws.publish(`${FOLDER}/${number}.json.gz`, [record, sample(100 + number)]);
  }
  const { undelivered } = await stage.runOnce({ service: { max_in_flight_bytes: "1MiB" } });
  assert.equal(undelivered, 0);
  const others = large.map((_, number) => sample(100 + number));
  assert.deepEqual(stage.tookInvocations, requestIds([...large.map(({ record }) => record), ...others]));
  for (const { record } of large) {
    assert.ok(arrived(stage).get(record.requestId)?.["gen_ai.input.messages"] !== undefined);
  }
});

Deno.test("records whose bodies have expired arrive with their paths, in few requests", async () => {
  await using stage = await QueueStage.start();
  const expired = Array.from({ length: 300 }, (_, number) => storedSample(number));
  stage.aws.publish(LOG, expired.map(({ record }) => record));
  const { undelivered, events } = await stage.runOnce({ processor: { bodies: { body_wait: "0s" } } });
  assert.equal(undelivered, 0);
  assert.equal(events.count("bedrock.bodies_not_joined", "missing"), 600);
  assert.deepEqual(stage.tookInvocations, requestIds(expired.map(({ record }) => record)));
  assert.ok(stage.endpoint.requests.length < 30, `${stage.endpoint.requests.length} requests`);
  for (const { attributes } of stage.endpoint.accepted) {
    assert.ok(attributes["aws_bedrock.invocation.input.body_s3_path"] !== undefined);
  }
});
