/** What a stream gives in pieces stands in its messages, and is not kept a second time. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";

function choice(index: number, delta: object): object {
  return { id: "1", choices: [{ index, delta }] };
}

function call(index: number, call: object): object {
  return choice(0, { tool_calls: [{ index, ...call }] });
}

const STREAMS: readonly (readonly [name: string, events: readonly object[]])[] = [
  ["that begins like the question", ["I", " can", " help", "."].map((content) => choice(0, { content }))],
  [
    "of two answers that begin alike",
    [
      choice(0, { content: "Tea" }),
      choice(1, { content: "Tea" }),
      choice(1, { content: " or" }),
      choice(0, { content: " is" }),
      choice(1, { content: " so" }),
      choice(0, { content: " hot" }),
    ],
  ],
  [
    "of calls that begin alike, the second one first",
    [
      call(0, { id: "a", function: { name: "brew", arguments: "" } }),
      call(1, { id: "b", function: { name: "brew", arguments: '{"cup":' } }),
      call(0, { function: { arguments: '{"cup":"red"}' } }),
      call(1, { function: { arguments: '"blue"}' } }),
    ],
  ],
  [
    "whose thoughts are in tags",
    ["<reasoning>They", " ask.", " Well.\n</reasoning>\n\nI", " can."].map((content) => choice(0, { content })),
  ],
];

async function keptOf(events: readonly unknown[], mapping: string): Promise<unknown> {
  const request = { messages: [{ role: "user", content: "I want tea. I can pay." }] };
  const text = sampleWith("openai_shape_stream", {}, { request, response: events });
  const { attributes } = await mapped(text, { mapping });
  assert.notEqual(attributes["gen_ai.output.messages"], undefined);
  return attributes["aws_bedrock.invocation.output.body"];
}

for (const mapping of ["ecs", "otel"]) {
  for (const [name, events] of STREAMS) {
    Deno.test(`nothing is kept in mode ${mapping} of a stream ${name}`, async () => {
      assert.equal(await keptOf(events, mapping), undefined);
    });
  }
}

Deno.test("a piece that is there once more than in the messages is kept", async () => {
  const events = ["I", " can", " help", "."].map((content) => choice(0, { content }));
  const kept = await keptOf([...events, { delta: { content: " can" } }], "ecs");
  assert.equal(kept, '[{"delta":{"content":" can"}}]');
});

Deno.test("whatever the pieces of two answers are, and in whatever order they come, nothing is kept", async () => {
  const pieces = fc.array(fc.constantFrom("a", "b", "ab", "ba"), { minLength: 1, maxLength: 6 });
  await fc.assert(fc.asyncProperty(pieces, pieces, fc.infiniteStream(fc.boolean()), async (one, two, order) => {
    fc.pre(one.join("") !== two.join(""));
    const left: [string[], string[]] = [[...one], [...two]];
    const events: object[] = [];
    while (left[0].length + left[1].length > 0) {
      const index = left[0].length === 0 || (left[1].length > 0 && order.next().value) ? 1 : 0;
      events.push(choice(index, { content: left[index].shift() }));
    }
    assert.equal(await keptOf(events, "ecs"), undefined);
  }));
});
