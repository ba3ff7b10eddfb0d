import assert from "node:assert/strict";
import fc from "fast-check";
import { mapped, processed, received, SAMPLES, sampleText, tableProblems } from "./testing.ts";

/** JSON texts that a record should not have anywhere, by name. */
const NASTY: Readonly<Record<string, string>> = {
  prototypes: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  "methods as values": '{"toString":1,"valueOf":2,"length":-1,"then":{}}',
  "lone surrogates": '"\\ud800 lone \\udfff"',
  NUL: '"\\u0000"',
  "nested lists": "[[[[]]]]",
  "mixed list": '[null,true,1,"x",{},[]]',
  null: "null",
  "empty string": '""',
  "number as string": '"12"',
  "huge number as string": '"1e400"',
  "huge number": "1e308",
  negative: "-1",
  fraction: "0.5",
  "inexact integer": "123456789012345678901234567890",
  true: "true",
  "empty object": "{}",
  "empty list": "[]",
  "no date": '"9999-99-99T99:99:99Z"',
  "10,000 lists deep": "[".repeat(10_000) + "]".repeat(10_000),
  "10,000 objects deep": `${'{"a":'.repeat(10_000)}1${"}".repeat(10_000)}`,
  "long key": `{"${"k".repeat(100_000)}":1}`,
};

/** A change of a JSON value: each number of the path picks a member of what the one before led to. */
interface Mutation {
  readonly path: readonly number[];
  /** Name of the text that stands there afterwards. */
  readonly nasty: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }),
  nasty: fc.constantFrom(...Object.keys(NASTY)),
});

/** The JSON text with values replaced. */
function mutated(text: string, mutations: readonly Mutation[]): string {
  const root: unknown = JSON.parse(text);
  for (const { path, nasty } of mutations) replace(root, path, `@@${nasty}@@`);
  return JSON.stringify(root).replace(/"@@([^@]+)@@"/g, (_match, nasty: string) => NASTY[nasty] as string);
}

function replace(root: unknown, path: readonly number[], replacement: string): void {
  let parent: Record<string, unknown> | undefined;
  let name = "";
  let value = root;
  for (const step of path) {
    const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
    if (keys.length === 0) break;
    parent = value as Record<string, unknown>;
    name = keys[step % keys.length] as string;
    value = parent[name];
  }
  if (parent !== undefined) parent[name] = replacement;
}

for (const mapping of ["ecs", "raw"] as const) {
  for (const content of ["full", "metadata_only"] as const) {
    Deno.test(`hostile records never break mode ${mapping} with content ${content}`, async () => {
      const property = fc.asyncProperty(
        fc.constantFrom(...SAMPLES),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        async (name, mutations) => {
          const text = mutated(sampleText(name), mutations);
          const { records } = await processed([received(text)], { mapping, content });
          assert.equal(records.length, 1);
          const again = await processed([received(text)], { mapping, content });
          assert.deepEqual(records[0]?.attributes, again.records[0]?.attributes);
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

Deno.test("a stream of 50,000 elements is put together in time", async () => {
  const deltas = Array.from({ length: 50_000 }, () => ({
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
    `${"x".repeat(50_000)}17 × 23 = "391"`.slice(0, 32_766),
  );
  assert.ok(performance.now() - started < 5000);
});
