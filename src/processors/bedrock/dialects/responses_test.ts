import assert from "node:assert/strict";
import { fixture, mapped, sampleWith } from "../../../../test/world/bedrock_records.ts";
import { isObject, objectOf, valueAt } from "../read/json.ts";

const EVENTS = valueAt(fixture("responses_stream.json"), "output.outputBodyJson") as readonly unknown[];

async function attributesOf(bodies: { request?: unknown; response?: unknown }) {
  return (await mapped(sampleWith("responses_stream", {}, bodies))).attributes;
}

/** All texts of the parts of a message. */
async function outputText(response: unknown): Promise<string> {
  return JSON.stringify((await attributesOf({ response }))["gen_ai.output.messages"] ?? []);
}

Deno.test("a streamed response that is cut after any event gives the texts that came", async () => {
  for (let length = 1; length <= EVENTS.length; length++) {
    const events = EVENTS.slice(0, length);
    const text = await outputText(events);
    const deltas = events.map((event) => objectOf(event)["delta"]).filter((delta) => typeof delta === "string");
    for (const delta of deltas) {
      // Arguments stand in the messages as a JSON text.
      assert(text.includes(JSON.stringify(delta).slice(1, -1)), `${delta} is not in ${text}`);
    }
  }
});

Deno.test("a streamed response is put together of its deltas also where its first events are missing", async () => {
  const deltas = EVENTS.filter((event) => typeof objectOf(event)["delta"] === "string");
  assert.deepEqual((await attributesOf({ response: deltas }))["gen_ai.output.messages"], [{
    role: "assistant",
    parts: [
      { type: "reasoning", content: "Count to two." },
      { type: "text", content: "One, two." },
      { type: "tool_call", id: "fc_05", name: "function", arguments: '{"to":2}' },
    ],
    finish_reason: "unknown",
  }]);
});

Deno.test("a streamed response is the same with and without the state of the whole at its end", async () => {
  const withoutState = EVENTS.map((event) =>
    isObject(event) && event["type"] === "response.completed"
      ? { type: "response.completed", response: { ...objectOf(event["response"]), output: [] } }
      : event
  );
  const whole = await attributesOf({ response: EVENTS });
  assert.deepEqual(
    (await attributesOf({ response: withoutState }))["gen_ai.output.messages"],
    whole["gen_ai.output.messages"],
  );
});

Deno.test("an error in a streamed response keeps what came before it", async () => {
  const text = await outputText([...EVENTS.slice(0, 9), { type: "error", code: "server_error", message: "no" }]);
  assert.match(text, /"content":"One, ".*"finish_reason":"error"/);
});

Deno.test("a response that failed is a failure, also where it does not say how", async () => {
  for (const error of [null, { code: "server_error", message: "no" }]) {
    const response = { object: "response", status: "failed", error, output: [] };
    for (const body of [response, [{ type: "response.failed", response }]]) {
      const attributes = await attributesOf({ response: body });
      assert.equal(attributes["event.outcome"], "failure");
      assert.equal(attributes["error.type"], error === null ? "_OTHER" : "server_error");
    }
  }
});

const CALLS: readonly (readonly [object, readonly object[]])[] = [
  [
    { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "q" } },
    [{
      type: "server_tool_call",
      id: "ws_1",
      name: "web_search",
      server_tool_call: { type: "web_search", arguments: '{"action":{"type":"search","query":"q"}}' },
    }],
  ],
  [
    { type: "mcp_call", id: "m_1", server_label: "s", name: "roll", arguments: '{"n":2}', output: "4", error: null },
    [
      { type: "server_tool_call", id: "m_1", name: "roll", server_tool_call: { type: "mcp", arguments: '{"n":2}' } },
      { type: "server_tool_call_response", id: "m_1", server_tool_call_response: { type: "mcp", response: "4" } },
    ],
  ],
  [
    { type: "custom_tool_call", call_id: "c_1", name: "sql", input: "SELECT 1" },
    [{ type: "tool_call", id: "c_1", name: "sql", arguments: "SELECT 1" }],
  ],
  [
    { type: "image_generation_call", id: "ig_1", status: "completed", result: "iVBORw0KGgo=" },
    [
      {
        type: "server_tool_call",
        id: "ig_1",
        name: "image_generation",
        server_tool_call: { type: "image_generation", arguments: "{}" },
      },
      { type: "blob", mime_type: "image/png", modality: "image", content: "iVBORw0KGgo=" },
    ],
  ],
  [
    {
      type: "code_interpreter_call",
      id: "ci_1",
      code: "1+1",
      container_id: "cntr_1",
      outputs: [{ type: "logs", logs: "2" }],
    },
    [
      {
        type: "server_tool_call",
        id: "ci_1",
        name: "code_interpreter",
        server_tool_call: { type: "code_interpreter", arguments: '{"code":"1+1","container_id":"cntr_1"}' },
      },
      {
        type: "server_tool_call_response",
        id: "ci_1",
        server_tool_call_response: { type: "code_interpreter", response: '[{"type":"logs","logs":"2"}]' },
      },
    ],
  ],
  [
    { type: "computer_call", call_id: "cc_1", action: { type: "click", x: 1, y: 2 } },
    [{ type: "tool_call", id: "cc_1", name: "computer", arguments: '{"action":{"type":"click","x":1,"y":2}}' }],
  ],
  [{ type: "compaction", id: "cmp_1", encrypted_content: "gAAAAABo" }, [{ type: "compaction", id: "cmp_1" }]],
  [
    { type: "brand_new", id: "n_1", text: "news" },
    [{ type: "other", content: '{"type":"brand_new","id":"n_1","text":"news"}' }],
  ],
];

for (const [item, parts] of CALLS) {
  Deno.test(`an item ${valueAt(item, "type")} of a response becomes ${parts.length} part(s)`, async () => {
    const response = { object: "response", status: "in_progress", output: [item] };
    const { "gen_ai.output.messages": messages } = await attributesOf({ response });
    assert.deepEqual(messages, [{ role: "assistant", parts, finish_reason: "unknown" }]);
  });
}

Deno.test("an item that the model alone can read stays in the kept body", async () => {
  const output = [{ type: "compaction", id: "cmp_1", encrypted_content: "gAAAAABo" }];
  const { "aws_bedrock.invocation.output.body": body } = await attributesOf({
    response: { object: "response", output },
  });
  assert.match(String(body), /"encrypted_content":"gAAAAABo"/);
});

Deno.test("a file that was given before is a part with its id, an image also", async () => {
  const content = [
    { type: "input_file", file_id: "file_1" },
    { type: "input_file", file_id: "file_2", filename: "a.pdf" },
    { type: "input_image", file_id: "file_3" },
  ];
  const { "gen_ai.input.messages": messages } = await attributesOf({ request: { input: [{ role: "user", content }] } });
  assert.deepEqual(messages, [{
    role: "user",
    parts: [
      { type: "file", mime_type: "application/octet-stream", modality: "document", file_id: "file_1" },
      { type: "file", mime_type: "application/pdf", modality: "document", file_id: "file_2" },
      { type: "other", content: '{"type":"file","filename":"a.pdf"}' },
      { type: "file", mime_type: "image/*", modality: "image", file_id: "file_3" },
    ],
  }]);
});

Deno.test("a request with input alone is one for a response; with texts to embed it is none", async () => {
  const asked = await attributesOf({ request: { model: "m", input: "Hi" }, response: {} });
  assert.equal(asked["gen_ai.operation.name"], "chat");
  const embedded = await attributesOf({
    request: { model: "m", input: ["Hi"] },
    response: { object: "list", data: [{ embedding: [0.5], index: 0 }] },
  });
  assert.equal(embedded["gen_ai.operation.name"], "embeddings");
});
