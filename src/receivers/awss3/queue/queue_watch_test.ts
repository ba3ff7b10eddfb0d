import assert from "node:assert/strict";
import { fakeClock } from "../../../../test/world/fake_time.ts";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import type { QueueMessage } from "./queue.ts";
import { QueueWatch } from "./queue_watch.ts";
import { MemoryQueue } from "../../../../test/world/memory_queue.ts";
import { sdkError } from "../../../../test/world/aws_service.ts";

const MINUTE_MS = 60_000;

Deno.test("the queue's depth is told every minute, with the age of the oldest message seen since or in hand", async () => {
  using clock = fakeClock({ now: Date.UTC(2026, 0, 1) });
  const queue = new MemoryQueue();
  const { events } = quietEvents();
  const inHand: QueueMessage[] = [];
  const watch = new QueueWatch({ queue, events, inHand: () => inHand });
  const value = (name: string) => [...events.series(`receiver.queue_${name}`)][0]?.value;
  const message = (ageMs: number): QueueMessage => ({
    id: "m",
    body: "",
    receiptHandle: "r",
    receiveCount: 1,
    sentMs: Date.now() - ageMs,
  });
  queue.put("one");
  queue.put("two");
  watch.start();
  await clock.tickAsync(0);
  assert.deepEqual([value("visible_messages"), value("age_seconds")], [2, 0]);

  watch.saw(message(90_000));
  watch.saw(message(30_000));
  await clock.tickAsync(MINUTE_MS);
  assert.equal(value("age_seconds"), 90);

  inHand.push(message(5 * MINUTE_MS));
  await clock.tickAsync(MINUTE_MS);
  assert.equal(value("age_seconds"), 360, "what is in hand grows older");

  inHand.length = 0;
  queue.before = () => {
    throw sdkError("AccessDenied", "no");
  };
  await clock.tickAsync(MINUTE_MS);
  assert.deepEqual(
    [value("visible_messages"), value("age_seconds")],
    [2, 0],
    "the depth is not known to have changed",
  );
  watch.stop();
  assert.equal(clock.countTimers(), 0);
});
