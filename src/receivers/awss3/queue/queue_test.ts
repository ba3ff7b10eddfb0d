import assert from "node:assert/strict";
import { quietEvents } from "../../../../test/world/quiet_events.ts";
import { createHash } from "node:crypto";
import { awsErrorKind } from "../../../aws/aws_error.ts";
import { serve } from "../../../../test/world/serve.ts";
import { awss3Schema, type QueueConfig } from "../config.ts";
import { type QueueMessage, SqsQueue } from "./queue.ts";

interface Call {
  readonly operation: string;
  readonly body: Record<string, unknown>;
}

/** SQS with a fixed answer for each operation, and what it was asked. */
function serveSqs(answers: Record<string, { status?: number; body: unknown }>) {
  const calls: Call[] = [];
  const server = serve(async (request) => {
    const operation = (request.headers.get("x-amz-target") ?? "").replace("AmazonSQS.", "");
    calls.push({ operation, body: await request.json() });
    const { status = 200, body } = answers[operation] ?? { status: 404, body: {} };
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/x-amz-json-1.0" } });
  });
  return { calls, server };
}

function queueAt(url: string): SqsQueue {
  const settings = { queue_url: `${url}/123456789012/q`, region: "us-east-1" };
  const config = awss3Schema.parse({ ...settings, access_key_id: "KEY", secret_access_key: "SECRET" }) as QueueConfig;
  return new SqsQueue(config, quietEvents().events);
}

function message(id: string): QueueMessage {
  return { id, body: "", receiptHandle: `receipt of ${id}`, receiveCount: 1 };
}

Deno.test("the depth of the queue is how many messages are visible, in flight and delayed", async () => {
  const Attributes = {
    ApproximateNumberOfMessages: "12",
    ApproximateNumberOfMessagesNotVisible: "3",
    ApproximateNumberOfMessagesDelayed: "1",
  };
  const { server } = serveSqs({ GetQueueAttributes: { body: { Attributes } } });
  await using url = server;
  const queue = queueAt(url.url);
  assert.deepEqual(await queue.depth(), { visible: 12, inFlight: 3, delayed: 1 });
  queue.close();
});

Deno.test("a receive asks for what it was told and gives the receipt count and the time of sending", async () => {
  const MD5OfBody = createHash("md5").update("hello").digest("hex");
  const Attributes = { ApproximateReceiveCount: "3", SentTimestamp: "1767225600123" };
  const Messages = [{ MessageId: "1", Body: "hello", MD5OfBody, ReceiptHandle: "r1", Attributes }];
  const { calls, server } = serveSqs({ ReceiveMessage: { body: { Messages } } });
  await using url = server;
  const queue = queueAt(url.url);
  const { signal } = new AbortController();
  const received = await queue.receive({ maxMessages: 4, waitMs: 20_000, visibilityTimeoutMs: 1500, signal });
  assert.deepEqual(received, [{
    id: "1",
    body: "hello",
    receiptHandle: "r1",
    receiveCount: 3,
    sentMs: 1_767_225_600_123,
  }]);
  assert.equal(calls[0]?.body["MaxNumberOfMessages"], 4);
  assert.equal(calls[0]?.body["WaitTimeSeconds"], 20);
  assert.equal(calls[0]?.body["VisibilityTimeout"], 2);
  queue.close();
});

Deno.test("each entry of a batch of deletes is looked at", async () => {
  const body = {
    Successful: [{ Id: "0" }],
    Failed: [
      { Id: "1", SenderFault: true, Code: "ReceiptHandleIsInvalid", Message: "expired" },
      { Id: "2", SenderFault: false, Code: "InternalError", Message: "try again" },
    ],
  };
  const { server } = serveSqs({ DeleteMessageBatch: { body } });
  await using url = server;
  const queue = queueAt(url.url);
  const failures = await queue.delete(["a", "b", "c", "d"].map(message));
  assert.deepEqual(failures.map(({ message, isReceiptGone, problem }) => [message.id, isReceiptGone, problem]), [
    ["b", true, "ReceiptHandleIsInvalid: expired"],
    ["c", false, "InternalError: try again"],
    ["d", false, "the answer does not name it"],
  ]);
  queue.close();
});

Deno.test("an expired receipt and a missing queue are told apart", async () => {
  const { server } = serveSqs({
    ChangeMessageVisibility: {
      status: 400,
      body: { __type: "com.amazonaws.sqs#ReceiptHandleIsInvalid", message: "expired" },
    },
    GetQueueAttributes: { status: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist", message: "none" } },
  });
  await using url = server;
  const queue = queueAt(url.url);
  const kindOf = (call: Promise<unknown>) => call.then(() => "no error", awsErrorKind);
  assert.equal(await kindOf(queue.changeVisibility(message("a"), 0)), "receipt");
  assert.equal(await kindOf(queue.hasRedrivePolicy()), "missing_queue");
  queue.close();
});
