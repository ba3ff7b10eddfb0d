import assert from "node:assert/strict";
import fc from "fast-check";
import { mutated, mutation } from "../../../test/world/mutations.ts";
import {
  ALL_SAMPLES,
  mapped,
  processed,
  received,
  sampleText,
  tableProblems,
} from "../../../test/world/bedrock_records.ts";

for (const mapping of ["ecs", "integration", "otel", "raw"] as const) {
  for (const content of ["full", "metadata_only", "redacted"] as const) {
    Deno.test(`hostile records never break mode ${mapping} with content ${content}`, async () => {
      const property = fc.asyncProperty(
        fc.constantFrom(...ALL_SAMPLES),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (name, mutations) => {
          const text = mutated(sampleText(name), mutations);
          const { records } = await processed([received(text)], { mapping, content });
          assert.equal(records.length, 1);
          const again = await processed([received(text)], { mapping, content });
          assert.deepEqual(records[0]?.attributes, again.records[0]?.attributes);
          assert.deepEqual(records[0]?.body, again.records[0]?.body);
          assert.deepEqual(records.flatMap((record) => tableProblems(record, mapping)), []);
          assert.equal("polluted" in {}, false);
        },
      );
      await fc.assert(property, { numRuns: 300 });
    });
  }
}

Deno.test("any text leaves as one record", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json()), async (text) => {
      const { records } = await processed([received(text)]);
      assert.equal(records.length, 1);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a member named __proto__ stays what it is: a member", async () => {
  const text = sampleText("converse_text").replace('"team":"search"', '"__proto__":"x"');
  const { attributes } = await mapped(text);
  const metadata = attributes["aws_bedrock.invocation.request_metadata"] as object;
  assert.deepEqual(Object.entries(metadata).sort(), [["__proto__", "x"], ["cost_center", "42"], [
    "session_id",
    "s-77",
  ]]);
});

Deno.test("names that Elasticsearch could not index are made fit, in metadata and guardrails' details", async () => {
  const odd = String.raw`"\u0000${"k".repeat(100_000)}":"x"`;
  const { attributes: { "aws_bedrock.invocation.request_metadata": metadata } } = await mapped(
    sampleText("converse_text").replace('"team":"search"', odd),
  );
  assert.deepEqual(Object.keys(metadata as object), ["session_id", `\ufffd${"k".repeat(255)}`, "cost_center"]);
  const { attributes: { "gen_ai.policy.match_detail": details } } = await mapped(
    sampleText("converse_guardrail_pii_output").replaceAll('"match":', `${odd},"match":`),
  );
  const [detail] = details as object[];
  assert.ok(Object.hasOwn(detail as object, `\ufffd${"k".repeat(255)}`));
});

Deno.test("a stream of 40,000 elements is put together in time", async () => {
  const deltas = Array.from({ length: 40_000 }, () => ({
    type: "content_block_delta",
    index: 1,
    delta: { type: "text_delta", text: "x" },
  }));
  const record = JSON.parse(sampleText("anthropic_stream_thinking")) as { output: { outputBodyJson: unknown[] } };
  record.output.outputBodyJson.splice(7, 0, ...deltas);
  const started = performance.now();
  const { attributes } = await mapped(JSON.stringify(record));
  assert.equal(
    attributes["aws_bedrock.invocation.output.completion_text"],
    `${"x".repeat(40_000)}17 × 23 = "391"`.slice(0, 32_766),
  );
  assert.ok(performance.now() - started < 5000);
});

/** The JSON text once for each value in it, with this value in its place. */
function* replacedOnce(value: unknown, by: unknown): Generator<unknown> {
  yield by;
  if (typeof value !== "object" || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    const copy: Record<string, unknown> = Array.isArray(value) ? [...value] as never : { ...value };
    for (const replaced of replacedOnce(member, by)) {
      copy[name] = replaced;
      yield copy;
    }
  }
}

Deno.test("an object that cannot be made a text is no mistake of ours, wherever it stands", async () => {
  for (const name of ALL_SAMPLES) {
    const { schemaType, ...rest } = JSON.parse(sampleText(name)) as Record<string, unknown>;
    const texts = Array.from(
      replacedOnce(rest, { toString: 1, valueOf: 1 }),
      (value) => JSON.stringify({ schemaType, ...value as object }),
    );
    for (const content of ["full", "redacted"]) {
      const { events } = await processed(texts.map((text) => received(text)), { content });
      assert.equal(events.count("bedrock.pipeline_errors"), 0, name);
    }
  }
});
