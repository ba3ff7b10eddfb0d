import assert from "node:assert/strict";
import { toolChoiceOf, toolsOf } from "./tools.ts";

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
  "OpenAI's own tools": {
    tool: { type: "file_search", vector_store_ids: ["vs_1"] },
    expected: { type: "file_search", name: "file_search" },
  },
  "a custom tool of OpenAI's chat completions": {
    tool: { type: "custom", custom: { ...named, format: { type: "text" } } },
    expected: { type: "custom", name: "wave", description: "Waves." },
  },
  "a schema that is none": {
    tool: { type: "function", ...named, parameters: "1" },
    expected: { type: "function", name: "wave", description: "Waves." },
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

const CHOICES: readonly (readonly [choice: unknown, type: string | undefined, name?: string])[] = [
  ["auto", "auto"],
  ["required", "required"],
  [{ type: "any", disable_parallel_tool_use: true }, "any"],
  [{ type: "tool", name: "wave" }, "tool", "wave"],
  [{ type: "function", function: { name: "wave" } }, "function", "wave"],
  [{ type: "function", name: "wave" }, "function", "wave"],
  [{ type: "file_search" }, "file_search"],
  [{ auto: {} }, "auto"],
  [{ any: {} }, "any"],
  [{ tool: { name: "wave" } }, "tool", "wave"],
  ...[undefined, null, "", {}, [], 5].map((none) => [none, undefined] as const),
];

for (const [choice, type, name] of CHOICES) {
  Deno.test(`the choice of tools ${JSON.stringify(choice)} is read`, () => {
    assert.deepEqual(toolChoiceOf(choice), type === undefined ? undefined : { type, name });
  });
}
