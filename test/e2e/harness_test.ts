import assert from "node:assert/strict";
import type { QueueMessage } from "../../src/receivers/awss3/queue/queue.ts";
import { Aws } from "../world/aws.ts";
import { eventually } from "../world/eventually.ts";
import { FakeTime } from "../world/fake_time.ts";
import type { Fault } from "../world/http_server.ts";
import { MemoryQueue } from "../world/memory_queue.ts";
import { ACCEPT, documentId, OtlpEndpoint, status } from "../world/otlp_endpoint.ts";
import { samples } from "../world/samples.ts";

function request(...ids: string[]): RequestInit {
  const logRecords = ids.map((id) => ({
    attributes: [{ key: "elasticsearch.document_id", value: { stringValue: id } }],
  }));
  return {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  };
}

async function send(endpoint: OtlpEndpoint, ...ids: string[]): Promise<Response> {
  return await fetch(`${endpoint.url}/v1/logs`, request(...ids));
}

Deno.test("the test endpoint follows its script and keeps what it accepted", async () => {
  await using endpoint = await OtlpEndpoint.start();
  endpoint.script.push(status(503, { headers: { "retry-after": "1" }, body: "later" }), ACCEPT);

  const refused = await send(endpoint, "a", "b");
  assert.deepEqual([refused.status, refused.headers.get("retry-after"), await refused.text()], [503, "1", "later"]);
  assert.equal(await (await send(endpoint, "a")).text(), "{}");
  assert.equal(await (await send(endpoint, "a", "c")).text(), "{}");

  assert.deepEqual(endpoint.accepted.map(documentId), ["a", "a", "c"]);
  assert.equal(endpoint.duplicates, 1);
  assert.deepEqual(endpoint.requests.map(({ answer }) => answer.kind), ["status", "accept", "accept"]);
});

Deno.test("the test endpoint answers by a rule, with a partial success", async () => {
  await using endpoint = await OtlpEndpoint.start();
  endpoint.rule = ({ records }) => ({ kind: "partial", rejected: records.slice(0, 1), message: "bad" });
  const answer = await (await send(endpoint, "a", "b")).json();
  assert.deepEqual(answer, { partialSuccess: { rejectedLogRecords: "1", errorMessage: "bad" } });
  assert.deepEqual(endpoint.accepted.map(documentId), ["b"]);
});

Deno.test("the test endpoint breaks connections, refuses them, and comes back on the same port", async () => {
  await using endpoint = await OtlpEndpoint.start();
  const url = endpoint.url;
  endpoint.script.push({ kind: "reset" });
  await assert.rejects(send(endpoint, "a"));
  endpoint.script.push({ kind: "truncate" });
  await assert.rejects(async () => await (await send(endpoint, "b")).text());

  await endpoint.refuse();
  await assert.rejects(send(endpoint, "c"));
  await endpoint.listen();
  assert.equal(endpoint.url, url);
  await (await send(endpoint, "c")).text();
  assert.deepEqual(endpoint.accepted.map(documentId), ["b", "c"]);
});

Deno.test("the test endpoint lets a request hang until it refuses", async () => {
  await using endpoint = await OtlpEndpoint.start();
  endpoint.script.push({ kind: "hang" });
  const hanging = assert.rejects(send(endpoint, "a"));
  while (endpoint.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await endpoint.refuse();
  await hanging;
});

Deno.test("the test queue shows what is visible, in flight and received", async () => {
  await using aws = await Aws.start({ visibilityTimeoutSeconds: 30 });
  const object = aws.putLogs("a b.json.gz", samples(2));
  aws.notify([object, object], { form: "sns" });
  const { visible } = aws.queueState();
  const envelope = JSON.parse(visible[0]?.body ?? "");
  assert.deepEqual(
    JSON.parse(envelope.Message).Records.map((record: { s3: { object: { key: string } } }) => record.s3.object.key),
    ["a+b.json.gz", "a+b.json.gz"],
  );

  const { signal } = new AbortController();
  const messages = await aws.queue.receive({ maxMessages: 10, waitMs: 0, visibilityTimeoutMs: 30_000, signal });
  assert.equal(messages.length, 1);
  const state = aws.queueState();
  assert.deepEqual([state.visible.length, state.inFlight.map(({ receiveCount }) => receiveCount)], [0, [1]]);
});

const { signal } = new AbortController();
const receiving = { maxMessages: 10, waitMs: 0, visibilityTimeoutMs: 1000, signal };

Deno.test("the test queue returns what is not deleted in time, knows only the newest receipt, and moves what comes back too often", async () => {
  using time = new FakeTime();
  const queue = new MemoryQueue();
  queue.deadLetterQueue = new MemoryQueue();
  queue.redriveMaxReceiveCount = 2;
  queue.put("body");
  const [first] = await queue.receive(receiving);
  assert.deepEqual(await queue.receive(receiving), []);
  await time.pass(1000);
  const [second] = await queue.receive(receiving);
  assert.deepEqual([first?.receiveCount, second?.receiveCount], [1, 2]);
  const [failure] = await queue.delete([first as QueueMessage]);
  assert.equal(failure?.isReceiptGone, true);
  await time.pass(1000);
  assert.deepEqual(await queue.receive(receiving), []);
  assert.deepEqual(queue.deadLetterQueue.state().visible.map(({ body }) => body), ["body"]);
});

const MESSAGE = JSON.stringify({ MessageBody: "body" });

const FAULTS: readonly { fault: Fault; taken: number }[] = [
  { fault: { kind: "status", status: 503 }, taken: 0 },
  { fault: { kind: "reset" }, taken: 0 },
  { fault: { kind: "keep_and_reset" }, taken: 1 },
  { fault: { kind: "truncate" }, taken: 1 },
  { fault: { kind: "hang" }, taken: 0 },
  { fault: { kind: "keep_and_hang" }, taken: 1 },
  { fault: { kind: "stall" }, taken: 1 },
];

for (const { fault, taken } of FAULTS) {
  Deno.test(`under the fault ${fault.kind} a service ${taken === 0 ? "does nothing" : "does what was asked"}`, async () => {
    await using aws = await Aws.start();
    const asked = Promise.withResolvers<void>();
    aws.sqs.fault = () => {
      asked.resolve();
      return fault;
    };
    const caller = new AbortController();
    const answer = fetch(aws.endpoint, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AmazonSQS.SendMessage" },
      body: MESSAGE.replace("{", `{"QueueUrl":"${aws.queueUrl}",`),
      signal: caller.signal,
    }).then((response) => response.text().then(() => response.ok));
    await asked.promise;
    if (["hang", "keep_and_hang", "stall"].includes(fault.kind)) {
      if (taken > 0) await eventually(() => aws.queueState().visible.length === 1, { what: () => "the message" });
      caller.abort();
    }
    assert.equal(await answer.catch(() => false), false);
    assert.equal(aws.queueState().visible.length, taken);
  });
}
