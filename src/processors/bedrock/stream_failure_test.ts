import assert from "node:assert/strict";
import { mapped, sampleWith } from "../../../test/world/bedrock_records.ts";

const anthropicStart = [
  { type: "message_start", message: { type: "message", role: "assistant", content: [] } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Once" } },
];
const converseStart = [
  { messageStart: { role: "assistant" } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Once" } } },
];
const openaiStart = [{ id: "1", choices: [{ index: 0, delta: { role: "assistant", content: "Once" } }] }];
const responsesStart = [
  { type: "response.created", response: { id: "r", object: "response", status: "in_progress", output: [] } },
  { type: "response.output_text.delta", item_id: "m", output_index: 0, content_index: 0, delta: "Once" },
];
const cohereStart = [
  { event_type: "stream-start", generation_id: "g" },
  { event_type: "text-generation", text: "Once" },
];
const exceptions = [
  ...["modelStreamErrorException", "internalServerException", "throttlingException", "validationException"],
  ...["serviceUnavailableException", "modelTimeoutException"],
];
const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };

/** Name, what came before the failure, the failure, and its type. */
const CASES: readonly (readonly [name: string, before: readonly object[], failure: object, type: string])[] = [
  ["Anthropic's error", anthropicStart, overloaded, "overloaded_error"],
  ["an error whose own is a text", anthropicStart, { type: "error", error: '{"message":"No"}' }, "_OTHER"],
  [
    "chat completions' error",
    openaiStart,
    { error: { message: "No", type: "server_error", code: 500 } },
    "server_error",
  ],
  ["a choice that failed", openaiStart, { choices: [{ index: 0, delta: {}, finish_reason: "error" }] }, "_OTHER"],
  ["responses' error", responsesStart, { type: "error", code: "server_error", message: "No" }, "server_error"],
  [
    "a response that failed",
    responsesStart,
    { type: "response.failed", response: { status: "failed", error: { code: "rate_limit_exceeded", message: "No" } } },
    "rate_limit_exceeded",
  ],
  ["Cohere's last event", cohereStart, { event_type: "stream-end", finish_reason: "ERROR" }, "_OTHER"],
  [
    "Cohere's last answer",
    cohereStart,
    { event_type: "stream-end", response: { text: "Once", finish_reason: "ERROR" } },
    "_OTHER",
  ],
  [
    "a response that failed and says no more",
    responsesStart,
    { type: "response.failed", response: { id: "r" } },
    "_OTHER",
  ],
  ["an exception in capitals", converseStart, { ThrottlingException: { message: "No" } }, "ThrottlingException"],
  ["an exception that is a text", openaiStart, { throttlingException: "No" }, "ThrottlingException"],
  [
    "an exception as AWS's protocols name it",
    anthropicStart,
    { __type: "com.amazon.bedrock#ModelStreamErrorException", message: "No" },
    "ModelStreamErrorException",
  ],
  ["an exception as Nova Sonic's", converseStart, { event: { modelTimeoutException: {} } }, "ModelTimeoutException"],
  ["an error of unknown words", converseStart, { error: { type: "my secret word" } }, "_OTHER"],
  ...exceptions.flatMap((name) =>
    [anthropicStart, converseStart].map((before) =>
      [name, before, { [name]: { message: "No" } }, name.charAt(0).toUpperCase() + name.slice(1)] as const
    )
  ),
];

function recordOf(response: unknown): string {
  return sampleWith("metadata_only", {
    operation: "InvokeModelWithResponseStream",
    output: { outputContentType: "application/json", outputBodyJson: response },
  });
}

for (const [name, before, failure, type] of CASES) {
  for (const [place, events] of [["in the middle", [...before, failure]], ["first", [failure, ...before]]] as const) {
    Deno.test(`a stream with ${name} (${type}) ${place} failed, and keeps what came before`, async () => {
      for (const content of ["full", "redacted", "metadata_only"]) {
        for (const mapping of ["ecs", "otel"]) {
          const { attributes, severityText } = await mapped(recordOf(events), { content, mapping });
          assert.equal(attributes["error.type"], type);
          assert.equal(severityText, "ERROR");
          if (mapping === "ecs") assert.equal(attributes["event.outcome"], "failure");
          if (content === "metadata_only") continue;
          const [message] = attributes["gen_ai.output.messages"] as unknown as {
            parts: unknown;
            finish_reason: string;
          }[];
          assert.deepEqual(message?.parts, [{ type: "text", content: "Once" }]);
          assert.equal(message?.finish_reason, "error");
        }
      }
    });
  }

  Deno.test(`a stream of nothing but ${name} (${type}) failed`, async () => {
    const { attributes, severityText } = await mapped(recordOf([failure]));
    assert.deepEqual([attributes["error.type"], severityText], [type, "ERROR"]);
    assert.ok(String(attributes["aws_bedrock.invocation.output.body"]).length > 2);
  });
}

Deno.test("a body that reports a failure without a stream failed, too", async () => {
  for (
    const body of [overloaded, { error: { type: "server_error" } }, {
      status: "failed",
      error: { code: "server_error" },
    }]
  ) {
    const { attributes } = await mapped(recordOf(body));
    assert.equal(attributes["event.outcome"], "failure");
  }
});

Deno.test("what only looks like a failure is none", async () => {
  const { attributes, severityText } = await mapped(recordOf([
    { error: null },
    { choices: [{ index: 0, delta: { content: "error" }, finish_reason: "stop" }], error: {} },
  ]));
  assert.deepEqual([attributes["event.outcome"], severityText, attributes["error.type"]], [
    "success",
    "INFO",
    undefined,
  ]);
});
