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
    "texts and thoughts that are lists",
    choices({ reasoning_content: [{ type: "text", text: "Hm" }] }, { content: "Hello" }),
    [{ type: "reasoning", content: "Hm" }, { type: "text", content: "Hello" }],
  ],
  [
    "lists of texts from Anthropic",
    anthropic({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: ["Hel", { text: "lo" }] } }),
    [{ type: "text", content: "Hello" }],
  ],
  [
    "lists of texts from Converse",
    converse(delta(0, { text: ["Hel"] }), delta(0, { text: "lo" })),
    [{ type: "text", content: "Hello" }],
  ],
  [
    "calls in the way of older models, of a kind of their own, with arguments at once, and with the same index",
    choices(
      { function_call: { name: "old", arguments: '{"a"' } },
      { function_call: { arguments: ":1}" } },
      { tool_calls: [{ index: 0, id: "c0", type: "custom", custom: { name: "own", input: "ab" } }] },
      { tool_calls: [{ index: 0, custom: { input: "cd" } }] },
      { tool_calls: [{ index: 1, id: "c1", function: { name: "once", arguments: { a: 1 } } }] },
      { tool_calls: [{ index: 2, id: "c2", function: { name: "one", arguments: '{"a"' } }] },
      { tool_calls: [{ index: 2, id: "c2", function: { arguments: ":2}" } }] },
      { tool_calls: [{ index: 2, id: "c3", function: { name: "other", arguments: '{"a":3}' } }] },
      { tool_calls: [{ function: { name: "bare", arguments: '{"a":4}' } }] },
      { tool_calls: [{ function: { name: "barer", arguments: '{"a":5}' } }] },
    ),
    [
      { type: "tool_call", id: "c0", name: "own", arguments: "abcd" },
      { type: "tool_call", id: "c1", name: "once", arguments: '{"a":1}' },
      { type: "tool_call", id: "c2", name: "one", arguments: '{"a":2}' },
      { type: "tool_call", id: "c3", name: "other", arguments: '{"a":3}' },
      { type: "tool_call", name: "bare", arguments: '{"a":4}' },
      { type: "tool_call", name: "barer", arguments: '{"a":5}' },
      { type: "tool_call", name: "old", arguments: '{"a":1}' },
    ],
  ],
  [
    "annotations and sound of chat completions",
    choices(
      { content: "By the sea" },
      { annotations: [{ type: "url_citation", url: "https://example.com" }] },
      { audio: { id: "a", transcript: "By " } },
      { audio: { transcript: "the sea" } },
    ),
    [
      { type: "text", content: "By the sea" },
      { type: "text", content: "By the sea" },
      {
        type: "other",
        content: '{"annotations":[{"type":"url_citation","url":"https://example.com"}]}',
      },
    ],
  ],
  [
    "a picture, and what is new beside a text",
    converse(
      { contentBlockStart: { contentBlockIndex: 0, start: { image: { format: "png" } } } },
      delta(0, { image: { source: { s3Location: { uri: "s3://b/k" } } } }),
      delta(1, { text: "A boat" }),
      delta(1, { novel: { at: "sea" } }),
    ),
    [
      { type: "uri", mime_type: "image/png", modality: "image", uri: "s3://b/k" },
      { type: "text", content: "A boat" },
      { type: "other", content: '{"novel":{"at":"sea"}}' },
    ],
  ],
  [
    "thoughts that are withheld, and calls whose input came at once or whose first event is missing",
    converse(
      delta(0, { reasoningContent: { redactedContent: "zzz" } }),
      { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: "t1", name: "n" } } } },
      delta(1, { toolUse: { input: { a: 1 } } }),
      delta(2, { toolUse: { input: '{"a":2}' } }),
    ),
    [
      { type: "tool_call", id: "t1", name: "n", arguments: '{"a":1}' },
      { type: "tool_call", name: "", arguments: '{"a":2}' },
    ],
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
