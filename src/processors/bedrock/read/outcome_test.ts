import assert from "node:assert/strict";
import { outcomeOf } from "./outcome.ts";
import { type Invocation, readInvocation } from "./record.ts";

function outcomeOfStream(...events: readonly unknown[]) {
  const log = { schemaType: "ModelInvocationLog", output: { outputBodyJson: events } };
  return outcomeOf(readInvocation(JSON.stringify(log)) as Invocation);
}

const PIECES = [
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "a" } },
  { contentBlockDelta: { delta: { text: "b" }, contentBlockIndex: 0 } },
];

Deno.test("pieces of a streamed answer say nothing of the call", () => {
  assert.deepEqual(outcomeOfStream(...PIECES, "[DONE]", null).answered, []);
});

Deno.test("a piece of a streamed answer that says more counts", () => {
  const metrics = { "amazon-bedrock-invocationMetrics": { invocationLatency: 12 } };
  for (const piece of PIECES) {
    assert.equal(outcomeOfStream({ ...piece, ...metrics }, ...PIECES).metrics.totalMs, 12);
    assert.equal(outcomeOfStream({ ...piece, "amazon-bedrock-guardrailAction": "INTERVENED" }).intervened, true);
    assert.equal(outcomeOfStream({ ...piece, throttlingException: {} }).failure, "ThrottlingException");
    assert.equal(outcomeOfStream({ ...piece, delta: { stop_reason: "guardrail_intervened" } }).intervened, true);
  }
  assert.equal(outcomeOfStream({ type: "error", index: 0, delta: {} }).failure, "_OTHER");
});
