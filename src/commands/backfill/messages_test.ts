import assert from "node:assert/strict";
import { parseNotification } from "../../receivers/awss3/queue/notification.ts";
import type { BackfillObject } from "./job.ts";
import { messageBatches } from "./messages.ts";

async function batchesOf(keys: readonly string[], objectsPerMessage: number) {
  async function* objects(): AsyncGenerator<BackfillObject> {
    for (const key of keys) yield { bucket: "logs", key, sizeBytes: 7, etag: "abc" };
  }
  const batches = [];
  for await (const batch of messageBatches(objects(), { objectsPerMessage, region: "eu-central-1" })) {
    batches.push(batch);
  }
  return batches;
}

/** Keys that the messages announce, as the receiver reads them. */
function announced(batches: Awaited<ReturnType<typeof batchesOf>>): string[] {
  return batches.flatMap(({ messages }) => messages).flatMap(({ body }) => {
    const notification = parseNotification(body);
    assert.equal(notification.kind, "objects");
    return notification.kind === "objects" ? notification.objects.map(({ key }) => key) : [];
  });
}

Deno.test("messages are what the receiver takes, ten in a batch", async () => {
  const keys = Array.from({ length: 43 }, (_, number) => `a b/ü+${number}.gz`);
  const batches = await batchesOf(keys, 2);
  assert.deepEqual(batches.map(({ messages }) => messages.length), [10, 10, 2]);
  assert.deepEqual(announced(batches), keys);
  assert.deepEqual(batches.flatMap(({ objects }) => objects.map(({ key }) => key)), keys);
  const [notification] = batches.flatMap(({ messages }) => messages).map(({ body }) => parseNotification(body));
  assert.deepEqual(notification, {
    kind: "objects",
    objects: keys.slice(0, 2).map((key) => ({ bucket: "logs", key, region: "eu-central-1", sizeBytes: 7 })),
  });
});

Deno.test("neither a message nor a batch is larger than SQS takes", async () => {
  // 3 bytes each in UTF-8, 9 characters when encoded.
  const keys = Array.from({ length: 250 }, (_, number) => `${number}/${"世".repeat(320)}`);
  const batches = await batchesOf(keys, 100);
  assert.deepEqual(announced(batches), keys);
  for (const { messages } of batches) {
    const bytes = messages.reduce((sum, { body }) => sum + new TextEncoder().encode(body).length, 0);
    assert.ok(bytes <= 256 * 1024, `${bytes} bytes`);
  }
});
