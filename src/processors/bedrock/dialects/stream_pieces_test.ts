import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";

function choices(...deltas: object[]): unknown[] {
  return deltas.map((delta) => ({ id: "1", choices: [{ index: 0, delta }] }));
}

function converse(...blocks: object[]): unknown[] {
  return [{ messageStart: { role: "assistant" } }, ...blocks, { messageStop: { stopReason: "end_turn" } }];
}

function delta(contentBlockIndex: number, delta: object): object {
  return { contentBlockDelta: { contentBlockIndex, delta } };
}

function anthropic(...events: object[]): unknown[] {
  return [{ type: "message_start", message: { type: "message", role: "assistant", content: [] } }, ...events];
}

const CITATION = { title: "Atlas", location: { documentPage: { start: 3 } } };

/** What a stream gives, and the parts of its message. */
const CASES: readonly (readonly [name: string, events: readonly unknown[], parts: readonly object[]])[] = [
  [
    "deltas that are lists of blocks",
    choices(
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] },
      { content: [{ type: "thinking", thinking: [{ type: "text", text: "m." }] }] },
      { content: [{ type: "text", text: "Hel" }] },
      { content: "lo" },
      { content: [{ type: "new", value: 7 }] },
    ),
    [
      { type: "reasoning", content: "Hmm." },
      { type: "text", content: "Hello" },
      { type: "other", content: '{"type":"new","value":7}' },
    ],
  ],
  ...["reasoning", "reasoning_content", "reasoning_text", "thinking", "thought"].map((name) =>
    [
      `thoughts under the name ${name}`,
      choices({ [name]: "Hm" }, { [name]: "m." }, { content: "Hello" }),
      [{ type: "reasoning", content: "Hmm." }, { type: "text", content: "Hello" }],
    ] as const
  ),
  [
    "the same thoughts under two names",
    choices({ reasoning: "Hmm.", reasoning_content: "Hmm." }, { content: "Hello" }),
    [{ type: "reasoning", content: "Hmm." }, { type: "text", content: "Hello" }],
  ],
  [
    "results of a server's tool",
    converse(
      { contentBlockStart: { contentBlockIndex: 0, start: { toolResult: { toolUseId: "t1", status: "success" } } } },
      delta(0, { toolResult: [{ text: "4 " }] }),
      delta(0, { toolResult: [{ text: "degrees" }, { json: { wind: 3 } }] }),
    ),
    [{ type: "tool_call_response", id: "t1", response: '[{"text":"4 degrees"},{"json":{"wind":3}}]' }],
  ],
  [
    "citations",
    converse(delta(0, { text: "By the " }), delta(0, { text: "sea" }), delta(0, { citation: CITATION })),
    [{ type: "text", content: "By the sea" }, { type: "other", content: JSON.stringify({ citations: [CITATION] }) }],
  ],
  [
    "citations of Anthropic's",
    anthropic(
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "", citations: [] } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "By the sea" } },
      { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: CITATION } },
    ),
    [{ type: "text", content: "By the sea" }, { type: "other", content: JSON.stringify({ citations: [CITATION] }) }],
  ],
  [
    "results of Anthropic's own tools",
    anthropic({
      type: "content_block_start",
      index: 0,
      content_block: { type: "web_search_tool_result", tool_use_id: "s1", content: [{ title: "Atlas" }] },
    }),
    [{
      type: "server_tool_call_response",
      id: "s1",
      server_tool_call_response: { type: "web_search", response: '[{"title":"Atlas"}]' },
    }],
  ],
  [
    "a call of one of Anthropic's own tools",
    anthropic(
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "server_tool_use", id: "s1", name: "web_search", input: {} },
      },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '{"query":' } },
      { type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json: '"sea"}' } },
    ),
    [{
      type: "server_tool_call",
      id: "s1",
      name: "web_search",
      server_tool_call: { type: "web_search", arguments: '{"query":"sea"}' },
    }],
  ],
  [
    "a call of one of Amazon's own tools, and its result",
    converse(
      {
        contentBlockStart: {
          contentBlockIndex: 0,
          start: { toolUse: { toolUseId: "t1", name: "nova_grounding", type: "server_tool_use" } },
        },
      },
      delta(0, { toolUse: { input: '{"query":"sea"}' } }),
      {
        contentBlockStart: {
          contentBlockIndex: 1,
          start: { toolResult: { toolUseId: "t1", type: "nova_grounding_result", status: "success" } },
        },
      },
      delta(1, { toolResult: [{ text: "blue" }] }),
    ),
    [
      {
        type: "server_tool_call",
        id: "t1",
        name: "nova_grounding",
        server_tool_call: { type: "nova_grounding", arguments: '{"query":"sea"}' },
      },
      {
        type: "server_tool_call_response",
        id: "t1",
        server_tool_call_response: { type: "nova_grounding", response: '[{"text":"blue"}]' },
      },
    ],
  ],
  [
    "a summary of the conversation so far",
    anthropic(
      { type: "content_block_start", index: 0, content_block: { type: "compaction" } },
      { type: "content_block_delta", index: 0, delta: { type: "compaction_delta", content: "They " } },
      { type: "content_block_delta", index: 0, delta: { type: "compaction_delta", content: "sailed." } },
    ),
    [{ type: "compaction", content: "They sailed." }],
  ],
  [
    "a summary whose first event is missing",
    anthropic({ type: "content_block_delta", index: 0, delta: { type: "compaction_delta", content: "They sailed." } }),
    [{ type: "compaction", content: "They sailed." }],
  ],
  [
    "a block whose first event is missing",
    anthropic({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hello" } }),
    [{ type: "text", content: "Hello" }],
  ],
];

for (const [name, events, parts] of CASES) {
  Deno.test(`a stream with ${name} is put together whole`, async () => {
    const text = sampleWith("metadata_only", { operation: "InvokeModelWithResponseStream" }, { response: events });
    for (const content of ["full", "redacted"]) {
      const { attributes } = await mapped(text, { content });
      const [message] = attributes["gen_ai.output.messages"] as unknown as { parts: unknown }[];
      assert.deepEqual(message?.parts, parts);
    }
  });
}
