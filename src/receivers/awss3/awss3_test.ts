/** The receiver as its factory makes it, against S3 and SQS of an emulator over HTTP. */
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { awsClientConfig, s3ClientConfig } from "../../aws/client_config.ts";
import { awsSettings } from "../../aws/testing.ts";
import type { LogRecord } from "../../component/batch.ts";
import { createDelivery } from "../../component/flow_control.ts";
import { TestSink } from "../../../test/world/test_sink.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { awss3Schema } from "./config.ts";
import { awss3Factory } from "./factory.ts";
import { s3Notification } from "./testing.ts";

interface Account extends AsyncDisposable {
  readonly url: string;
  readonly queueUrl: string;
  put(key: string, body: string | Uint8Array, headers?: { ContentEncoding?: string }): Promise<void>;
  announce(body: string): Promise<void>;
  /** Messages that can be received, and those in flight. */
  queued(): Promise<{ visible: number; inFlight: number }>;
  receiveCount(): Promise<number>;
  /** How many messages another consumer gets that waits for so many seconds. */
  rivalReceives(waitSeconds: number): Promise<number>;
}

async function startAccount(): Promise<Account> {
  const app = buildApp();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const settings = awsSettings({ endpoint: url });
  const s3 = new S3Client(s3ClientConfig(settings, { region: undefined, pathStyle: true }));
  const sqs = new SQSClient({ ...awsClientConfig(settings, { region: undefined }), useQueueUrlAsEndpoint: false });
  const QueueUrl = `${url}/000000000000/bedrock-logs`;
  await s3.send(new CreateBucketCommand({ Bucket: "logs" }));
  await sqs.send(new CreateQueueCommand({ QueueName: "bedrock-logs" }));
  return {
    url,
    queueUrl: QueueUrl,
    put: async (Key, Body, headers = {}) => {
      await s3.send(new PutObjectCommand({ Bucket: "logs", Key, Body, ...headers }));
    },
    announce: async (MessageBody) => {
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    queued: async () => {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
      return {
        visible: Number(Attributes?.ApproximateNumberOfMessages),
        inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
      };
    },
    receiveCount: async () => {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
      );
      return Number(Messages?.[0]?.Attributes?.ApproximateReceiveCount) - 1;
    },
    rivalReceives: async (WaitTimeSeconds) => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds }));
      return Messages?.length ?? 0;
    },
    [Symbol.asyncDispose]: async () => {
      s3.destroy();
      sqs.destroy();
      await app.close();
    },
  };
}

function createReceiver(
  account: Account,
  { once = true, ...settings }: { once?: boolean; [name: string]: unknown } = {},
) {
  const config = awss3Schema.parse({
    queue_url: account.queueUrl,
    endpoint: account.url,
    region: "us-east-1",
    access_key_id: "KEY",
    secret_access_key: "SECRET",
    path_style: true,
    sqs: { wait_time: once ? "0s" : "20s" },
    ...settings,
  });
  const sink = new TestSink<LogRecord>();
  const { events, lines } = quietEvents();
  const delivery = createDelivery({ maxInFlightBytes: 1024 * 1024 });
  const receiver = awss3Factory.create({ id: "awss3", config, events, delivery, consumers: { logs: sink }, once });
  return { receiver, sink, events, lines };
}

const stop = (receiver: { stop(deadline: AbortSignal): Promise<void> }) => receiver.stop(AbortSignal.abort());

Deno.test("awss3 reads what S3, SNS and EventBridge announce, whatever the objects' names and packing", async () => {
  await using account = await startAccount();
  const line = (n: number) => `{"n":${n}}\n`;
  await account.put("a b/ü+1.json.gz", gzipSync(line(1) + line(2)));
  await account.put("plain.json.gz", line(3));
  await account.put("encoded.json", gzipSync(line(4)), { ContentEncoding: "gzip" });
  await account.put("members.json", new Uint8Array([...gzipSync(line(5)), ...gzipSync(line(6))]));
  await account.announce(s3Notification(["a b/ü+1.json.gz", "plain.json.gz"]));
  await account.announce(JSON.stringify({ Type: "Notification", Message: s3Notification(["encoded.json"]) }));
  await account.announce(JSON.stringify({
    "detail-type": "Object Created",
    region: "us-east-1",
    detail: { bucket: { name: "logs" }, object: { key: "members.json" } },
  }));
  await account.announce(JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "logs" }));

  const { receiver, sink, events } = createReceiver(account);
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  const numbers = sink.delivered.map(({ body }) => JSON.parse(String(body)).n as number);
  assert.deepEqual(numbers.sort(), [1, 2, 3, 4, 5, 6]);
  assert.equal(new Set(sink.delivered.map(({ origin }) => origin.id)).size, 6);
  assert.deepEqual(await account.queued(), { visible: 0, inFlight: 0 });
  assert.equal(events.count("receiver.ignored_messages", "test_event"), 1);
  await stop(receiver);
});

Deno.test("awss3 returns every message when the endpoint is down in once", async () => {
  await using account = await startAccount();
  for (let i = 0; i < 5; i++) {
    await account.put(`${i}.json`, `{"n":${i}}`);
    await account.announce(s3Notification([`${i}.json`]));
  }
  const { receiver, sink } = createReceiver(account);
  sink.answer = () => {
    throw new Error("connection refused");
  };
  await receiver.start();
  assert.ok((await receiver.finished).undelivered > 0);
  await stop(receiver);
  assert.deepEqual(await account.queued(), { visible: 5, inFlight: 0 });
});

Deno.test("awss3 holds a message for several visibility timeouts, and nobody else receives it", async () => {
  await using account = await startAccount();
  await account.put("slow.json", "{}");
  await account.announce(s3Notification(["slow.json"]));
  const { receiver, sink, lines } = createReceiver(account, {
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
  assert.equal(await account.rivalReceives(3), 0);
  finish.resolve();
  await receiver.stop(new AbortController().signal);
  assert.deepEqual(await account.queued(), { visible: 0, inFlight: 0 });
  assert.equal(sink.requests.length, 1);
  assert.deepEqual(lines.filter((line) => / ERROR /.test(line)), []);
});

Deno.test("awss3 returns what is in flight when the deadline of stop comes, at its first receipt", async () => {
  await using account = await startAccount();
  await account.put("slow.json", "{}");
  await account.announce(s3Notification(["slow.json"]));
  // One worker: this emulator gives returned messages to the call that was under way, though nobody waits any more.
  const { receiver, sink } = createReceiver(account, { once: false, number_of_workers: 1 });
  const begun = Promise.withResolvers<void>();
  sink.answer = () => {
    begun.resolve();
    return new Promise(() => {});
  };
  await receiver.start();
  await begun.promise;
  await receiver.stop(AbortSignal.abort());
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  assert.deepEqual(await account.queued(), { visible: 1, inFlight: 0 });
  assert.equal(await account.receiveCount(), 1);
});

Deno.test("awss3 leaves a missing bucket's message in the queue and says why", async () => {
  await using account = await startAccount();
  await account.announce(s3Notification(["a.json"], { bucket: "nowhere" }));
  await account.announce(s3Notification(["gone.json"]));
  const { receiver, events } = createReceiver(account);
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 1 });
  await stop(receiver);
  assert.equal(events.count("receiver.poison_messages", "no_bucket"), 1);
  assert.equal(events.count("receiver.missing_objects"), 1);
  assert.deepEqual(await account.queued(), { visible: 0, inFlight: 1 });
});

Deno.test("awss3 does not start with a queue that does not exist", async () => {
  await using account = await startAccount();
  const queue_url = `${account.url}/000000000000/nowhere`;
  const { receiver } = createReceiver(account, { queue_url });
  await assert.rejects(receiver.start(), /Cannot receive from queue http.*nowhere: QueueDoesNotExist/);
  await stop(receiver);
});

Deno.test("awss3 reaches the queue at its URL's host when no endpoint is set, and warns of no redrive policy", async () => {
  await using account = await startAccount();
  const { receiver, lines } = createReceiver(account, { endpoint: undefined });
  await receiver.start();
  assert.deepEqual(await receiver.finished, { undelivered: 0 });
  await stop(receiver);
  assert.ok(lines.some((line) => line.includes("awss3.no_redrive_policy")));
});
