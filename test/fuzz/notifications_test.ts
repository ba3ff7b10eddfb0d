/** Whatever stands in a message of the queue, it names objects, nothing to do, or a problem. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { parseNotification } from "../../src/receivers/awss3/queue/notification.ts";
import { mutated, mutation } from "../world/mutations.ts";
import { notifications } from "../world/notifications.ts";
import { damaged, fuzz } from "./fuzz.ts";

const OBJECTS = [{ bucket: "bedrock-logs", key: "AWSLogs/a b/ü.json.gz", sizeBytes: 10, etag: "e" }];
const BODIES = (["s3", "sns", "eventbridge", "sns_eventbridge"] as const).flatMap((form) =>
  notifications(OBJECTS, { form, eventName: "ObjectCreated:Put" })
);

function assertReadable(body: string): void {
  const notification = parseNotification(body);
  if (notification.kind === "unknown") assert.ok(notification.problem.length > 5);
  if (notification.kind !== "objects") return;
  assert.ok(notification.objects.length > 0);
  for (const { bucket, key } of notification.objects) {
    assert.match(bucket, /^[A-Za-z0-9][\w.-]+$/);
    assert.ok(key.length > 0);
  }
}

Deno.test("whatever bytes a message has, they are read or there is a problem", async () => {
  await fuzz(fc.property(damaged(BODIES), (bytes) => assertReadable(Buffer.from(bytes).toString())));
});

Deno.test("whatever values a message has, they are read or there is a problem", async () => {
  await fuzz(
    fc.property(fc.constantFrom(...BODIES), fc.array(mutation, { maxLength: 3 }), (body, mutations) => {
      assertReadable(mutated(body, mutations));
    }),
  );
});
