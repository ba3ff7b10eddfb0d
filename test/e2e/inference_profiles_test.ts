import assert from "node:assert/strict";
import { restError } from "../world/bedrock.ts";
import type { Config } from "../world/config.ts";
import { eventually } from "../world/eventually.ts";
import type { Fault } from "../world/http_server.ts";
import { LogsStage } from "../world/logs_stage.ts";
import { freePort } from "../world/ports.ts";
import { QueueStage } from "../world/queue_stage.ts";
import { sample } from "../world/samples.ts";

const ACCOUNT = "arn:aws:bedrock:us-east-1:123456789012";
const MODEL = "anthropic.claude-3-haiku-20240307-v1:0";
const FIELD = "aws_bedrock.invocation.underlying_model";

/** Records of 20 profiles, in order. */
const RECORDS = Array.from({ length: 100 }, (_, number) => ({ ...sample(number), modelId: arnOf(number % 20) }));

function arnOf(number: number): string {
  return `${ACCOUNT}:application-inference-profile/ab12cd34ef${String(number).padStart(2, "0")}`;
}

/** Settings by which profiles are asked for at an endpoint. */
function asking(stage: QueueStage | LogsStage, endpoint = stage.aws.endpoint): { processor: Config; service: Config } {
  const aws = { endpoint, region: "us-east-1", access_key_id: "test", secret_access_key: "test" };
  return {
    processor: { resolve_inference_profiles: true, aws },
    service: { storage: { directory: stage.stateDirectory } },
  };
}

function arrived(stage: QueueStage): unknown[] {
  return stage.endpoint.accepted.map(({ attributes }) => attributes["event.id"]);
}

const FAULTS: Readonly<Record<string, Fault>> = {
  "denies it": restError("AccessDeniedException", { status: 403 }),
  throttles: restError("ThrottlingException", { status: 429 }),
  fails: restError("InternalServerException", { status: 500 }),
  "never answers": { kind: "hang" },
  "breaks off": { kind: "reset" },
};

for (const [name, fault] of Object.entries(FAULTS)) {
  Deno.test(`while Bedrock ${name}, records of inference profiles arrive in order, with their ARNs`, async () => {
    await using stage = await QueueStage.start();
    const { aws } = stage;
    aws.bedrock.fault = () => fault;
    aws.publish("AWSLogs/log.json.gz", RECORDS);
    const { undelivered } = await stage.runOnce(asking(stage));
    assert.equal(undelivered, 0);
    assert.deepEqual(arrived(stage), RECORDS.map(({ requestId }) => requestId));
    for (const { attributes } of stage.endpoint.accepted) {
      assert.match(String(attributes["aws_bedrock.invocation.model_arn"]), /application-inference-profile/);
      assert.equal(attributes[FIELD], undefined);
    }
  });
}

Deno.test("while Bedrock is slow, all records arrive before its first answer, and later ones with their models", async () => {
  await using stage = await QueueStage.start();
  const { aws, aws: { bedrock }, endpoint } = stage;
  const answers = Promise.withResolvers<void>();
  bedrock.slowness = answers.promise;
  for (const { modelId } of RECORDS) {
    bedrock.profiles.set(modelId, `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`);
  }
  aws.publish("AWSLogs/log.json.gz", RECORDS);
  await using run = await stage.run(asking(stage));
  await eventually(() => endpoint.accepted.length === RECORDS.length, {
    what: () => `${endpoint.accepted.length} records`,
  });
  assert.deepEqual(arrived(stage), RECORDS.map(({ requestId }) => requestId));
  assert.ok(endpoint.accepted.every(({ attributes }) => attributes[FIELD] === undefined));
  assert.equal(bedrock.asked.length, 1, "one question at a time");

  answers.resolve();
  const isAnswered = () => run.events.count("bedrock.resolved_profiles") === 20;
  await eventually(isAnswered, { what: () => `${bedrock.asked.length} questions` });
  aws.publish("AWSLogs/later.json.gz", RECORDS.slice(0, 20));
  await eventually(() => endpoint.accepted.length === RECORDS.length + 20, { what: () => "later records" });
  const models = endpoint.accepted.slice(RECORDS.length).map(({ attributes }) => attributes[FIELD]);
  assert.deepEqual(new Set(models), new Set([MODEL]));
});

Deno.test("while nobody listens at Bedrock's endpoint, records of inference profiles arrive in order", async () => {
  await using stage = await QueueStage.start();
  stage.aws.publish("AWSLogs/log.json.gz", RECORDS);
  const { undelivered } = await stage.runOnce(asking(stage, `http://127.0.0.1:${await freePort()}`));
  assert.equal(undelivered, 0);
  assert.deepEqual(arrived(stage), RECORDS.map(({ requestId }) => requestId));
});

Deno.test("the model behind a profile is asked for once, and remembered by the state for the next run", async () => {
  await using stage = await LogsStage.start();
  const { aws: { bedrock }, logs } = stage;
  bedrock.profiles.set(arnOf(0), `arn:aws:bedrock:us-east-1::foundation-model/${MODEL}`);
  const options = asking(stage);

  logs.putRecords([RECORDS[0]]);
  await using first = await stage.run(options);
  const isAnswered = () => first.events.count("bedrock.resolved_profiles") === 1;
  await eventually(() => isAnswered() && stage.endpoint.accepted.length === 1, { what: () => "record and answer" });
  await first.stop();

  logs.putRecords([RECORDS[20]]);
  await stage.runOnce(options);
  const models = stage.endpoint.accepted.map(({ attributes }) => attributes[FIELD]);
  assert.deepEqual(models, [undefined, MODEL]);
  assert.deepEqual(bedrock.asked, [arnOf(0)]);
});

Deno.test("a model that the configuration names is not asked for", async () => {
  await using stage = await QueueStage.start();
  const { aws } = stage;
  aws.publish("AWSLogs/log.json.gz", RECORDS.slice(0, 2));
  const names = { [arnOf(0)]: `us.${MODEL}`, ab12cd34ef01: MODEL };
  const { processor, service } = asking(stage);
  await stage.runOnce({ processor: { ...processor, inference_profiles: names }, service });
  for (const { attributes } of stage.endpoint.accepted) {
    assert.equal(attributes[FIELD], MODEL);
    assert.equal(attributes["aws_bedrock.invocation.model_vendor"], "anthropic");
    assert.match(String(attributes["gen_ai.request.model"]), /^ab12cd34ef0[01]$/);
  }
  assert.deepEqual(aws.bedrock.asked, []);
});
