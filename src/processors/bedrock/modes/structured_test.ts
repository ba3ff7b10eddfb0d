import assert from "node:assert/strict";
import fc from "fast-check";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { isObject } from "../read/json.ts";
import { structured } from "./structured.ts";

/** As Elasticsearch counts for a flattened field: names on the way to a value. */
function depthOf(value: unknown): number {
  if (Array.isArray(value)) return Math.max(0, ...value.map(depthOf));
  return isObject(value) ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => [key, ...keysOf(member)]) : [];
}

function nested(levels: number, name = "a"): unknown {
  return levels === 0 ? "deep" : { [name]: nested(levels - 1, name) };
}

const DEPTHS = [0, 5, 11, 12, 13, 18, 19, 30, 100, 5000];

for (const depth of DEPTHS) {
  Deno.test(`arguments, results and schemas of ${depth} levels are stored`, async () => {
    // A schema is an object.
    const tool = { toolSpec: { name: "t", inputSchema: { json: nested(Math.max(1, depth), "properties") } } };
    const text = sampleWith("converse_text", {}, {
      request: {
        toolConfig: { tools: [tool] },
        messages: [{ role: "user", content: [{ toolResult: { toolUseId: "1", content: [{ json: nested(depth) }] } }] }],
      },
      response: {
        output: { message: { content: [{ toolUse: { toolUseId: "1", name: "t", input: nested(depth) } }] } },
      },
    });
    const { attributes } = await mapped(text, { mapping: "otel" });
    for (const name of ["gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.tool.definitions"]) {
      const value = attributes[name];
      assert.ok(depthOf(value) <= 20, `${name}: ${depthOf(value)}`);
      assert.ok(JSON.stringify(value).includes("deep"), name);
    }
  });
}

Deno.test("keys of arguments fit, and nothing of them is lost", async () => {
  const long = "k".repeat(40_000);
  const input = { "a.b": 1, a: { b: 2 }, "": 3, "x\0y": 4, inner: { [long]: 5 } };
  const text = sampleWith("converse_text", {}, {
    response: { output: { message: { content: [{ toolUse: { toolUseId: "1", name: "t", input } }] } } },
  });
  const { attributes } = await mapped(text, { mapping: "otel" });
  const [message] = attributes["gen_ai.output.messages"] as unknown as { parts: { arguments: unknown }[] }[];
  assert.deepEqual(message?.parts[0]?.arguments, {
    a_b: 1,
    a: { b: 2 },
    _: 3,
    "x\ufffdy": 4,
    inner: JSON.stringify({ [long]: 5 }),
  });
});

Deno.test("any value is within what Elasticsearch stores, with all its texts", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 30 }), (value) => {
    const shaped = structured(value);
    assert.ok(depthOf(shaped) <= 12);
    for (const key of keysOf(shaped)) assert.ok(key.length <= 300 && !/[.\0]/.test(key) && key.trim() !== "", key);
    assert.equal(structured(undefined), null);
  }));
});
