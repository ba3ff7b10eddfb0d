import assert from "node:assert/strict";
import { ITEM_ANSWERS, type ItemAnswer } from "../../../test/world/elasticsearch.ts";
import { type ItemOutcome, outcomesOf } from "./bulk_answer.ts";

function answerOf(...answers: ItemAnswer[]): string {
  const items = answers.map(({ type, reason, ...rest }) => ({
    create: { ...rest, ...type !== undefined && { error: { type, reason } } },
  }));
  return JSON.stringify({ errors: answers.some(({ type }) => type !== undefined), items });
}

function outcomeOf(answer: ItemAnswer): ItemOutcome {
  const [outcome] = outcomesOf(answerOf(answer), 1) ?? [];
  assert.ok(outcome !== undefined);
  return outcome;
}

const CASES: Readonly<Record<string, readonly [ItemAnswer, string]>> = {
  "a created document": [{ status: 201 }, "stored"],
  "one in the failure store": [ITEM_ANSWERS.failureStore, "set_aside failure_store"],
  "one that a pipeline drops": [ITEM_ANSWERS.dropped, "set_aside pipeline"],
  "one that is there already": [{ status: 409, type: "version_conflict_engine_exception" }, "duplicate"],
  "one that a time series has already": [
    { status: 409, type: "version_conflict_engine_exception", reason: "[a][{x=1}@2026]: version conflict" },
    "duplicate",
  ],
  "the flood stage of a disk": [ITEM_ANSWERS.flood, "fault http_429"],
  "a full write queue": [ITEM_ANSWERS.fullQueue, "fault http_429"],
  "a write block": [ITEM_ANSWERS.writeBlock, "fault http_403"],
  "a missing privilege": [ITEM_ANSWERS.noPrivilege, "fault http_403"],
  "no credentials": [{ status: 401, type: "security_exception" }, "fault http_401"],
  "a missing shard": [ITEM_ANSWERS.unavailable, "fault http_503"],
  "no data stream": [ITEM_ANSWERS.noDataStream, "fault http_404"],
  "the limit of shards": [ITEM_ANSWERS.shardLimit, "fault shard_limit"],
  "a missing pipeline": [ITEM_ANSWERS.noPipeline, "fault no_pipeline"],
  "a value that no field takes": [ITEM_ANSWERS.badValue, "rejected"],
  "a key that is there twice": [ITEM_ANSWERS.duplicateKey, "rejected"],
  "a field's illegal argument": [
    {
      status: 400,
      type: "illegal_argument_exception",
      reason: 'Document contains at least one immense term in field="a" (whose UTF8 encoding is longer than 32766)',
    },
    "rejected",
  ],
  "an old mapper's refusal": [{ status: 400, type: "mapper_parsing_exception", reason: "failed to parse" }, "rejected"],
  "a time outside a time series": [ITEM_ANSWERS.timeOutside, "rejected"],
  "a time outside a time series, as Elasticsearch 8 names it": [
    { ...ITEM_ANSWERS.timeOutside, type: "illegal_argument_exception" },
    "rejected",
  ],
  "a document that is too large": [ITEM_ANSWERS.tooLarge, "too_large"],
  "more than the memory for all requests": [ITEM_ANSWERS.overMemory, "too_large"],
  "a refusal by a pipeline's processor": [
    { status: 500, type: "fail_processor_exception", reason: "not wanted" },
    "rejected",
  ],
  "a fault of Elasticsearch": [{ status: 500, type: "null_pointer_exception" }, "fault http_500"],
  "a refusal that nobody knows": [ITEM_ANSWERS.unknown, "fault refused_all"],
};

for (const [what, [answer, expected]] of Object.entries(CASES)) {
  Deno.test(`${what} is: ${expected}`, () => {
    const outcome = outcomeOf(answer);
    assert.equal("reason" in outcome ? `${outcome.kind} ${outcome.reason}` : outcome.kind, expected);
    assert.ok(!JSON.stringify(outcome).includes("canary"));
  });
}

Deno.test("a rejected document names type and field, and nothing of the value", () => {
  const outcome = outcomeOf(ITEM_ANSWERS.badValue);
  assert.ok(outcome.kind === "rejected");
  assert.match(
    outcome.error.message,
    /400 document_parsing_exception: .*\[gen_ai\.usage\.input_tokens\] of type \[long\]/,
  );
  assert.doesNotMatch(outcome.error.message, /canary|Preview/);
});

Deno.test("an echo of the document is neither shown nor taken for a fault of Elasticsearch", () => {
  const text = "Initech says pipeline [x] does not exist";
  const documentAt = () => new TextEncoder().encode(JSON.stringify({ message: text }));
  const types = ["document_parsing_exception", "illegal_argument_exception", "initech"];
  const answers = types.map((type) => ({ status: 400, type, reason: `cannot take value of field ${text}` }));
  const [parsing, argument, unknown] = outcomesOf(answerOf(...answers), 3, { documentAt }) ?? [];
  assert.ok(parsing?.kind === "rejected" && argument !== undefined && unknown !== undefined);
  for (const outcome of [parsing.error.message, argument, unknown]) {
    assert.doesNotMatch(Deno.inspect(outcome), /initech|says/i);
  }
});

for (const status of [400, 413, 500]) {
  Deno.test(`what a pipeline says of a document with ${status} shows nothing of the document`, () => {
    const document = new TextEncoder().encode(`{"message":"Tell my canary of the Wolfsburg merger"}`);
    for (const type of ["fail_processor_exception", "script_exception", "illegal_state_exception"]) {
      const answer = answerOf({ status, type, reason: "do not send Tell my canary of the Wolfsburg merger here" });
      const outcomes = outcomesOf(answer, 1, { documentAt: () => document });
      assert.doesNotMatch(
        JSON.stringify(outcomes, (_, value) => value instanceof Error ? value.message : value),
        /canary|Wolfsburg/,
      );
    }
  });
}

Deno.test("what is no answer to a bulk request of so many documents is none", () => {
  const one = answerOf({ status: 201 });
  const texts = ["", "<html>", "{}", "[]", "null", '{"errors":true}', '{"errors":false,"items":[]}', one.slice(0, -3)];
  for (const text of texts) assert.equal(outcomesOf(text, 1), undefined, text);
  assert.equal(outcomesOf(one, 2), undefined);
  assert.equal(outcomesOf('{"errors":false,"items":[{"index":{"status":201}}]}', 1), undefined);
  const lying = '{"errors":false,"items":[{"create":{"status":429,"error":{"type":"x"}}}]}';
  assert.equal(outcomesOf(lying, 1), undefined);
});
