import assert from "node:assert/strict";
import { toolsOf } from "./tools.ts";

const schema = { type: "object" };
const wave = { type: "function", name: "wave", description: "Waves.", parameters: schema };
const named = { name: "wave", description: "Waves." };

/** A tool as a dialect writes it, and its definition; undefined: it is none. */
const SPELLINGS: Readonly<Record<string, { tool: unknown; expected: unknown }>> = {
  Anthropic: { tool: { ...named, input_schema: schema }, expected: wave },
  "Anthropic, with a type of its own beside a schema": {
    tool: { ...named, type: "custom", input_schema: schema },
    expected: wave,
  },
  "Anthropic's own tools": {
    tool: { type: "web_search_20250305", name: "web_search" },
    expected: { type: "web_search_20250305", name: "web_search" },
  },
  "OpenAI's chat completions": {
    tool: { type: "function", function: { ...named, parameters: schema } },
    expected: wave,
  },
  "OpenAI's flat spelling": { tool: { type: "function", ...named, parameters: schema }, expected: wave },
  Cohere: { tool: { ...named, parameter_definitions: schema }, expected: wave },
  Converse: { tool: { toolSpec: { ...named, inputSchema: { json: schema } } }, expected: wave },
  "Nova Sonic, with its schema as text": {
    tool: { toolSpec: { ...named, inputSchema: { json: JSON.stringify(schema) } } },
    expected: wave,
  },
  "Amazon's own tools": {
    tool: { systemTool: { name: "nova_grounding" } },
    expected: { type: "system", name: "nova_grounding" },
  },
  "a cache point of Converse": { tool: { cachePoint: { type: "default" } }, expected: undefined },
  "a text": { tool: "wave", expected: undefined },
};

for (const [spelling, { tool, expected }] of Object.entries(SPELLINGS)) {
  Deno.test(`the definition of a tool is read in the spelling of ${spelling}`, () => {
    assert.deepEqual(toolsOf([tool]), expected === undefined ? undefined : [expected]);
  });
}

Deno.test("no list, or an empty one, has no tools", () => {
  for (const none of [undefined, null, {}, "tools", []]) assert.equal(toolsOf(none), undefined);
});
