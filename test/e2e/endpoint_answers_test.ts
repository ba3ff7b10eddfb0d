import assert from "node:assert/strict";
import type { DecodedLogRecord } from "../world/otlp_logs.ts";
import { type Answer, status } from "../world/otlp_endpoint.ts";
import { TestFolder } from "../world/folder.ts";
import { samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const RECORDS = samples(3);

const FAULTS: readonly { name: string; answers: readonly Answer[]; exporter?: Record<string, unknown> }[] = [
  { name: "429", answers: [status(429), status(429)] },
  { name: "401", answers: [status(401, { body: "security_exception" }), status(401)] },
  { name: "403", answers: [status(403)] },
  { name: "404", answers: [status(404)] },
  { name: "a redirect", answers: [status(302, { headers: { location: "http://127.0.0.1:9/elsewhere" } })] },
  { name: "500", answers: [status(500, { body: "boom" })] },
  { name: "200 with an unreadable answer", answers: [status(200, { body: "<html>Sign in</html>" })] },
  { name: "200 with nothing, as a load balancer may,", answers: [status(200), status(204)] },
  { name: "nothing and closing the connection", answers: [{ kind: "reset" }, { kind: "reset" }] },
  { name: "nothing at all until the time-out", answers: [{ kind: "hang" }], exporter: { timeout: "300ms" } },
];

for (const { name, answers, exporter = {} } of FAULTS) {
  Deno.test(`an endpoint that answers ${name} gets the records again, and no message is received twice`, async () => {
    await using stage = await QueueStage.start();
    stage.endpoint.script.push(...answers);
    stage.aws.publish("a.json.gz", RECORDS);

    await using service = await stage.run({ exporter });
    await stage.endpoint.took(RECORDS.length);
    stage.assertNoReceiptWasLost();
    await service.stop();

    assert.equal(messageCount(stage.aws.queueState()), 0);
    assert.deepEqual([...new Set(stage.tookInvocations)], requestIds(RECORDS));
    assert.ok(service.events.count("exporter.retries") >= answers.length, "retries");
  });
}

Deno.test("an endpoint that dies in the middle of its answer gets the same ids again", async () => {
  await using stage = await QueueStage.start();
  stage.endpoint.script.push({ kind: "truncate" });
  stage.aws.publish("a.json.gz", RECORDS);
  assert.equal((await stage.runOnce()).undelivered, 0);
  assert.equal(stage.endpoint.accepted.length, 2 * RECORDS.length);
  assert.equal(stage.endpoint.ids.size, RECORDS.length);
});

/** Objects of several records each, in a message each, so that several callers share a request. */
function publishMany(stage: QueueStage, { objects = 8, recordsPerObject = 5 } = {}) {
  const all = samples(objects * recordsPerObject);
  for (let index = 0; index < objects; index++) {
    stage.aws.publish(`${index}.json.gz`, all.slice(index * recordsPerObject, (index + 1) * recordsPerObject));
  }
  const guilty = all[recordsPerObject + 2];
  assert.ok(guilty !== undefined);
  const isGuilty = ({ attributes }: DecodedLogRecord) => attributes["event.id"] === guilty.requestId;
  const innocent = requestIds(all.filter((record) => record !== guilty));
  return { all, guilty, isGuilty, innocent };
}

type Refusal = (records: readonly DecodedLogRecord[], isGuilty: (record: DecodedLogRecord) => boolean) => Answer;

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "a 400": (records, isGuilty) => records.some(isGuilty) ? status(400, { body: "bad record" }) : { kind: "accept" },
  "a partial success": (records, isGuilty) => {
    const rejected = records.filter(isGuilty);
    return { kind: "partial", rejected, message: rejected.length > 0 ? "mapper_parsing_exception" : "" };
  },
};

for (const [name, answer] of Object.entries(REFUSALS)) {
  Deno.test(`${name} for one record of many callers' batch: only it goes to the dead letter`, async () => {
    await using stage = await QueueStage.start();
    using folder = new TestFolder();
    const { guilty, isGuilty, innocent } = publishMany(stage);
    stage.endpoint.rule = ({ records }) => answer(records, isGuilty);
    const path = folder.file("dead_letter.jsonl");

    const { undelivered } = await stage.runOnce({
      exporters: { "file/dead_letter": { path } },
      service: { dead_letter: "file/dead_letter" },
    });

    assert.equal(undelivered, 0);
    assert.deepEqual([...new Set(stage.tookInvocations)], innocent);
    assert.ok(stage.endpoint.requests.some(({ records }) => records.length > 5), "callers share a request");
    const deadLetters = (await Deno.readTextFile(path)).trimEnd().split("\n");
    assert.equal(deadLetters.length, 1);
    assert.ok(deadLetters[0]?.includes(guilty.requestId), "the dead letter holds the guilty record");
    assert.equal(messageCount(stage.aws.queueState()), 0);
  });

  Deno.test(`${name} for one record without a dead letter: only its message stays`, async () => {
    await using stage = await QueueStage.start();
    const { isGuilty, innocent } = publishMany(stage);
    stage.endpoint.rule = ({ records }) => answer(records, isGuilty);

    const { undelivered } = await stage.runOnce();

    assert.equal(undelivered, 1);
    assert.deepEqual([...new Set(stage.tookInvocations)], innocent);
    const { visible, inFlight } = stage.aws.queueState();
    assert.equal(visible.length + inFlight.length, 1);
    assert.ok([...visible, ...inFlight][0]?.body.includes("1.json.gz"), "the message of the guilty record's object");
    // After a 400 nobody has anything: callers without a guilty record are sent once.
    if (name === "a 400") assert.equal(stage.endpoint.duplicates, 0);
  });
}

Deno.test("rejected records that may be duplicates are asked for one by one, and only the others are dead letters", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  const { guilty, isGuilty, all } = publishMany(stage);
  stage.endpoint.rule = ({ records }) => ({
    kind: "partial",
    rejected: records,
    message: records.some(isGuilty) ? "mapper_parsing_exception" : "version_conflict_engine_exception",
  });
  const path = folder.file("dead_letter.jsonl");

  const { undelivered, events } = await stage.runOnce({
    exporters: { "file/dead_letter": { path } },
    service: { dead_letter: "file/dead_letter" },
  });

  assert.equal(undelivered, 0);
  assert.equal(events.count("exporter.duplicate_records"), all.length - 1);
  const deadLetters = (await Deno.readTextFile(path)).trimEnd().split("\n");
  assert.equal(deadLetters.length, 1);
  assert.ok(deadLetters[0]?.includes(guilty.requestId));
});

Deno.test("a partial success of an overloaded Elasticsearch makes no dead letters: its records are sent again", async () => {
  await using stage = await QueueStage.start();
  using folder = new TestFolder();
  stage.endpoint.rule = ({ records }) =>
    stage.endpoint.requests.length < 2
      ? {
        kind: "partial",
        rejected: records.slice(0, 1),
        message: "Index [logs-x] returned status [TOO_MANY_REQUESTS] for 1 documents. Sample error message: full",
      }
      : { kind: "accept" };
  stage.aws.publish("a.json.gz", RECORDS);
  const path = folder.file("dead_letter.jsonl");

  const { undelivered, events } = await stage.runOnce({
    exporters: { "file/dead_letter": { path } },
    service: { dead_letter: "file/dead_letter" },
  });

  assert.equal(undelivered, 0);
  assert.equal(events.count("exporter.retries"), 2);
  assert.equal(events.count("dead_letter.records"), 0);
  assert.deepEqual([...new Set(stage.tookInvocations)], requestIds(RECORDS));
});

Deno.test("a 413 splits the request; a single record too large leaves without its bodies", async () => {
  await using stage = await QueueStage.start();
  const limit = 50_000;
  stage.endpoint.rule = ({ bytes }) => bytes > limit ? status(413) : { kind: "accept" };
  const small = samples(30, { sizeBytes: 5000 });
  const [large] = samples(1, { first: 100, sizeBytes: 200_000 });
  assert.ok(large !== undefined);
  stage.aws.publish("a.json.gz", [...small.slice(0, 15), large, ...small.slice(15)]);

  const { undelivered } = await stage.runOnce();

  assert.equal(undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds([...small, large]));
  const shrunk = stage.endpoint.accepted.filter(({ attributes }) => attributes["error.message"] !== undefined);
  assert.deepEqual(shrunk.map(({ attributes }) => attributes["event.id"]), [large.requestId]);
  assert.equal(messageCount(stage.aws.queueState()), 0);
});
