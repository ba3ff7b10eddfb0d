import assert from "node:assert/strict";
import { MODES } from "../../mappings/field.ts";
import type { LogRecord } from "../../component/batch.ts";
import type { JsonObject } from "./read/json.ts";
import {
  ALL_SAMPLES,
  mapped,
  processed,
  received,
  sampleText,
  sampleWith,
} from "../../../test/world/bedrock_records.ts";

const REDACTED = { content: "redacted" };

/** Asks and answers with these texts, as Converse. */
function conversation(question: string, answer: string, members: JsonObject = {}): string {
  return sampleWith("converse_text", members, {
    request: { messages: [{ role: "user", content: [{ text: question }] }] },
    response: { output: { message: { role: "assistant", content: [{ text: answer }] } }, stopReason: "end_turn" },
  });
}

for (const mapping of MODES) {
  Deno.test(`in mode ${mapping} values leave as their rules' names, and the rest as it is`, async () => {
    const text = conversation("Write to jane@example.com.", "Sent to jane@example.com from 10.0.0.1.");
    const { body, attributes } = await mapped(text, { ...REDACTED, mapping, preserve_original_event: true });
    const all = JSON.stringify([body, attributes]);
    assert.match(all, /Write to <EMAIL>\./);
    assert.match(all, /Sent to <EMAIL> from <IPV4>\./);
    assert.doesNotMatch(all, /jane|10\.0\.0\.1/);
    assert.match(all, /assumed-role\/BedrockApp\/session-3|gen_ai\.conversation\.id/, "who called is no content");
  });
}

Deno.test("in mode raw the record is parsed, redacted and written again", async () => {
  const text = sampleWith("llama", {}, { request: { prompt: "I am jane@example.com" } });
  const { body } = await mapped(text, { ...REDACTED, mapping: "raw" });
  assert.deepEqual(JSON.parse(body as string), JSON.parse(text.replace("jane@example.com", "<EMAIL>")));
});

/** Samples that leave otherwise than in full when no rule finds anything, and why. */
const CHANGED: Readonly<Record<string, readonly string[]>> = {
  "binary content is dropped": [
    ...["anthropic_stream_thinking", "cohere_embed_image", "cohere_embed_mixed", "converse_media", "llama_images"],
    ...[
      "converse_tool_results",
      "image_fields_of_record",
      "qwen_chat",
      "stability_artifacts",
      "stability_image",
      "responses_tools",
      "chat_completions_audio",
      "chat_completions_choices",
    ],
    ...["titan_embed_image", "titan_image", "twelvelabs_pegasus_stream"],
  ],
  "a body of text is decoded": ["base64_body"],
  "an unknown list may be a stream": ["bidirectional_unknown", "body_json_array"],
};

/** Without what is kept of a stream's elements beside its messages: once it is put together it has none. */
function withoutElements(attributes: LogRecord["attributes"]): string {
  const kept = Object.entries(attributes).filter(([name]) =>
    !(name.endsWith("put.body") && attributes[`gen_ai.${name.split(".")[2]}.messages`] !== undefined)
  );
  return JSON.stringify(kept);
}

Deno.test("where no rule finds anything, records leave as in full, streams put together", async () => {
  const redact = [{ name: "nothing", pattern: "no such text" }];
  const differing = new Set<string>();
  for (const name of ALL_SAMPLES) {
    for (const mapping of ["ecs", "otel"]) {
      const full = await mapped(sampleText(name), { mapping });
      const { attributes } = await mapped(sampleText(name), { ...REDACTED, mapping, redact });
      if (withoutElements(attributes) !== withoutElements(full.attributes)) differing.add(name);
    }
  }
  assert.deepEqual([...differing].sort(), Object.values(CHANGED).flat().sort());
});

Deno.test("a value that is split over deltas is found, and every mode has the stream put together", async () => {
  const response = [
    { outputText: "Sent to jane@exa", index: 0 },
    { outputText: "mple.com", index: 0, completionReason: "FINISH" },
    { "amazon-bedrock-invocationMetrics": { invocationLatency: 7, firstByteLatency: 3 } },
  ];
  const text = sampleWith("titan_text_stream", {}, { response });
  const completionOf = async (mapping: string) => {
    const { attributes, body } = await mapped(text, { ...REDACTED, mapping });
    const document = body as { aws_bedrock: { invocation: { output: { completion_text: string } } } };
    return mapping === "ecs"
      ? attributes["aws_bedrock.invocation.output.completion_text"]
      : document.aws_bedrock.invocation.output.completion_text;
  };
  assert.equal(await completionOf("ecs"), "Sent to <EMAIL>");
  assert.equal(await completionOf("integration"), "Sent to <EMAIL>");
  const { body } = await mapped(text, { ...REDACTED, mapping: "raw" });
  assert.deepEqual((JSON.parse(body as string) as { output: JsonObject }).output["outputBodyJson"], {
    "amazon-bedrock-invocationMetrics": { invocationLatency: 7, firstByteLatency: 3 },
    results: [{ outputText: "Sent to <EMAIL>", completionReason: "FINISH" }],
  });
});

/** Pieces of arguments, each with the index of its block; and of a text. */
const BLOCKS: Readonly<
  Record<string, { sample: string; begin?: readonly JsonObject[]; eventOf: (piece: string) => JsonObject }>
> = {
  anthropic: {
    sample: "anthropic_stream_thinking",
    begin: [
      { type: "message_start", message: { type: "message", role: "assistant", content: [] } },
      { type: "content_block_start", index: 3, content_block: { type: "tool_use", id: "t", name: "send", input: {} } },
    ],
    eventOf: (partial_json) => ({
      type: "content_block_delta",
      index: 3,
      delta: { type: "input_json_delta", partial_json },
    }),
  },
  converse: {
    sample: "converse_stream_tools_cache",
    begin: [
      { messageStart: { role: "assistant" } },
      { contentBlockStart: { contentBlockIndex: 3, start: { toolUse: { toolUseId: "t", name: "send" } } } },
    ],
    eventOf: (input) => ({ contentBlockDelta: { contentBlockIndex: 3, delta: { toolUse: { input } } } }),
  },
  openai: {
    sample: "openai_shape_stream",
    eventOf: (args) => ({
      choices: [{ index: 3, delta: { tool_calls: [{ index: 3, function: { arguments: args } }] } }],
    }),
  },
  responses: {
    sample: "responses_stream_cut",
    eventOf: (delta) => ({ type: "response.function_call_arguments.delta", output_index: 3, delta }),
  },
  mistral: {
    sample: "mistral_choices_stream",
    eventOf: (content) => ({ choices: [{ index: 3, delta: { content } }] }),
  },
};

for (const [name, { sample, begin = [], eventOf }] of Object.entries(BLOCKS)) {
  Deno.test(`the pieces of a block belong together however its index is written, as ${name} streams`, async () => {
    const response = [...begin, ...['{"to":"jane@exa', "mple.com", '"}'].map(eventOf)];
    const text = sampleWith(sample, {}, { response });
    for (const index of ["3.0", "3e0", "12345678901234567890", '{"toString":1,"valueOf":1}']) {
      const written = text.replace(/("\w*[iI]ndex"):3\b/g, `$1:${index}`);
      assert.notEqual(written, text);
      for (const mapping of ["ecs", "raw"]) {
        const { attributes, body } = await mapped(written, { ...REDACTED, mapping });
        const all = JSON.stringify([attributes, body]);
        assert.match(all, /<EMAIL>/, `${index}, ${mapping}`);
        assert.doesNotMatch(all, /jane@|mple\.com/);
      }
      const { attributes } = await mapped(written);
      assert.equal(attributes["event.kind"], "event", index);
    }
  });
}

Deno.test("the traces of a stream's elements stay, those of several in one", async () => {
  const traceOf = (id: string, match: string) => ({
    "amazon-bedrock-trace": {
      guardrail: { input: { [id]: { wordPolicy: { customWords: [{ match, action: "BLOCKED" }] } } } },
    },
  });
  const response = [
    { generation: "No" },
    { ...traceOf("abcdefgh12", "jane@example.com"), "amazon-bedrock-guardrailAction": "INTERVENED" },
    traceOf("ijklmnop34", "bad"),
  ];
  const { attributes } = await mapped(sampleWith("llama_stream", {}, { response }), REDACTED);
  assert.deepEqual(attributes["gen_ai.guardrail_id"], ["abcdefgh12", "ijklmnop34"]);
  assert.deepEqual(attributes["gen_ai.policy.match_detail"], [
    { match: "<EMAIL>", action: "BLOCKED" },
    { match: "bad", action: "BLOCKED" },
  ]);
  assert.equal(attributes["event.outcome"], "failure");
});

Deno.test("a value that is split over the parts of a message is found", async () => {
  const content = [{ text: "Sent to jane@exa" }, { text: "mple.com and joe@ex" }, { text: "ample.com." }];
  const response = { output: { message: { role: "assistant", content } } };
  const { attributes } = await mapped(sampleWith("converse_text", {}, { response }), REDACTED);
  const [message] = attributes["gen_ai.output.messages"] as unknown as { parts: { content: string }[] }[];
  assert.deepEqual(message?.parts.map((part) => part.content), ["Sent to <EMAIL>", " and <EMAIL>", "."]);
});

Deno.test("of binary content kind and size stay", async () => {
  const { attributes } = await mapped(sampleText("converse_media"), REDACTED);
  const full = await mapped(sampleText("converse_media"));
  const kinds = "aws_bedrock.invocation.input.content_kinds";
  assert.deepEqual(attributes[kinds], full.attributes[kinds]);
  const [message] = attributes["gen_ai.input.messages"] as unknown as { parts: unknown[] }[];
  assert.deepEqual(message?.parts[0], {
    type: "blob",
    mime_type: "application/pdf",
    modality: "document",
    content: "<BINARY:8>",
  });
  const images = await mapped(sampleText("stability_artifacts"), REDACTED);
  assert.deepEqual(images.attributes["aws_bedrock.invocation.artifacts"], [
    { finish_reason: "SUCCESS", seed: 4, length: 4 },
    { finish_reason: "CONTENT_FILTERED", seed: 5, length: 4 },
  ]);
});

Deno.test("a stream of an unknown shape loses its body; its size stays", async () => {
  const { attributes } = await mapped(sampleText("bidirectional_unknown"), {
    ...REDACTED,
    preserve_original_event: true,
  });
  const full = await mapped(sampleText("bidirectional_unknown"));
  const size = "aws_bedrock.invocation.output.body_size";
  assert.equal("aws_bedrock.invocation.output.body" in attributes, false);
  assert.equal(attributes[size], full.attributes[size]);
  assert.doesNotMatch(attributes["event.original"] as string, /frame/);
});

Deno.test("sizes are those of the bodies as logged", async () => {
  const text = conversation("jane@example.com, Zürich", "Grüezi");
  const [full, redacted] = [await mapped(text), await mapped(text, REDACTED)];
  for (const side of ["input", "output"] as const) {
    const size = `aws_bedrock.invocation.${side}.body_size` as const;
    assert.equal(redacted.attributes[size], full.attributes[size]);
  }
});

Deno.test("names and numbers that callers choose are searched too, and no member is lost", async () => {
  const request = {
    ask: { "jane@example.com": 1, "joe@example.com": 2, card: 4111111111111111, count: 4111111111111112 },
  };
  const { body } = await mapped(sampleWith("unknown_shape", {}, { request }), { ...REDACTED, mapping: "raw" });
  assert.deepEqual((JSON.parse(body as string) as { input: JsonObject }).input["inputBodyJson"], {
    ask: { "<EMAIL>": 1, "<EMAIL> (2)": 2, card: "<CREDIT_CARD>", count: 4111111111111112 },
  });
});

Deno.test("JSON in a text is read: escapes and names that stand twice hide nothing", async () => {
  const argumentsOf = String.raw`{"to":"jane\u0040example.com","cc":"x@y.example","cc":"none"}`;
  const response = {
    choices: [{ message: { role: "assistant", tool_calls: [{ function: { name: "send", arguments: argumentsOf } }] } }],
  };
  for (const mapping of ["raw", "otel"]) {
    const { body, attributes } = await mapped(sampleWith("openai_shape", {}, { response }), { ...REDACTED, mapping });
    assert.doesNotMatch(JSON.stringify([body, attributes]), /jane|x@y/);
  }
});

Deno.test("what stands twice in the record's own text leaves once", async () => {
  const text = conversation("Hi", "Ho").replace('"team":"search"', '"team":"jane@example.com","team":"x"');
  const { body } = await mapped(text, { ...REDACTED, mapping: "raw" });
  assert.doesNotMatch(body as string, /jane/);
});

Deno.test("what Bedrock says of the call stays as long as it has its form", async () => {
  const members = {
    identity: { arn: "arn:aws:sts::123456789012:assumed-role/App/jane@example.com", note: "jane@example.com" },
    operation: "Converse jane@example.com",
    requestMetadata: { session_id: "jane@example.com", team: "search" },
  };
  const { attributes } = await mapped(conversation("Hi", "Ho", members), REDACTED);
  assert.equal(attributes["user.id"], members.identity.arn);
  assert.equal(attributes["event.action"], "Converse <EMAIL>");
  assert.equal(attributes["gen_ai.conversation.id"], "<EMAIL>");
  assert.deepEqual(attributes["aws_bedrock.invocation.request_metadata"], { session_id: "<EMAIL>", team: "search" });
});

Deno.test("a hash tells equal values apart from others, in all records", async () => {
  const settings = { ...REDACTED, replace: "hash", redact_key: "0123456789abcdef", redact: ["email"] };
  const answers = await Promise.all(
    ["a@example.com b@example.com", "b@example.com a@example.com"].map(async (answer) => {
      const { attributes } = await mapped(conversation("Hi", answer), settings);
      return (attributes["aws_bedrock.invocation.output.completion_text"] as string).split(" ");
    }),
  );
  const [[a, b] = [], second] = answers;
  assert.match(String(a), /^<EMAIL:[0-9a-f]{16}>$/);
  assert.notEqual(a, b);
  assert.deepEqual(second, [b, a]);
});

Deno.test("findings are counted by rule, and nothing of them is said", async () => {
  const redact = ["email", { name: "order", pattern: "order-\\d+" }];
  const texts = [conversation("jane@example.com", "order-1 order-2"), conversation("joe@example.com", "none")];
  const { events, lines } = await processed(texts.map((text) => received(text)), { ...REDACTED, redact });
  assert.equal(events.count("bedrock.redactions", "email"), 2);
  assert.equal(events.count("bedrock.redactions", "order"), 2);
  assert.equal(events.count("bedrock.redactions"), 4);
  assert.doesNotMatch(lines.join(), /jane|order-/);
});

Deno.test("a text that is no record leaves without its text", async () => {
  const { records: [record] } = await processed([received("{ jane@example.com")], REDACTED);
  const { origin: _, ...rest } = record as LogRecord;
  assert.equal(rest.attributes["event.kind"], "pipeline_error");
  assert.doesNotMatch(JSON.stringify(rest), /jane/);
});

Deno.test("a dead letter holds a redacted record's place only", async () => {
  const { processor } = await processed([], REDACTED);
  assert.equal(processor.keepsContent, false);
});

Deno.test("a message of very many parts is searched in one walk", async () => {
  const content = Array.from({ length: 100_000 }, (_, index) => ({ text: index % 2 === 0 ? "j@exa" : "mple.com " }));
  const text = sampleWith("converse_text", {}, { request: { messages: [{ role: "user", content }] } });
  const { body } = await mapped(text, { ...REDACTED, mapping: "raw" });
  assert.equal((body as string).split('"<EMAIL>"').length - 1, 50_000);
});

Deno.test("base64 of less than a dozen bytes that are no text in UTF-8 hides no value", async () => {
  const base64 = new Uint8Array([0xe9, ...new TextEncoder().encode(" 10.1.2.3")]).toBase64();
  const text = sampleWith("converse_text", {}, { response: base64 });
  const { body } = await mapped(text, { ...REDACTED, mapping: "raw" });
  assert.equal((JSON.parse(body as string) as { output: JsonObject }).output["outputBodyJson"], "<BINARY:16>");
  const short = btoa("a@b.co");
  const { body: other } = await mapped(sampleWith("converse_text", {}, { response: short }), {
    ...REDACTED,
    mapping: "raw",
  });
  assert.equal((JSON.parse(other as string) as { output: JsonObject }).output["outputBodyJson"], "<BINARY:8>");
});

Deno.test("base64 as a command prints it, with a line break behind it, hides no value", async () => {
  const long = btoa(`${"nothing ".repeat(20)}jane@example.com?`);
  for (
    const [base64, shown] of [
      [btoa("AKIAIOSFODNN7EXAMPLE"), "<AWS_ACCESS_KEY>\\n"],
      [btoa("10.1.2.3"), "<BINARY:13>"],
      [long, `<BINARY:${long.length + 1}>`],
    ] as const
  ) {
    const { body } = await mapped(conversation(`${base64}\n`, "Yes"), { ...REDACTED, mapping: "raw" });
    assert.ok((body as string).includes(`"text":"${shown}"`), body as string);
  }
});

Deno.test("what a rule finds in a word is not taken for base64", async () => {
  const redact = [{ name: "word", pattern: "Password|\\x{FFFD}" }];
  const { body } = await mapped(conversation("Password", "Yes"), { ...REDACTED, mapping: "raw", redact });
  assert.match(body as string, /"text":"<WORD>"/);
});
