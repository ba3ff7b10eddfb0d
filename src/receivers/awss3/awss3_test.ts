/** The receiver as its factory makes it, against S3 and SQS over HTTP. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Aws } from "../../../test/world/aws.ts";
import type { LogRecord } from "../../component/batch.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import { TestSink } from "../../../test/world/test_sink.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { awss3Schema } from "./config.ts";
import { awss3Factory } from "./factory.ts";
import { s3Notification } from "./testing.ts";

/** How many messages can be received, and how many are in flight. */
function queued(aws: Aws): { visible: number; inFlight: number } {
  const { visible, inFlight } = aws.queueState();
  return { visible: visible.length, inFlight: inFlight.length };
}

function createReceiver(
  aws: Aws,
  { once = true, ...settings }: { once?: boolean; [name: string]: unknown } = {},
) {
  const config = awss3Schema.parse({
    queue_url: aws.queueUrl,
    endpoint: aws.endpoint,
    region: "us-east-1",
    access_key_id: "KEY",
    secret_access_key: "SECRET",
    path_style: true,
    sqs: { wait_time: once ? "0s" : "20s" },
    ...settings,
  });
  const sink = new TestSink<LogRecord>();
  const { events, lines } = quietEvents();
  const flowControl = createFlowControl({ maxInFlightBytes: 1024 * 1024 });
  const receiver = awss3Factory.create({ id: "awss3", config, events, flowControl, consumers: { logs: sink }, once });
  return { receiver, sink, events, lines };
}

const stop = (receiver: { stop(deadline: AbortSignal): Promise<void> }) => receiver.stop(AbortSignal.abort());

Deno.test("awss3 reads what S3, SNS and EventBridge announce, whatever the objects' names and packing", async () => {
  await using aws = await Aws.start();
  const line = (n: number) => `{"n":${n}}\n`;
  aws.s3.bucket("logs").put("a b/ü+1.json.gz", gzipSync(line(1) + line(2)));
  aws.s3.bucket("logs").put("plain.json.gz", line(3));
  aws.s3.bucket("logs").put("encoded.json", gzipSync(line(4)), { headers: { "content-encoding": "gzip" } });
  aws.s3.bucket("logs").put("members.json", new Uint8Array([...gzipSync(line(5)), ...gzipSync(line(6))]));
  aws.send(s3Notification(["a b/ü+1.json.gz", "plain.json.gz"]));
  aws.send(JSON.stringify({ Type: "Notification", Message: s3Notification(["encoded.json"]) }));
  aws.send(JSON.stringify({
    "detail-type": "Object Created",
    region: "us-east-1",
    detail: { bucket: { name: "logs" }, object: { key: "members.json" } },
  }));
  aws.send(JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "logs" }));

  const { receiver, sink, events } = createReceiver(aws);
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  const numbers = sink.delivered.map(({ body }) => JSON.parse(String(body)).n as number);
  assert.deepEqual(numbers.sort(), [1, 2, 3, 4, 5, 6]);
  assert.equal(new Set(sink.delivered.map(({ origin }) => origin.id)).size, 6);
  assert.deepEqual(queued(aws), { visible: 0, inFlight: 0 });
  assert.equal(events.count("receiver.ignored_messages", "test_event"), 1);
  await stop(receiver);
});

Deno.test("awss3 returns every message when the endpoint is down in once", async () => {
  await using aws = await Aws.start();
  for (let i = 0; i < 5; i++) {
    aws.s3.bucket("logs").put(`${i}.json`, `{"n":${i}}`);
    aws.send(s3Notification([`${i}.json`]));
  }
  const { receiver, sink } = createReceiver(aws);
  sink.answer = () => {
    throw new Error("connection refused");
  };
  await receiver.start();
  assert.ok((await receiver.finished).undelivered > 0);
  await stop(receiver);
  assert.deepEqual(queued(aws), { visible: 5, inFlight: 0 });
});

Deno.test("awss3 holds a message for several visibility timeouts, and nobody else receives it", async () => {
  await using aws = await Aws.start();
  aws.s3.bucket("logs").put("slow.json", "{}");
  aws.send(s3Notification(["slow.json"]));
  const { receiver, sink, lines } = createReceiver(aws, {
    once: false,
    number_of_workers: 1,
    visibility_timeout: "1s",
  });
  const begun = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  sink.answer = () => {
    begun.resolve();
    return finish.promise;
  };
  await receiver.start();
  await begun.promise;
  const { signal } = new AbortController();
  const rival = { maxMessages: 10, waitMs: 3000, visibilityTimeoutMs: 30_000, signal };
  assert.deepEqual(await aws.queue.receive(rival), []);
  finish.resolve();
  await receiver.stop(new AbortController().signal);
  assert.deepEqual(queued(aws), { visible: 0, inFlight: 0 });
  assert.equal(sink.requests.length, 1);
  assert.deepEqual(lines.filter((line) => / ERROR /.test(line)), []);
});

Deno.test("awss3 returns what is in flight when the deadline of stop comes, at its first receipt", async () => {
  await using aws = await Aws.start();
  aws.s3.bucket("logs").put("slow.json", "{}");
  aws.send(s3Notification(["slow.json"]));
  // One worker: this emulator gives returned messages to the call that was under way, though nobody waits any more.
  const { receiver, sink } = createReceiver(aws, { once: false, number_of_workers: 1 });
  const begun = Promise.withResolvers<void>();
  sink.answer = () => {
    begun.resolve();
    return new Promise(() => {});
  };
  await receiver.start();
  await begun.promise;
  await receiver.stop(AbortSignal.abort());
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  assert.deepEqual(queued(aws), { visible: 1, inFlight: 0 });
  assert.equal(aws.queueState().visible[0]?.receiveCount, 1);
});

Deno.test("awss3 leaves a missing bucket's message in the queue and says why", async () => {
  await using aws = await Aws.start();
  aws.s3.bucket("logs");
  aws.send(s3Notification(["a.json"], { bucket: "nowhere" }));
  aws.send(s3Notification(["gone.json"]));
  const { receiver, events } = createReceiver(aws);
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  await stop(receiver);
  assert.equal(events.count("receiver.poison_messages", "no_bucket"), 1);
  assert.equal(events.count("receiver.missing_objects"), 1);
  assert.deepEqual(queued(aws), { visible: 0, inFlight: 1 });
});

Deno.test("awss3 does not start with a queue that does not exist", async () => {
  await using aws = await Aws.start();
  const queue_url = `${aws.endpoint}/000000000000/nowhere`;
  const { receiver } = createReceiver(aws, { queue_url });
  await assert.rejects(receiver.start(), /Cannot receive from queue http.*nowhere: QueueDoesNotExist/);
  await stop(receiver);
});

Deno.test("awss3 reaches the queue at its URL's host when no endpoint is set, and warns of no redrive policy", async () => {
  await using aws = await Aws.start();
  aws.queue.redriveMaxReceiveCount = undefined;
  const { receiver, lines } = createReceiver(aws, { endpoint: undefined });
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  await stop(receiver);
  assert.ok(lines.some((line) => line.includes("awss3.no_redrive_policy")));
});
