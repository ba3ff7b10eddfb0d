import assert from "node:assert/strict";
import { sampleObjects } from "../../commands/demo/samples.ts";
import type { LogRecord } from "../../component/batch.ts";
import { readInvocation } from "./read/record.ts";
import { summaryOf } from "./summary.ts";

const RECORD = { origin: { id: "id" } } as LogRecord;

function summaryOfText(text: string) {
  const invocation = readInvocation(text);
  assert.ok(!("reason" in invocation));
  return summaryOf(RECORD, invocation);
}

Deno.test("a summary has names and numbers of the invocation, and none of its texts", () => {
  const samples = sampleObjects(new Date(Date.UTC(2026, 0, 1))).flatMap(({ invocations }) => invocations);
  const summaries = samples.map((sample) => summaryOfText(JSON.stringify(sample)));
  const [first] = summaries;
  assert.deepEqual({ ...first, timeMs: undefined, latencyMs: undefined }, {
    id: "id",
    timeMs: undefined,
    identity: "anna.berg",
    model: "us.anthropic.claude-sonnet-4-20250514-v1:0",
    operation: "InvokeModel",
    inputTokens: 1284,
    outputTokens: 212,
    cachedTokens: 0,
    latencyMs: undefined,
    firstTokenMs: undefined,
    error: undefined,
    policies: undefined,
  });
  assert.equal(first?.latencyMs, 4120);
  assert.deepEqual(summaries.flatMap(({ policies }) => policies ?? []), ["topic_policy"]);
  assert.deepEqual(summaries.flatMap(({ error }) => error ?? []), ["ThrottlingException", "ThrottlingException"]);
  assert.ok(summaries.some(({ firstTokenMs }) => firstTokenMs !== undefined));
  assert.doesNotMatch(JSON.stringify(summaries), /refund|parcel|Garden|lock that|Burglary/);
});

Deno.test("whatever a record holds, its summary is short and has every member", () => {
  const hostile = {
    schemaType: "ModelInvocationLog",
    modelId: "x".repeat(1e5),
    errorCode: "e".repeat(1e5),
    identity: 7,
  };
  const summary = summaryOfText(JSON.stringify(hostile));
  assert.deepEqual([summary.model.length, summary.error?.length, summary.identity], [128, 128, "unknown"]);
  assert.deepEqual([summary.timeMs, summary.inputTokens], [undefined, 0]);
});
