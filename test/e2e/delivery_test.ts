/** The rule of delivery at its edges: several exporters, little memory, a dead letter that fails. */
import assert from "node:assert/strict";
import { eventually } from "../world/eventually.ts";
import { status } from "../world/otlp_endpoint.ts";
import { TestFolder } from "../world/folder.ts";
import { samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const MESSAGES = 12;

/** Twelve messages for an endpoint that is down and a file that takes everything. */
async function runWithOneExporterDown(stage: QueueStage, folder: TestFolder) {
  await stage.endpoint.refuse();
  const all = samples(MESSAGES);
  for (const [index, record] of all.entries()) stage.aws.publish(`${index}.json.gz`, [record]);
  const service = await stage.run({
    exporters: { file: { path: folder.file("copy.json") } },
    service: {
      shutdown_timeout: "500ms",
      pipelines: { logs: { receivers: ["awss3"], processors: ["bedrock"], exporters: ["otlp_http", "file"] } },
    },
  });
  const { events } = service;
  await eventually(
    () => events.count("exporter.delivered_records") > 0 && events.count("exporter.retries", "connect") > 0,
    { what: () => "records in the file and a retry" },
  );
  return { service, all };
}

Deno.test("with one of two exporters down nothing is acknowledged, and both have everything when it is back", async () => {
  using folder = new TestFolder();
  await using stage = await QueueStage.start();
  const { service, all } = await runWithOneExporterDown(stage, folder);
  assert.equal(messageCount(stage.aws.queueState()), MESSAGES);
  await stage.endpoint.listen();
  await stage.queueIsEmpty();
  await service.stop();
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  const copy = await Deno.readTextFile(folder.file("copy.json"));
  for (const { requestId } of all) assert.ok(copy.includes(requestId), requestId);
});

Deno.test("with one of two exporters down a stop returns every message", async () => {
  using folder = new TestFolder();
  await using stage = await QueueStage.start();
  const { service } = await runWithOneExporterDown(stage, folder);
  await service.stop();
  const { visible } = stage.aws.queueState();
  assert.equal(visible.length, MESSAGES);
  stage.assertNoReceiptWasLost();
});

Deno.test("records larger than max_in_flight_bytes get through, also where several workers have some", async () => {
  await using stage = await QueueStage.start();
  const all = samples(18, { sizeBytes: 200_000 });
  for (let index = 0; index < 6; index++) {
    stage.aws.publish(`${index}.json.gz`, all.slice(index * 3, index * 3 + 3));
  }
  stage.aws.publish("blank.json", "\n\n");
  const { undelivered } = await stage.runOnce({ service: { max_in_flight_bytes: "64KiB" } });
  assert.equal(undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
});

Deno.test("where every record is refused, all are in the dead letter and the queue is empty", async () => {
  using folder = new TestFolder();
  await using stage = await QueueStage.start();
  stage.endpoint.rule = () => status(400, { body: '{"message":"mapper_parsing_exception"}' });
  const all = samples(30);
  stage.aws.publish("a.json.gz", all.slice(0, 20));
  stage.aws.publish("b.json.gz", all.slice(20));
  const { undelivered, events, log } = await stage.runOnce({
    exporters: { file: { path: folder.file("dead_letter.json") } },
    service: { dead_letter: "file" },
  });
  assert.equal(undelivered, 0);
  assert.equal(events.count("dead_letter.records"), all.length);
  const told = ["export.refused", "dead_letter.written"].map((name) =>
    log.filter((line) => line.includes(` ${name}:`))
  );
  assert.deepEqual(told.map((lines) => lines.filter((line) => line.includes("400")).length > 0), [true, false], "once");
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("where every record is refused and there is no dead letter, every message stays, received once", async () => {
  await using stage = await QueueStage.start();
  stage.endpoint.rule = () => status(400);
  for (const [index, record] of samples(5).entries()) stage.aws.publish(`${index}.json.gz`, [record]);
  const { undelivered } = await stage.runOnce();
  assert.equal(undelivered, 5);
  assert.equal(messageCount(stage.aws.queueState()), 5);
  stage.assertNoReceiptWasLost();
});
