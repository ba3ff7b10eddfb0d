/** The calls to CloudWatch Logs as they go over the wire. */
import assert from "node:assert/strict";
import { awsErrorKind } from "../../aws/aws_error.ts";
import { serve } from "../../../test/world/serve.ts";
import { awscloudwatchSchema } from "./config.ts";
import { groupOfArn, ownGroup } from "./log_group.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { CloudWatchLogs } from "./logs.ts";

interface Call {
  readonly target: string | null;
  readonly input: Record<string, unknown>;
}

const ARN = "arn:aws:logs:us-east-1:123456789012:log-group:bedrock";
const { signal } = new AbortController();

/** CloudWatch Logs with one answer, and what it was asked. */
function serveLogs(answer: unknown, { headers = {}, status = 200 }: { headers?: HeadersInit; status?: number } = {}) {
  const calls: Call[] = [];
  const server = serve(async (request) => {
    calls.push({ target: request.headers.get("x-amz-target"), input: await request.json() });
    return new Response(JSON.stringify(answer), {
      status,
      headers: { "content-type": "application/x-amz-json-1.1", ...headers },
    });
  });
  const client = (settings: Record<string, unknown> = {}) =>
    new CloudWatchLogs(
      awscloudwatchSchema.parse({
        log_group_name: "bedrock",
        region: "us-east-1",
        endpoint: server.url,
        access_key_id: "KEY",
        secret_access_key: "SECRET",
        ...settings,
      }),
      quietEvents().events,
    );
  return { server, calls, client };
}

const OWN = ownGroup("bedrock", { region: "us-east-1" });

Deno.test("a page of events is asked for by the group's name, and read with all that is said of an event", async () => {
  const event = { eventId: "1", message: "text", timestamp: 12, ingestionTime: 34, logStreamName: "s" };
  const { server, calls, client } = serveLogs({ events: [event], nextToken: "t2" });
  await using _ = server;
  const logs = client({ log_stream_prefix: "aws/" });
  const page = await logs.events(OWN, { startMs: 5, endMs: 20, token: "t1", limit: 3, signal });
  assert.deepEqual(page, {
    events: [{ id: "1", message: "text", timeMs: 12, ingestionTimeMs: 34, stream: "s" }],
    token: "t2",
  });
  assert.deepEqual(calls, [{
    target: "Logs_20140328.FilterLogEvents",
    input: {
      logGroupName: "bedrock",
      logStreamNamePrefix: "aws/",
      startTime: 5,
      endTime: 20,
      nextToken: "t1",
      limit: 3,
    },
  }]);
  logs.close();
});

Deno.test("a group given by its ARN is asked for by it, without :*, and only its streams", async () => {
  const { server, calls, client } = serveLogs({ events: [] });
  await using _ = server;
  const logs = client({ log_streams: ["a", "b"] });
  const group = groupOfArn(`${ARN}:*`);
  assert.ok(group);
  assert.deepEqual(await logs.events(group, { startMs: 0, endMs: 9, signal }), { events: [], token: undefined });
  const input = { logGroupIdentifier: ARN, logStreamNames: ["a", "b"], startTime: 0, endTime: 9 };
  assert.deepEqual(calls[0]?.input, input);
  logs.close();
});

Deno.test("a window without length is asked for with one millisecond", async () => {
  const { server, calls, client } = serveLogs({ events: [] });
  await using _ = server;
  const logs = client();
  await logs.events(OWN, { startMs: 7, endMs: 7, signal });
  assert.deepEqual([calls[0]?.input["startTime"], calls[0]?.input["endTime"]], [7, 8]);
  logs.close();
});

Deno.test("groups of linked accounts are known by their ARNs, one's own by their names", async () => {
  const logGroups = [{ logGroupName: "bedrock", logGroupArn: ARN, arn: `${ARN}:*` }];
  const { server, calls, client } = serveLogs({ logGroups, nextToken: "t2" });
  await using _ = server;
  const [own, all] = [client(), client({ include_linked_accounts_for_prefix_mode: true })];
  assert.deepEqual(await own.groups("bed", { signal }), { groups: [OWN], token: "t2" });
  const linked = { name: "bedrock", arn: ARN, id: ARN };
  assert.deepEqual(await all.groups("bed", { token: "t1", signal }), { groups: [linked], token: "t2" });
  assert.deepEqual(calls.map(({ input }) => input), [
    { logGroupNamePrefix: "bed" },
    { logGroupNamePrefix: "bed", includeLinkedAccounts: true, nextToken: "t1" },
  ]);
  own.close();
  all.close();
});

Deno.test("a clock that is hours wrong is put right by an answer", async () => {
  const aheadMs = 5 * 3_600_000;
  const { server, client } = serveLogs({ events: [] }, {
    headers: { date: new Date(Date.now() + aheadMs).toUTCString() },
  });
  await using _ = server;
  const logs = client();
  assert.ok(logs.nowMs() <= Date.now());
  await logs.events(OWN, { startMs: 0, endMs: 9, signal });
  assert.ok(Math.abs(logs.nowMs() - Date.now() - aheadMs) < 60_000);
  logs.close();
});

Deno.test("what is no answer of CloudWatch Logs is neither an empty window nor no groups", async () => {
  const { server, client } = serveLogs({});
  await using _ = server;
  const logs = client();
  await assert.rejects(logs.events(OWN, { startMs: 0, endMs: 9, signal }), /the answer has no events: it is not AWS's/);
  await assert.rejects(logs.groups("bed", { signal }), /the answer has no logGroups: it is not AWS's/);
  logs.close();
});

Deno.test("an event without an id is an error: it could not be told from others", async () => {
  const { server, client } = serveLogs({ events: [{ message: "text" }] });
  await using _ = server;
  const logs = client();
  await assert.rejects(logs.events(OWN, { startMs: 0, endMs: 9, signal }), /one has no eventId/);
  logs.close();
});

for (
  const { type, kind } of [
    { type: "ResourceNotFoundException", kind: "missing_group" },
    { type: "AccessDeniedException", kind: "forbidden" },
    { type: "InvalidParameterException", kind: "invalid" },
    { type: "UnrecognizedClientException", kind: "credentials" },
  ]
) {
  Deno.test(`an answer ${type} is ${kind}`, async () => {
    const { server, client } = serveLogs({ __type: type, message: "why" }, { status: 400 });
    await using _ = server;
    const logs = client();
    const error = await logs.events(OWN, { startMs: 0, endMs: 9, signal }).catch((error: unknown) => error);
    assert.equal(awsErrorKind(error), kind);
    logs.close();
  });
}
