/** A canary wherever content can be, in every form that a body has: it must not be found anywhere afterwards. */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { MODES } from "../../mappings/field.ts";
import type { LogRecord } from "../../component/batch.ts";
import { INPUT_KEY, MemorySource, OUTPUT_KEY, recordBeside } from "./bodies/testing.ts";
import { withoutContent } from "./content.ts";
import { isObject, type JsonObject } from "./read/json.ts";
import { ALL_SAMPLES, fixture, processed, received, tableProblems } from "../../../test/world/bedrock_records.ts";

/** Three pieces that nothing else has; the rule matches all of them together only. */
const PIECES = ["Qxzkanar", "jqvWien7", "Zplt4mqx"] as const;
const CANARY = PIECES.join("");
const RULE = { name: "canary", pattern: CANARY };
const BASE64_CANARY = btoa(CANARY);
/** Base64 of what holds the canary has one of these: it depends on where the canary begins in it. */
const INSIDE = ["", "x", "xx"].map((before) => btoa(before + CANARY).slice(4, 24).replaceAll(/[+/=]/g, "."));
const TRACES = new RegExp([...PIECES, BASE64_CANARY, ...INSIDE].join("|"));
const encoder = new TextEncoder();

/** Strings by which a shape is recognised. */
const TELLING = new Set(["type", "role", "anthropic_version", "schemaVersion", "format", "media_type", "event_type"]);

/** A value with the canary in every string, as a name, and as binary content. */
function poisoned(value: unknown, { sparing }: { sparing: ReadonlySet<string> }, name = ""): unknown {
  if (typeof value === "string") {
    if (sparing.has(name)) return value;
    if (name === "bytes" || name === "base64") return BASE64_CANARY;
    return name === "name" ? CANARY : `${value} ${CANARY}`;
  }
  if (Array.isArray(value)) return value.map((element) => poisoned(element, { sparing }, name));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, poisoned(member, { sparing }, key)] as const);
  return { ...Object.fromEntries(members), [CANARY]: CANARY, unknown: unknown() };
}

/** Members that no dialect knows: encoded, escaped, in pieces as a model sees them. */
function unknown(): JsonObject {
  return {
    bytes: BASE64_CANARY,
    other: BASE64_CANARY,
    lines: `${"A".repeat(76)}\r\n${"A".repeat(44)}${BASE64_CANARY}`,
    json: escaped(),
    cutJson: escaped().slice(0, -2),
    tokens: PIECES.map((token) => ({ generatedToken: { token, logprob: -1 }, textRange: { start: 0, end: 8 } })),
    token_likelihoods: PIECES.map((token) => ({ token, likelihood: -1 })),
    logprobs: { tokens: PIECES, content: PIECES.map((token) => ({ token, logprob: -1 })) },
  };
}

/** JSON as a text, with the canary behind an escape. */
function escaped(): string {
  return `{"argument":"${CANARY.replace("Q", "\\u0051")}"}`;
}

interface Bodies {
  readonly inputBodyJson: unknown;
  readonly outputBodyJson: unknown;
}

/** A record of this sample with these bodies, and the canary in what else a caller may write. */
function recordWith(sample: JsonObject, bodies: Bodies, operation = sample["operation"]): string {
  const { inputBodyJson, outputBodyJson } = bodies;
  return JSON.stringify({
    ...sample,
    operation,
    requestMetadata: { team: CANARY, [CANARY]: "x", session_id: CANARY, agent_id: `a ${CANARY}` },
    errorCode: sample["errorCode"] === undefined ? undefined : `${CANARY}!`,
    serviceTier: CANARY,
    unknown: { [CANARY]: [CANARY] },
    images: [`data:image/png;base64,${BASE64_CANARY}`, BASE64_CANARY],
    input: { ...sample["input"] as JsonObject, unknown: CANARY, inputContentType: `text/${CANARY}!`, inputBodyJson },
    output: { ...sample["output"] as JsonObject, unknown: CANARY, outputBodyJson },
  });
}

/** The bodies of a sample poisoned, as logged, as JSON text, as base64, and as base64 of a text. */
function formsOf(sample: JsonObject): Bodies[] {
  const { inputBodyJson = { prompt: "Hi" } } = sample["input"] as Partial<Bodies>;
  const { outputBodyJson = { completion: "Hi" } } = sample["output"] as Partial<Bodies>;
  const all = [TELLING, new Set<string>()].map((sparing) => ({
    inputBodyJson: poisoned(inputBodyJson, { sparing }),
    outputBodyJson: poisoned(outputBodyJson, { sparing }),
  }));
  const written = all.map((bodies) => ({
    inputBodyJson: JSON.stringify(bodies.inputBodyJson),
    outputBodyJson: JSON.stringify(bodies.outputBodyJson),
  }));
  const encoded = written.map(({ inputBodyJson, outputBodyJson }) => ({
    inputBodyJson: base64Of(inputBodyJson),
    outputBodyJson: base64Of(outputBodyJson),
  }));
  const otherwise = [wrapped, unpadded, zipped, quoted].map((encode) => ({
    inputBodyJson: encode(written[0]?.inputBodyJson ?? ""),
    outputBodyJson: encode(written[0]?.outputBodyJson ?? ""),
  }));
  const plain = { inputBodyJson: base64Of(`Ask ${CANARY}!`), outputBodyJson: base64Of(`Say ${CANARY}!`) };
  return [...all, ...written, ...encoded, ...otherwise, plain];
}

function base64Of(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

function wrapped(text: string): string {
  return base64Of(text).replace(/.{76}/g, "$&\r\n");
}

function unpadded(text: string): string {
  return base64Of(text).replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function zipped(text: string): string {
  return gzipSync(text).toString("base64");
}

/** An answer with the canary split over the elements of a stream, as each family of models writes it. */
const STREAMS: Readonly<Record<string, readonly unknown[]>> = {
  anthropic: [
    { type: "message_start", message: { type: "message", role: "assistant", content: [] } },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...PIECES.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
    { type: "content_block_start", index: 1, content_block: { type: "tool_use", id: "t", name: "look", input: {} } },
    ...['{"q":"', ...PIECES, '"}'].map((partial_json) => ({
      type: "content_block_delta",
      index: 1,
      delta: { type: "input_json_delta", partial_json },
    })),
    { type: "content_block_start", index: 2, content_block: { type: "thinking", thinking: "" } },
    ...PIECES.map((thinking) => ({
      type: "content_block_delta",
      index: 2,
      delta: { type: "thinking_delta", thinking },
    })),
    ...PIECES.map((text) => ({ type: "content_block_delta", index: 2, delta: { type: "new_delta", news: text } })),
    { type: "message_delta", delta: { stop_reason: "end_turn" } },
  ],
  "anthropic, split over blocks": [
    { type: "message_start", message: { type: "message", role: "assistant", content: [] } },
    ...PIECES.flatMap((text, index) => [
      { type: "content_block_start", index, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index, delta: { type: "text_delta", text } },
    ]),
  ],
  "anthropic text": PIECES.map((completion) => ({ completion, stop_reason: null })),
  converse: [
    { messageStart: { role: "assistant" } },
    ...PIECES.map((text) => ({ contentBlockDelta: { contentBlockIndex: 0, delta: { text } } })),
    { contentBlockStart: { contentBlockIndex: 1, start: { toolUse: { toolUseId: "t", name: "look" } } } },
    ...['{"q":"', ...PIECES, '"}'].map((input) => ({
      contentBlockDelta: { contentBlockIndex: 1, delta: { toolUse: { input } } },
    })),
    ...PIECES.map((text) => ({ contentBlockDelta: { contentBlockIndex: 2, delta: { reasoningContent: { text } } } })),
    { messageStop: { stopReason: "guardrail_intervened" } },
    {
      metadata: {
        trace: {
          guardrail: {
            inputAssessment: {
              abcdefgh12: {
                wordPolicy: {
                  customWords: [{ match: CANARY, action: "BLOCKED" }],
                },
              },
            },
          },
        },
      },
    },
  ],
  titan: PIECES.map((outputText, index) => ({ index, outputText })),
  llama: PIECES.map((generation) => ({ generation })),
  mistral: PIECES.map((text) => ({ outputs: [{ text }] })),
  "cohere chat": [
    { event_type: "stream-start", generation_id: "g" },
    ...PIECES.map((text) => ({ event_type: "text-generation", text })),
    { event_type: "stream-end", response: { text: CANARY, chat_history: [{ message: CANARY }] } },
  ],
  "cohere generate": PIECES.map((text) => ({ text, is_finished: false })),
  openai: [
    ...PIECES.map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
    ...PIECES.map((text) => ({ choices: [{ index: 0, delta: { reasoning_content: text } }] })),
    ...PIECES.map((json) => ({
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { name: "look", arguments: json } }] } }],
    })),
    "[DONE]",
  ],
  pegasus: PIECES.map((message) => ({ message, finishReason: "stop" })),
  sonic: [
    { event: { contentStart: { contentId: "c", type: "TEXT", role: "ASSISTANT" } } },
    ...PIECES.map((content) => ({ event: { textOutput: { contentId: "c", content } } })),
  ],
  unknown: PIECES.map((piece) => ({ piece })),
  "strings alone": [...PIECES],
};
const SERVER_SENT = PIECES.map((text) => `data: {"delta":"${text}"}`).join("\n\n");
const QUOTED_LIST = JSON.stringify(JSON.stringify(PIECES.map((delta) => ({ delta }))));
const JSON_LINES = PIECES.map((text) => `{"delta":"${text}"}`).join("\n");

function streamsOf(sample: JsonObject): Bodies[] {
  const { inputBodyJson = { prompt: "Hi" } } = sample["input"] as Partial<Bodies>;
  const lists = Object.values(STREAMS).flatMap((events) => [events, base64Of(JSON.stringify(events))]);
  const outputs = [...lists, SERVER_SENT, base64Of(SERVER_SENT), JSON_LINES, QUOTED_LIST];
  return [
    ...outputs.map((outputBodyJson) => ({ inputBodyJson, outputBodyJson })),
    { inputBodyJson: STREAMS["sonic"], outputBodyJson: STREAMS["sonic"] },
    { inputBodyJson: STREAMS["unknown"], outputBodyJson: undefined },
  ];
}

function allOf({ origin: _, ...rest }: LogRecord): string {
  return JSON.stringify(rest);
}

const CONTROLS = [{ content: "metadata_only" }, { content: "redacted", redact: [RULE] }] as const;

/** Fails when a trace of the canary leaves for this text, or for this record of it, under any setting. */
async function assertNoTrace(text: string, record = received(text)): Promise<void> {
  for (const mapping of MODES) {
    for (const control of CONTROLS) {
      for (const preserve of [true, false]) {
        const settings = {
          ...control,
          mapping,
          preserve_original_event: preserve,
          tags: ["preserve_duplicate_custom_fields"],
        };
        const { records, lines } = await processed([record], settings);
        assert.equal(records.length, 1);
        const everything = records.map(allOf).join() + lines.join() + records.map(withoutContent).map(allOf).join();
        assert.equal(TRACES.exec(everything)?.[0], undefined, `${mapping}, ${control.content}: ${text}`);
        assert.deepEqual(records.flatMap((record) => tableProblems(record, mapping)), []);
      }
    }
  }
}

for (const name of ALL_SAMPLES) {
  Deno.test(`no canary in ${name}, in whatever form, leaves redacted or as metadata`, async () => {
    const sample = fixture(`${name}.json`) as JsonObject;
    for (const bodies of formsOf(sample)) {
      const text = recordWith(sample, bodies);
      const { records } = await processed([received(text)], { mapping: "raw" });
      assert.match(records.map(allOf).join(), TRACES, "the canary tests nothing");
      await assertNoTrace(text);
    }
  });
}

for (
  const [name, operation] of [
    ["llama_stream", undefined],
    ["unknown_shape", "InvokeModelWithResponseStream"],
    ["unknown_shape", "InvokeModel"],
  ] as const
) {
  Deno.test(`no canary split over a stream leaves in a record like ${name} of ${operation ?? "its own operation"}`, async () => {
    const sample = fixture(`${name}.json`) as JsonObject;
    for (const bodies of streamsOf(sample)) await assertNoTrace(recordWith(sample, bodies, operation));
  });
}

Deno.test("no canary leaves with bodies that are stored beside their record", async () => {
  const text = recordWith(fixture("large_bodies.json") as JsonObject, {
    inputBodyJson: undefined,
    outputBodyJson: undefined,
  });
  const samples = ["anthropic_invoke_tool_use", "converse_guardrail_pii_output", "unknown_shape"];
  const forms = samples.flatMap((name) => formsOf(fixture(`${name}.json`) as JsonObject));
  const streams = streamsOf(fixture("anthropic_stream_thinking.json") as JsonObject);
  for (const { inputBodyJson, outputBodyJson = "" } of [...forms, ...streams.slice(0, 4)]) {
    const stored = [inputBodyJson, outputBodyJson].map((body) => JSON.stringify(body));
    const asText = [inputBodyJson, outputBodyJson].map((body) => typeof body === "string" ? body : undefined);
    for (const [input, output] of [stored, asText]) {
      if (input === undefined || output === undefined) continue;
      const source = new MemorySource({ [INPUT_KEY]: encoder.encode(input), [OUTPUT_KEY]: encoder.encode(output) });
      await assertNoTrace(`${input} ${output}`, recordBeside(source, { text }));
      assert.equal(source.asked.length, 2 * MODES.length * CONTROLS.length * 2, "the bodies are joined");
    }
  }
});

Deno.test("no canary leaves with a text that is no record", async () => {
  const texts = [
    `{"schemaType": broken ${CANARY}`,
    `"${CANARY}"`,
    `[${JSON.stringify(CANARY)}]`,
    CANARY,
    `{"schemaType":"${CANARY}"}`,
    `{"${CANARY}":1}`,
  ];
  for (const text of texts) await assertNoTrace(text);
});
