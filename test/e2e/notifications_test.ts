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

Deno.test("awss3 leaves the message of a bucket that does not exist in the queue, and says why", async () => {
  await using stage = await QueueStage.start();
  const object = stage.aws.putLogs("a.json", samples(1));
  stage.aws.notify([{ ...object, bucket: "nowhere" }]);
  const { undelivered, events } = await stage.runOnce();
  assert.equal(undelivered, 1);
  assert.equal(events.count("receiver.poison_messages", "no_bucket"), 1);
  assert.equal(messageCount(stage.aws.queueState()), 1);
});
