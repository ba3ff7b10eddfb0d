import assert from "node:assert/strict";
import type { NotificationForm } from "../world/notifications.ts";
import { samples } from "../world/samples.ts";
import { messageCount, QueueStage } from "../world/queue_stage.ts";
import { requestIds } from "../world/stage.ts";

const KEYS = [
  "AWSLogs/123456789012/BedrockModelInvocationLogs/us-east-1/2026/03/02/05/20260302T050501123Z_3f6a.json.gz",
  "with blank and + plus.json",
  "100% /a=b&c#d?e;f,g:h@i$j.json.gz",
  "%2B already encoded%20.json",
  "ünï/日本語/😀 'quoted' (1)!*.json.gz",
];

for (const form of ["s3", "sns", "sns_raw", "eventbridge", "sns_eventbridge"] satisfies NotificationForm[]) {
  Deno.test(`awss3 reads what a notification of the form ${form} names, whatever the key`, async () => {
    await using stage = await QueueStage.start();
    const all = samples(KEYS.length * 2);
    for (const [index, key] of KEYS.entries()) {
      const object = stage.aws.putLogs(key, all.slice(index * 2, index * 2 + 2));
      stage.aws.notify([object], { form });
    }

    const { undelivered } = await stage.runOnce();

    assert.equal(undelivered, 0);
    assert.deepEqual(stage.tookInvocations, requestIds(all));
    const keys = new Set(stage.endpoint.accepted.map(({ attributes }) => attributes["aws.s3.object.key"]));
    assert.deepEqual([...keys].sort(), [...KEYS].sort());
    assert.equal(messageCount(stage.aws.queueState()), 0);
  });
}

Deno.test("awss3 reads all objects that one message names", async () => {
  await using stage = await QueueStage.start();
  const all = samples(3);
  const objects = [];
  for (const [index, record] of all.entries()) objects.push(stage.aws.putLogs(`${index}.json.gz`, [record]));
  stage.aws.notify(objects, { form: "sns" });

  assert.equal((await stage.runOnce()).undelivered, 0);
  assert.deepEqual(stage.tookInvocations, requestIds(all));
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("awss3 acknowledges test events and events other than ObjectCreated without reading anything", async () => {
  await using stage = await QueueStage.start();
  stage.aws.sendTestEvent();
  stage.aws.sendTestEvent({ sns: true });
  const object = stage.aws.putLogs("a.json.gz", samples(1));
  stage.aws.notify([object], { eventName: "ObjectRemoved:Delete" });

  assert.equal((await stage.runOnce()).undelivered, 0);
  assert.equal(stage.endpoint.requests.length, 0);
  assert.equal(messageCount(stage.aws.queueState()), 0);
});

Deno.test("awss3 keeps the message when one of its three objects failed, and delivers the others", async () => {
  await using stage = await QueueStage.start();
  const all = samples(4);
  const objects = [
    stage.aws.putLogs("first.json.gz", all.slice(0, 2)),
    stage.aws.putLogs("damaged.json.gz", new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]), { gzip: false }),
    stage.aws.putLogs("third.json.gz", all.slice(2)),
  ];
  stage.aws.notify(objects);

  const { undelivered, log } = await stage.runOnce();

  assert.ok(undelivered > 0, "undelivered");
  assert.deepEqual([...new Set(stage.tookInvocations)], requestIds(all));
  assert.equal(messageCount(stage.aws.queueState()), 1);
  assert.ok(log.some((line) => line.includes("damaged.json.gz")), log.join(""));
});

Deno.test("awss3 acknowledges a message whose object is gone, with a warning", async () => {
  await using stage = await QueueStage.start();
  const object = stage.aws.putLogs("here.json", samples(1));
  stage.aws.notify([{ ...object, key: "gone.json" }]);

  const { undelivered, log } = await stage.runOnce();

  assert.equal(undelivered, 0);
  assert.equal(messageCount(stage.aws.queueState()), 0);
  assert.ok(log.some((line) => line.includes("WARN") && line.includes("gone.json")), log.join(""));
});

Deno.test("awss3 gives a record that is delivered twice the same id", async () => {
  await using stage = await QueueStage.start();
  const object = stage.aws.putLogs("a.json.gz", samples(5));
  stage.aws.notify([object], { form: "s3" });
  await stage.runOnce();
  stage.aws.notify([object], { form: "eventbridge" });
  await stage.runOnce();

  assert.equal(stage.endpoint.accepted.length, 10);
  assert.equal(stage.endpoint.ids.size, 5);
  for (const id of stage.endpoint.ids) assert.match(id, /^[0-9a-f]{32}-\d{12}$/);
});

Deno.test("awss3 gives an object that was overwritten new ids", async () => {
  await using stage = await QueueStage.start();
  stage.aws.publish("a.json.gz", samples(2));
  await stage.runOnce();
  stage.aws.publish("a.json.gz", samples(2, { first: 7 }));
  await stage.runOnce();
  assert.equal(stage.endpoint.ids.size, 4);
});
