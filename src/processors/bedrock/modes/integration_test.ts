import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { decodeLogsRequest } from "../../../../test/world/otlp_logs.ts";
import { typesIn } from "../../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../../mappings/generated/invocation.ts";
import { contentType } from "../../../otlp/encoding.ts";
import { createLogsEncoder } from "../../../otlp/logs.ts";
import type { LogRecord } from "../../../component/batch.ts";
import { withoutBodies, withoutContent } from "../content.ts";
import {
  ALL_SAMPLES,
  fixture,
  mapped,
  processed,
  received,
  sampleText,
  sampleWith,
  tableProblems,
} from "../../../../test/world/bedrock_records.ts";

const INTEGRATION = { mapping: "integration" };
const KEEPING_BODIES = { ...INTEGRATION, tags: ["preserve_duplicate_custom_fields"] };
const MODULE = { module: "aws_bedrock", dataset: "aws_bedrock.invocation" };
const MAX = 32_766;

type Members = Record<string, unknown>;

/** A record with these bodies and nothing special besides. */
function exchange(inputBodyJson: unknown, outputBodyJson: unknown, more: Members = {}): string {
  const input = { inputContentType: "application/json", inputBodyJson };
  const output = { outputContentType: "application/json", outputBodyJson };
  return sampleWith("converse_text", { input, output, requestMetadata: undefined, ...more });
}

/** The field of a document at a path. */
function at(record: LogRecord, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => (value as Members | undefined)?.[name], record.body);
}

async function fieldsOf(text: string, paths: readonly string[], settings: Members = INTEGRATION): Promise<unknown[]> {
  const record = await mapped(text, settings);
  assert.deepEqual(tableProblems(record, "integration"), []);
  return paths.map((path) => at(record, path));
}

function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

for (const name of ALL_SAMPLES) {
  Deno.test(`bedrock makes the integration's document of ${name}`, async () => {
    const record = await mapped(sampleText(name), INTEGRATION);
    const { hrTime: [seconds, nanos], severityText: severity, attributes, body } = record;
    const timestamp = new Date(seconds * 1000 + nanos / 1e6).toISOString();
    assert.deepEqual({ timestamp, severity, attributes, body }, fixture(`${name}.integration.json`));
    assert.deepEqual(tableProblems(record, "integration"), []);
  });
}

Deno.test("every sample becomes a document as the table says, with its bodies and without content too", async () => {
  for (const name of ALL_SAMPLES) {
    for (const settings of [KEEPING_BODIES, { ...INTEGRATION, content: "metadata_only" }]) {
      assert.deepEqual(tableProblems(await mapped(sampleText(name), settings), "integration"), [], name);
    }
  }
});

Deno.test("in mode integration the scope marks the body as the document, and attributes route it", async () => {
  const { instrumentationScope, attributes, body } = await mapped(sampleText("converse_text"), {
    ...INTEGRATION,
    namespace: "prod",
    document_id: "none",
  });
  assert.deepEqual(instrumentationScope.attributes, { "elastic.mapping.mode": "bodymap" });
  assert.deepEqual(attributes, {
    "data_stream.type": "logs",
    "data_stream.dataset": "aws_bedrock.invocation",
    "data_stream.namespace": "prod",
  });
  assert.deepEqual((body as Members)["data_stream"], {
    type: "logs",
    dataset: "aws_bedrock.invocation",
    namespace: "prod",
  });
});

Deno.test("static fields become fields of the document, over what was mapped", async () => {
  const record = await mapped(sampleText("converse_text"), {
    ...INTEGRATION,
    fields: { "labels.stage": "prod", "cloud.region": "moon-1", "gen_ai.prompt.kind": "x", "__proto__.polluted": 1 },
  });
  assert.deepEqual(at(record, "labels"), { stage: "prod" });
  assert.equal(at(record, "cloud.region"), "moon-1");
  assert.equal(at(record, "cloud.account.id"), "123456789012");
  assert.equal((at(record, "gen_ai") as Members)["prompt.kind"], "x");
  assert.equal("polluted" in {}, false);
});

Deno.test("Bedrock's names get the integration's spelling at any depth, and no others", async () => {
  const names =
    `modelId inputBodyJson inputContentType inputTokenCount outputBodyJson outputContentType outputTokenCount
    requestId schemaType schemaVersion errorCode imageGenerationConfig cfgScale numberOfImages imageVariationParams
    inputBodyS3Path outputBodyS3Path taskType finishReason amazon-bedrock-invocationMetrics firstByteLatency
    invocationLatency amazon-bedrock-guardrailAction amazon-bedrock-trace contentPolicy wordPolicy topicPolicy
    customWords sensitiveInformationPolicy contextualGroundingPolicy invocationMetrics guardrailCoverage textCharacters
    guardrailProcessingLatency contentPolicyUnits contextualGroundingPolicyUnits sensitiveInformationPolicyFreeUnits
    sensitiveInformationPolicyUnits topicPolicyUnits wordPolicyUnits piiEntities normalizeIndex latencyMs stopReason`
      .split(/\s+/);
  const others = { inferenceConfig: 1, maxTokens: 1, toolUseId: 1, "amazon-bedrock-other": 1 };
  const inner = { ...Object.fromEntries(names.map((name) => [name, 1])), ...others };
  const text = exchange({}, {}, { extra: { modelId: [{ deeper: inner }, [[inner]]], ...inner, modelIds: 1 } });
  const [extra] = await fieldsOf(text, ["aws_bedrock.invocation.extra"]) as [Members];
  const spelled = (name: string) =>
    name.replaceAll("-", "_").replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase().replace("s3path", "s3_path");
  const expected = { ...Object.fromEntries(names.map((name) => [spelled(name), 1])), ...others };
  assert.equal(names.length, 44);
  assert.deepEqual(extra, { ...expected, modelIds: 1 });
  const [{ model_id }] = await fieldsOf(
    exchange({}, {}, { extra: { modelId: [{ deeper: inner }, [[inner]]] } }),
    ["aws_bedrock.invocation.extra"],
  ) as [Members];
  assert.deepEqual(model_id, [{ deeper: expected }, [[expected]]]);
});

Deno.test("the bodies are JSON text with sorted names, which any parser reads", async () => {
  const body = { b: 'say "hi"\n\\ \u0001', a: { 10: 1, 9: [], é: null, Z: 0.5 }, "": "\ud800", 𝒳: "𝒳" };
  const [prompt, completion, size] = await fieldsOf(
    exchange(body, [body, "[DONE]", null]),
    ["gen_ai.prompt", "gen_ai.completion", "gen_ai.performance.request_size"],
  );
  const sorted = '{"":"\\ud800","a":{"10":1,"9":[],"Z":0.5,"é":null},"b":"say \\"hi\\"\\n\\\\ \\u0001","𝒳":"𝒳"}';
  assert.equal(prompt, sorted);
  assert.deepEqual(JSON.parse(prompt as string), body);
  assert.equal(completion, `[${sorted},"[DONE]",null]`);
  assert.equal(size, sorted.length);
});

Deno.test("a body that is text is JSON text too, and the answer's text", async () => {
  const paths = ["gen_ai.prompt", "gen_ai.performance.request_size", "aws_bedrock.invocation.output.completion_text"];
  assert.deepEqual(await fieldsOf(exchange("plain", "answer"), paths), ['"plain"', 7, "answer"]);
});

Deno.test("without bodies the sizes are 0 and the model has no type", async () => {
  const paths = ["gen_ai.performance", "gen_ai.request.model", "gen_ai.prompt", "gen_ai.completion"];
  assert.deepEqual(await fieldsOf(exchange(undefined, null), paths), [
    { request_size: 0, response_size: 0 },
    { id: "amazon.nova-pro-v1:0" },
    undefined,
    undefined,
  ]);
});

Deno.test("a body is kept up to 32,766 UTF-16 units and then leaves hash and size, and all that is read from it", async () => {
  const paths = [
    "gen_ai.prompt",
    "aws_bedrock.invocation.input.input_body_json_massive_hash",
    "gen_ai.performance.request_size",
    "aws_bedrock.invocation.input.input_body_json",
    "gen_ai.request.max_tokens",
  ];
  const rest = '{"max_tokens":7,"p":""}'.length;
  for (const filler of ["x".repeat(MAX - rest), "𝒳".repeat((MAX - rest - 1) / 2) + "y"]) {
    const body = { p: filler, max_tokens: 7 };
    const json = JSON.stringify({ max_tokens: 7, p: filler });
    assert.equal(json.length, MAX);
    assert.deepEqual(await fieldsOf(exchange(body, {}), paths, KEEPING_BODIES), [json, undefined, MAX, body, 7]);
    const longer = JSON.stringify({ max_tokens: 7, p: `${filler}z` });
    assert.deepEqual(
      await fieldsOf(exchange({ ...body, p: `${filler}z` }, {}), paths, KEEPING_BODIES),
      [undefined, sha1(longer), MAX + 1, undefined, 7],
    );
  }
});

Deno.test("a response that is too long leaves its hash, size, reason, id and the beginning of its text", async () => {
  const text = "é".repeat(40_000);
  const body = { id: "m-1", stop_reason: "end_turn", content: [{ text }] };
  const json = JSON.stringify({ content: [{ text }], id: "m-1", stop_reason: "end_turn" });
  assert.deepEqual(
    await fieldsOf(exchange({}, body), [
      "gen_ai.completion",
      "aws_bedrock.invocation.output.output_body_json_massive_hash",
      "gen_ai.performance.response_size",
      "gen_ai.response.finish_reasons",
      "gen_ai.response.id",
      "aws_bedrock.invocation.output.completion_text",
    ]),
    [undefined, sha1(json), json.length, "end_turn", "m-1", "é".repeat(MAX)],
  );
});

Deno.test("the answer's text is cut by UTF-16 units, and never within a character", async () => {
  const path = ["aws_bedrock.invocation.output.completion_text"];
  const cases: [string, string][] = [
    ["x".repeat(MAX), "x".repeat(MAX)],
    ["x".repeat(MAX + 1), "x".repeat(MAX)],
    [`${"x".repeat(MAX - 2)}😀`, `${"x".repeat(MAX - 2)}😀`],
    [`${"x".repeat(MAX - 2)}😀y`, `${"x".repeat(MAX - 2)}😀`],
    [`${"x".repeat(MAX - 1)}😀`, "x".repeat(MAX - 1)],
  ];
  for (const [text, expected] of cases) assert.deepEqual(await fieldsOf(exchange({}, text), path), [expected]);
});

Deno.test("the answer's text is found in the integration's places, and items that are no objects do not stop it", async () => {
  const path = ["aws_bedrock.invocation.output.completion_text"];
  const cases: [unknown, string | undefined][] = [
    [{ output: { message: { content: [{ text: "a" }, "b", null, { text: "c" }, { toolUse: {} }] } } }, "ac"],
    [{ content: ["s", { text: "x" }] }, "x"],
    [{ output: {}, content: [{ text: "x" }] }, undefined],
    [
      [{ delta: { text: "a" } }, { outputs: [{ text: "b" }, 1] }, { generation: "c" }, { outputText: "d" }, "e"],
      "abcd",
    ],
    [[{ generation: null }, { delta: { text: 7 } }, { delta: "x", outputText: "y" }], "7y"],
    [{ results: [{ outputText: "not here" }] }, undefined],
  ];
  for (const [body, expected] of cases) assert.deepEqual(await fieldsOf(exchange({}, body), path), [expected]);
});

Deno.test("long base64 of artifacts leaves hash and length", async () => {
  const long = "A".repeat(MAX + 1);
  const artifacts = [{ base64: "A".repeat(MAX), finishReason: "SUCCESS" }, { base64: long, seed: 5 }, "x", null];
  assert.deepEqual(await fieldsOf(exchange({}, {}, { artifacts }), ["aws_bedrock.invocation.artifacts"]), [[
    { base64: "A".repeat(MAX), finish_reason: "SUCCESS" },
    { seed: 5, base64_massive_hash: sha1(long), base64_massive_length: MAX + 1 },
    "x",
  ]]);
});

Deno.test("the bodies stay as objects with a tag, their names spelled and nothing empty in them", async () => {
  const request = {
    schemaVersion: "v1",
    messages: [{ content: [{ text: "" }, {}] }],
    stop: ["", null],
    k: 0,
    b: false,
  };
  const response = [{ stopReason: "x", delta: { text: "", usage: {} } }, "[DONE]", 5, null, [1], {}, { a: [[]] }];
  const paths = ["aws_bedrock.invocation.input.input_body_json", "aws_bedrock.invocation.output.output_body_json"];
  assert.deepEqual(await fieldsOf(exchange(request, response), paths, KEEPING_BODIES), [
    { schema_version: "v1", k: 0, b: false },
    [{ stop_reason: "x" }, { value: "[DONE]" }, { value: 5 }, { value: [1] }],
  ]);
  assert.deepEqual(await fieldsOf(exchange(request, response), paths), [undefined, undefined]);
});

Deno.test("null, empty texts, lists and objects are left out at any depth", async () => {
  const text = sampleWith("converse_text", {
    region: "",
    operation: null,
    identity: { arn: "arn:x", more: [[], {}, [""]] },
    extra: { a: null, b: [{ c: "" }, { d: [null, 0] }], e: { f: { g: [] } } },
    requestMetadata: { team: "", other: "x" },
  });
  const [cloud, event, identity, extra, metadata] = await fieldsOf(text, [
    "cloud",
    "event",
    "aws_bedrock.invocation.identity",
    "aws_bedrock.invocation.extra",
    "aws_bedrock.invocation.requestMetadata",
  ]);
  assert.deepEqual(cloud, { provider: "aws", service: { name: "bedrock" }, account: { id: "123456789012" } });
  assert.deepEqual(event, { ...MODULE, outcome: "success" });
  assert.equal(identity, undefined);
  assert.deepEqual(extra, { b: [{ d: [0] }] });
  assert.deepEqual(metadata, { other: "x" });
});

Deno.test("numbers as text become numbers: counts of integers, parameters of any number, and nothing of other text", async () => {
  const paths = [
    "gen_ai.request.top_k",
    "gen_ai.request.top_p",
    "gen_ai.request.temperature",
    "gen_ai.request.max_tokens",
  ];
  const cases: [unknown[], unknown[]][] = [
    [["40", "0.9", "1", "100"], [40, 0.9, 1, 100]],
    [["4e1", "-0.5", 0, -1], [40, -0.5, 0, -1]],
    [["many", "", true, "1.5"], [undefined, undefined, undefined, undefined]],
    [[{}, [], null, 1.5], [undefined, undefined, undefined, undefined]],
  ];
  for (const [[top_k, top_p, temperature, max_tokens], expected] of cases) {
    assert.deepEqual(await fieldsOf(exchange({ top_k, top_p, temperature, max_tokens }, {}), paths), expected);
  }
  for (
    const [count, expected] of [["12", 12], [3_000_000_000, 3e9], ["1.5", undefined], ["x", undefined], [{}, undefined]]
  ) {
    const input = { inputTokenCount: count };
    const [tokens, logged] = await fieldsOf(sampleWith("converse_text", { input, output: {} }), [
      "gen_ai.usage.prompt_tokens",
      "aws_bedrock.invocation.input.input_token_count",
    ]);
    assert.equal(tokens, expected);
    assert.equal(logged, expected);
  }
});

Deno.test("what stands beside the bodies as system and messages gets one shape", async () => {
  const messages = [
    { role: "user", content: "Hi" },
    {
      role: "user",
      content: [
        { type: "text", text: "kept", cache_control: {} },
        { text: "without type" },
        { type: "tool_result", tool_use_id: "t1", content: [{ type: "text", text: "391" }] },
        { type: "tool_result", content: "plain" },
        { type: "tool_use", name: "calc", id: "t1", input: { b: 1, a: 2 } },
        { type: "text", text: "" },
        { type: "text", content: "" },
        "a string",
      ],
    },
    { role: "assistant", content: { image: { format: "png" } } },
    { role: "assistant" },
    "no message",
  ];
  const paths = ["aws_bedrock.invocation.system", "aws_bedrock.invocation.messages"];
  const [system, reduced] = await fieldsOf(exchange({}, {}, { system: "Be kind.", messages }), paths);
  assert.deepEqual(system, { type: "text", text: "Be kind." });
  assert.deepEqual(reduced, [
    { role: "user", content: { type: "text", text: "Hi" } },
    {
      role: "user",
      content: [
        { type: "text", text: "kept" },
        { type: "text", text: "without type" },
        { type: "tool_result", text: '[{"text":"391","type":"text"}]' },
        { type: "tool_result", text: "plain" },
        { type: "tool_use", text: '{"id":"t1","input":{"a":2,"b":1},"name":"calc"}' },
        { type: "text", text: '{"text":""}' },
        { type: "text", text: '{"text":""}' },
        "a string",
      ],
    },
    { role: "assistant", content: { type: "text", text: '{"image":{"format":"png"}}' } },
    { role: "assistant" },
    "no message",
  ]);
  const single = { role: "user", content: [{ text: "one" }] };
  assert.deepEqual(
    await fieldsOf(exchange({}, {}, { system: [{ type: "text", text: "x" }], messages: single }), paths),
    [
      [{ type: "text", text: "x" }],
      { role: "user", content: [{ type: "text", text: "one" }] },
    ],
  );
});

Deno.test("content kinds are texts and documents with their format", async () => {
  const content = [
    { document: { format: "pdf" } },
    { text: "a" },
    { document: "x" },
    { image: {} },
    "b",
    { document: { format: "pdf" } },
  ];
  const messages = [{ content }, { content: "text" }, null];
  assert.deepEqual(
    await fieldsOf(exchange({ messages }, {}), ["aws_bedrock.invocation.input.messages_content_kinds"]),
    [["document", "document/pdf", "text"]],
  );
});

Deno.test("the model's version comes from the request, by the type before the first dot", async () => {
  const path = ["gen_ai.request.model"];
  const cases: [string, Members, Members][] = [
    ["anthropic.claude-v2", { anthropic_version: "bedrock-2023-05-31" }, {
      type: "anthropic",
      version: "bedrock-2023-05-31",
    }],
    ["us.anthropic.claude-v2", { anthropic_version: "bedrock-2023-05-31" }, { type: "us" }],
    ["claude", { claude_version: "1" }, {}],
    [".x", { _version: "1" }, { version: "1" }],
  ];
  for (const [modelId, body, expected] of cases) {
    assert.deepEqual(await fieldsOf(exchange(body, {}, { modelId }), path), [{ id: modelId, ...expected }]);
  }
});

Deno.test("of a stream the first message gives id and role, the last metrics the times", async () => {
  const paths = ["gen_ai.response", "gen_ai.request.model.role", "gen_ai.performance"];
  const metrics = (first: unknown, total: unknown) => ({
    "amazon-bedrock-invocationMetrics": { firstByteLatency: first, invocationLatency: total },
  });
  const events = [
    "text",
    { message: "text" },
    { message: { id: "m-1", role: "assistant" }, stop_reason: "not read" },
    { message: { id: "m-2", role: "other" } },
    metrics(1, 2),
    metrics(3, 4),
    metrics(5, null),
  ];
  const [response, role, performance] = await fieldsOf(exchange({}, events, { modelId: undefined }), paths);
  assert.deepEqual(response, { id: "m-1", timestamp: "2026-03-04T03:13:23.000Z" });
  assert.equal(role, "assistant");
  assert.deepEqual(performance, {
    request_size: 2,
    response_size: JSON.stringify(events).length,
    start_response_time: 3,
    response_time: 4,
  });
});

const GUARDRAIL_PATHS = ["gen_ai.guardrail_id", "gen_ai.policy", "gen_ai.compliance", "event.outcome"];
const TOPIC = { topicPolicy: { topics: [{ name: "t", type: "DENY", action: "BLOCKED" }] } };
const TOPIC_FINDINGS = [
  { name: ["topic_policy"], action: ["BLOCKED"] },
  { violation_code: ["DENY"], violation_detected: true },
  "failure",
];

Deno.test("both spellings of the reason and the guardrail's action are an intervention", async () => {
  const trace = { guardrail: { inputAssessment: { g2: TOPIC, g1: {} } } };
  for (
    const body of [
      { stopReason: "guardrail_intervened", trace },
      { stop_reason: "guardrail_intervened", trace },
      {
        "amazon-bedrock-guardrailAction": "INTERVENED",
        "amazon-bedrock-trace": { guardrail: { input: { g1: {}, g2: TOPIC } } },
      },
      [{ trace }, "x", { stop_reason: "guardrail_intervened" }],
    ]
  ) {
    assert.deepEqual(await fieldsOf(exchange({}, body), GUARDRAIL_PATHS), [["g1", "g2"], ...TOPIC_FINDINGS]);
  }
});

Deno.test("without an intervention what guardrails found is named, and is no violation", async () => {
  const body = { stopReason: "end_turn", trace: { guardrail: { inputAssessment: { g1: TOPIC } } } };
  const expected = [["g1"], { name: ["topic_policy"], action: ["BLOCKED"] }, { violation_code: ["DENY"] }, "success"];
  assert.deepEqual(await fieldsOf(exchange({}, body), GUARDRAIL_PATHS), expected);
  // The reason of Anthropic's stream stands where the integration does not look.
  const stream = [{ trace: body.trace }, { delta: { stop_reason: "guardrail_intervened" } }];
  assert.deepEqual(await fieldsOf(exchange({}, stream), GUARDRAIL_PATHS), expected);
});

Deno.test("messages of Converse and its parameters have the integration's fields, too", async () => {
  const messages = [{ role: "user", content: [{ text: "Hi" }] }];
  const message = { role: "assistant", content: [{ text: "Hello" }] };
  const request = { messages, inferenceConfig: { temperature: 0.5 }, additionalModelRequestFields: { top_k: 7 } };
  const paths = ["input.messages", "output.messages", "request.temperature", "request.top_k"].map((name) =>
    `gen_ai.${name}`
  );
  assert.deepEqual(await fieldsOf(exchange(request, { output: { message } }), paths), [messages, message, 0.5, 7]);
  const ofInvokeModel = { ...request, temperature: 0.1, top_k: 3 };
  assert.deepEqual((await fieldsOf(exchange(ofInvokeModel, {}), paths)).slice(1), [undefined, 0.1, 3]);
  const { body } = await mapped(exchange(request, { output: { message } }), {
    ...INTEGRATION,
    content: "metadata_only",
  });
  assert.ok(!JSON.stringify(body).includes("Hello"));
});

Deno.test("messages in mode integration have levels and keys that a flattened field takes", async () => {
  const input = JSON.parse(`${'{"a.b":'.repeat(40)}1${"}".repeat(40)}`);
  const request = { messages: [{ role: "assistant", content: [{ toolUse: { name: "f", input } }] }] };
  const [messages] = await fieldsOf(exchange(request, {}), ["gen_ai.input.messages"]);
  const depth = (value: unknown): number =>
    typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0;
  assert.ok(depth(messages) < 20);
  assert.ok(JSON.stringify(messages).includes("a_b"));
});

Deno.test("documents of mode integration name their module and dataset", async () => {
  assert.deepEqual(await fieldsOf(exchange({}, {}), ["event.module", "event.dataset"]), [
    "aws_bedrock",
    "aws_bedrock.invocation",
  ]);
});

Deno.test("outputs are assessed in a list, a map of lists and a map, and do not name the guardrail", async () => {
  const stopReason = "guardrail_intervened";
  for (const outputAssessments of [[{ g1: TOPIC }], { g1: [TOPIC] }, { g1: TOPIC }]) {
    const body = { stopReason, trace: { guardrail: { outputAssessments } } };
    assert.deepEqual(await fieldsOf(exchange({}, body), GUARDRAIL_PATHS), [undefined, ...TOPIC_FINDINGS]);
  }
  const outputs = { stopReason, "amazon-bedrock-trace": { guardrail: { outputs: [{ g1: TOPIC }] } } };
  assert.deepEqual(await fieldsOf(exchange({}, outputs), GUARDRAIL_PATHS), [undefined, ...TOPIC_FINDINGS]);
});

Deno.test("a block by words alone has no violation code, and counts as success", async () => {
  const wordPolicy = { customWords: [{ match: "acme", action: "BLOCKED" }], managedWordLists: [] };
  const trace = { guardrail: { inputAssessment: { g1: { wordPolicy } } } };
  assert.deepEqual(await fieldsOf(exchange({}, { stopReason: "guardrail_intervened", trace }), GUARDRAIL_PATHS), [
    ["g1"],
    { name: ["word_policy"], action: ["BLOCKED"], match_detail: [{ match: "acme", action: "BLOCKED" }] },
    undefined,
    "success",
  ]);
});

Deno.test("details are listed once, and those that the pipeline stumbles over are read as far as they go", async () => {
  const email = { type: "EMAIL", match: "a@b.c", action: "ANONYMIZED" };
  const assessment = {
    sensitiveInformationPolicy: {
      piiEntities: [email, { action: "ANONYMIZED", match: "a@b.c", type: "EMAIL" }],
      regexes: null,
    },
    contextualGroundingPolicy: { filters: [{ type: "RELEVANCE", score: 0.1 }, "text", null, 5] },
    topicPolicy: null,
    contentPolicy: "text",
    wordPolicy: {
      customWords: { match: "no list" },
      managedWordLists: [{ match: "w", type: "PROFANITY", action: "BLOCKED", x: {} }],
    },
    invocationMetrics: { usage: {} },
    automatedReasoningPolicy: { findings: [{ type: "not read" }] },
  };
  const trace = { guardrail: { inputAssessment: { g1: assessment, g2: null, g3: "text" }, outputAssessments: "text" } };
  const body = { stopReason: "guardrail_intervened", trace, "amazon-bedrock-trace": "ENABLED" };
  assert.deepEqual(await fieldsOf(exchange({}, body), GUARDRAIL_PATHS), [
    ["g1", "g2", "g3"],
    {
      name: ["contextual_grounding_policy", "sensitive_information_policy", "word_policy"],
      action: ["ANONYMIZED", "BLOCKED"],
      match_detail: [email, { type: "RELEVANCE", score: 0.1 }, { match: "w", type: "PROFANITY", action: "BLOCKED" }],
    },
    { violation_code: ["EMAIL", "PROFANITY", "RELEVANCE"], violation_detected: true },
    "failure",
  ]);
  for (const odd of ["ENABLED", 5, [], null, { guardrail: "x" }, { guardrail: { inputAssessment: ["x"] } }]) {
    assert.deepEqual(
      await fieldsOf(exchange({}, { stopReason: "guardrail_intervened", trace: odd }), GUARDRAIL_PATHS),
      [undefined, undefined, undefined, "success"],
    );
  }
});

Deno.test("times are UTC with three decimals; without one the document has the time when it was read, and reports that", async () => {
  const paths = ["@timestamp", "gen_ai.response.timestamp", "error.message"];
  const timestamp = "2026-03-04T05:13:23.1239+02:00";
  const utc = "2026-03-04T03:13:23.123Z";
  assert.deepEqual(await fieldsOf(sampleWith("converse_text", { timestamp }), paths), [utc, utc, undefined]);
  const read = "2026-05-28T20:26:40.000Z";
  assert.deepEqual(await fieldsOf(sampleWith("converse_text", { timestamp: "soon" }), paths), [
    read,
    read,
    ["Cannot read the record's timestamp: it is no time from 1970 to 2262"],
  ]);
});

Deno.test("error.message lists all problems of a record, as the integration does", async () => {
  const record = received(sampleWith("converse_text", { timestamp: "soon" }));
  const problems = ["Cannot join the input body: it does not exist", "Cannot join the output body: it does not exist"];
  const attributes = { ...record.attributes, "error.message": problems.join("; ") };
  const { records: [joined] } = await processed([{ ...record, attributes }], INTEGRATION);
  assert.ok(joined);
  assert.deepEqual(at(joined, "error.message"), [
    ...problems,
    "Cannot read the record's timestamp: it is no time from 1970 to 2262",
  ]);
});

Deno.test("the original text is kept on demand, and its hash when it is long", async () => {
  const settings = { ...INTEGRATION, preserve_original_event: true };
  const paths = ["event.original", "tags"];
  const tags = ["forwarded", "aws-bedrock-invocation", "preserve_original_event"];
  const text = sampleText("converse_text");
  assert.deepEqual(await fieldsOf(text, paths, settings), [text, tags]);
  const long = exchange({ p: "é".repeat(MAX) }, {});
  assert.deepEqual(await fieldsOf(long, paths, settings), [`sha1-${sha1(long)}:${long.length}`, tags]);
  assert.deepEqual(await fieldsOf(text, ["event.original"]), [undefined]);
});

Deno.test("what is not a record becomes a document that reports the error", async () => {
  const { records: [error] } = await processed([received("no record")], INTEGRATION);
  assert.deepEqual(error?.body, {
    "@timestamp": "2026-05-28T20:26:40.000Z",
    data_stream: { type: "logs", dataset: "aws_bedrock.invocation", namespace: "default" },
    ecs: { version: "8.11.0" },
    tags: ["forwarded", "aws-bedrock-invocation"],
    event: { ...MODULE, kind: "pipeline_error", original: "no record" },
    error: { message: ["Cannot read record: it is not JSON"] },
    aws: (fixture("converse_text.integration.json") as { body: Members }).body["aws"],
    log: (fixture("converse_text.integration.json") as { body: Members }).body["log"],
    aws_bedrock: { invocation: { record_size: 9 } },
  });
  assert.equal(error.attributes["elasticsearch.document_id"], error.origin.id);
  assert.deepEqual(tableProblems(error, "integration"), []);
  const { records: [reduced] } = await processed([received("no record")], { ...INTEGRATION, content: "metadata_only" });
  assert.ok(reduced);
  assert.deepEqual(at(reduced, "event"), { ...MODULE, kind: "pipeline_error" });
});

Deno.test("Elasticsearch gets no value that its field would refuse", async () => {
  const text = sampleWith("converse_text", {
    requestId: { a: 1 },
    modelId: ["x"],
    operation: 5,
    accountId: 123456789012,
    errorCode: true,
    imageGenerationConfig: { cfgScale: "7.5", height: "512", width: {}, seed: 2 ** 40, quality: ["a"] },
    images: ["a", 1, {}],
    result: { a: 1 },
    input: [{ inputTokenCount: {} }],
    performanceConfig: "fast",
    requestMetadata: { nested: { a: 1 }, " ": "x" },
    "": 1,
    extra: { "": 1, "a.b": 2 },
  });
  const record = await mapped(text, INTEGRATION);
  assert.deepEqual(tableProblems(record, "integration"), []);
  const { output: _, schema_type: __, schema_version: ___, ...invocation } = at(
    record,
    "aws_bedrock.invocation",
  ) as Members;
  assert.deepEqual(invocation, {
    error_code: "true",
    image_generation_config: { cfg_scale: 7.5, height: 512, seed: 2 ** 40 },
    images: ["a", "1"],
    requestMetadata: { nested: '{"a":1}', "_ ": "x" },
    "_": 1,
    extra: { _: 1, "a.b": 2 },
  });
  assert.equal(at(record, "event.action"), "5");
  assert.equal(at(record, "cloud.account.id"), "123456789012");
  assert.deepEqual(at(record, "gen_ai.request.model"), { role: "assistant" });
});

Deno.test("records that are no objects in places lose no more than these places", async () => {
  const text = sampleWith("converse_text", { identity: "me", input: "text", output: 5, requestMetadata: "x" });
  const record = await mapped(text, INTEGRATION);
  assert.deepEqual(at(record, "aws_bedrock.invocation"), {
    schema_type: "ModelInvocationLog",
    schema_version: "1.0",
    request_id: "00000003-1111-4222-8333-000000000003",
    model_id: "amazon.nova-pro-v1:0",
    identity: "me",
  });
});

Deno.test("of equal names in the record the last counts", async () => {
  const text = sampleText("converse_text").replace('"modelId":', '"modelId":"first","modelId":');
  assert.deepEqual(await fieldsOf(text, ["gen_ai.request.model.id"]), ["amazon.nova-pro-v1:0"]);
});

Deno.test("a body that is nested too deeply to be sorted leaves as it was logged", async () => {
  const deep = `${'{"b":'.repeat(10_000)}1${"}".repeat(10_000)}`;
  const text = exchange("@@", {}).replace('"@@"', deep);
  const [prompt, hash, size] = await fieldsOf(text, [
    "gen_ai.prompt",
    "aws_bedrock.invocation.input.input_body_json_massive_hash",
    "gen_ai.performance.request_size",
  ]);
  assert.equal(prompt, undefined);
  assert.equal(hash, sha1(deep));
  assert.equal(size, deep.length);
});

Deno.test("what is nested too deeply for a document is JSON text in it", async () => {
  const innermost = async (levels: number) => {
    const nested = `${"[".repeat(levels)}7${"]".repeat(levels)}`;
    const text = sampleWith("converse_text", { extra: "@@" }).replace('"@@"', nested);
    let [value] = await fieldsOf(text, ["aws_bedrock.invocation.extra"]);
    while (Array.isArray(value)) value = value[0];
    return value;
  };
  assert.equal(await innermost(24), 7);
  assert.equal(await innermost(26), "[[7]]");
  assert.equal(typeof await innermost(100_000), "string");
});

Deno.test("with metadata_only the document keeps what the table allows, and the metadata that is always allowed", async () => {
  const settings = { ...INTEGRATION, content: "metadata_only", metadata_keys: ["team"], preserve_original_event: true };
  const { body } = await mapped(sampleWith("converse_text", { extra: "x", images: ["x"] }), settings);
  const full = structuredClone((fixture("converse_text.integration.json") as { body: Members }).body) as {
    gen_ai: Members;
    aws_bedrock: { invocation: Members & { output: Members } };
  };
  delete full.gen_ai["prompt"];
  delete full.gen_ai["completion"];
  delete full.gen_ai["input"];
  delete full.gen_ai["output"];
  delete full.aws_bedrock.invocation.output["completion_text"];
  full.aws_bedrock.invocation["requestMetadata"] = { team: "search" };
  assert.deepEqual(body, full);
});

Deno.test("a document without content keeps its time, place and what the table allows", async () => {
  const record = await mapped(sampleText("converse_guardrail_pii_output"), {
    ...INTEGRATION,
    preserve_original_event: true,
    tags: ["preserve_duplicate_custom_fields"],
  });
  const reduced = withoutContent(record);
  const text = JSON.stringify(reduced.body);
  assert.doesNotMatch(text, /anna|acme|EMAIL\}|sha1|customer/);
  assert.equal(at(reduced, "@timestamp"), "2026-03-07T06:10:26.000Z");
  assert.equal(at(reduced, "log.offset"), 4096);
  assert.deepEqual(at(reduced, "gen_ai.compliance.violation_code"), ["EMAIL", "GROUNDING"]);
  assert.equal(at(reduced, "gen_ai.performance.request_size"), 84);
  assert.deepEqual(reduced.attributes, record.attributes);
});

Deno.test("a document that is too large is reduced to its metadata and reports that, once", async () => {
  const text = sampleWith("converse_guardrail_pii_output", {
    extra: { text: "customer" },
    system: "customer",
    messages: [{ content: "customer" }],
    timestamp: "soon",
  });
  const record = await mapped(text, { ...KEEPING_BODIES, preserve_original_event: true, fields: { "labels.a": "b" } });
  const small = withoutBodies(record);
  assert.ok(small);
  assert.doesNotMatch(JSON.stringify(small.body), /anna|EMAIL\}|customer/);
  const problems = at(small, "error.message") as string[];
  assert.equal(problems.length, 2);
  assert.match(String(problems[0]), /^Cannot read the record's timestamp: /);
  assert.match(String(problems[1]), new RegExp(`^Too large .* a record of ${record.origin.sizeBytes} bytes$`));
  assert.equal(at(small, "gen_ai.performance.request_size"), 84);
  assert.equal(at(small, "labels.a"), "b");
  assert.deepEqual(small.attributes, record.attributes);
  assert.ok(small.sizeBytes < record.sizeBytes);
  assert.equal(withoutBodies(small), undefined);
});

for (const encoding of ["proto", "json"] as const) {
  Deno.test(`the document arrives with the types of the table (${encoding})`, async () => {
    const record = await mapped(exchange({ temperature: 1, top_p: "0", top_k: 40, max_tokens: 9 }, {}), INTEGRATION);
    const bytes = createLogsEncoder(encoding, typesIn(INVOCATION_FIELDS))([record]);
    const [decoded] = decodeLogsRequest(bytes, contentType(encoding));
    assert.deepEqual(decoded?.body, record.body);
    const types = ["temperature", "top_p", "top_k", "max_tokens"].map((name) =>
      decoded?.bodyTypes[`gen_ai.request.${name}`]
    );
    assert.deepEqual(types, ["doubleValue", "doubleValue", "doubleValue", "intValue"]);
    const text = JSON.stringify(decoded?.body).length;
    assert.ok(record.sizeBytes > text && record.sizeBytes < text + 4000, `${record.sizeBytes} for ${text}`);
  });
}

Deno.test("of messages that are no objects nothing stands where Elasticsearch takes objects only", async () => {
  for (const element of [true, "text", 7, [1], { ["k".repeat(40_000)]: 1 }]) {
    const request = { messages: [element, { role: "user", content: [{ text: "Hi" }] }] };
    const { body } = await mapped(sampleWith("converse_text", {}, { request }), { mapping: "integration" });
    const { input } = (body as unknown as { gen_ai: { input: { messages: unknown } } }).gen_ai;
    assert.deepEqual(input.messages, [{ role: "user", content: [{ text: "Hi" }] }]);
  }
});
