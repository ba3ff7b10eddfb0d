import assert from "node:assert/strict";
import type { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { fakeClock } from "../../../test/world/fake_time.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import type { BackfillMessage } from "./messages.ts";
import { QueueSender } from "./queue_sender.ts";

/** What SQS answers to an entry with this body, by how often it was sent; undefined: it takes it. */
type Answer = (body: string, tries: number) => { Code: string; SenderFault: boolean } | "unnamed" | undefined;

async function send(bodies: readonly string[], answer: Answer) {
  using clock = fakeClock();
  const calls: string[][] = [];
  const tries = new Map<string, number>();
  const client = {
    send(command: SendMessageBatchCommand) {
      const entries = command.input.Entries ?? [];
      calls.push(entries.map(({ MessageBody = "" }) => MessageBody));
      const answers = entries.map(({ Id, MessageBody = "" }) => {
        const count = (tries.get(MessageBody) ?? 0) + 1;
        tries.set(MessageBody, count);
        return { Id, failure: answer(MessageBody, count) };
      });
      return Promise.resolve({
        Successful: answers.filter(({ failure }) => failure === undefined).map(({ Id }) => ({ Id })),
        Failed: answers.flatMap(({ Id, failure }) => typeof failure === "object" ? [{ Id, ...failure }] : []),
      });
    },
  } as unknown as Pick<SQSClient, "send">;
  const { events, lines } = quietEvents();
  const { signal } = new AbortController();
  const sender = new QueueSender({ client, queueUrl: "https://sqs.example/1/q", events, signal });
  const messages = bodies.map((body): BackfillMessage => ({
    body,
    objects: [{ bucket: "b", key: body, sizeBytes: 1, etag: "" }],
  }));
  const sent = sender.send(messages);
  sent.catch(() => {});
  await clock.runAllAsync();
  return { failed: [...await sent].map(({ key }) => key), calls, lines };
}

Deno.test("entries that SQS does not take just now are sent again, and only these", async () => {
  const { failed, calls } = await send(["a", "b", "c"], (body, tries) => {
    if (body === "b" && tries <= 2) return { Code: "InternalError", SenderFault: false };
    return body === "c" && tries === 1 ? "unnamed" : undefined;
  });
  assert.deepEqual(failed, []);
  assert.deepEqual(calls, [["a", "b", "c"], ["b", "c"], ["b"]]);
});

Deno.test("an entry that SQS never takes fails alone, with its object's name", async () => {
  const { failed, calls, lines } = await send(
    ["a", "b"],
    (body) => body === "b" ? { Code: "InvalidMessageContents", SenderFault: true } : undefined,
  );
  assert.deepEqual(failed, ["b"]);
  assert.equal(calls.length, 1);
  assert.match(lines.join(""), /backfill\.object_failed: .*source=s3:\/\/b\/b reason=refused .*InvalidMessageContents/);
});

Deno.test("a queue that goes on refusing stops the work", async () => {
  const refused = send(["a"], () => ({ Code: "InternalError", SenderFault: false }));
  await assert.rejects(refused, /^Error: Cannot send to queue https:\/\/sqs\.example\/1\/q: InternalError/);
});
