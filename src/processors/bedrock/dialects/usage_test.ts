import assert from "node:assert/strict";
import { mapped, sampleText, sampleWith } from "../../../../test/world/bedrock_records.ts";

type Counts = readonly (number | undefined)[];

interface Case {
  readonly name: string;
  readonly operation?: string;
  readonly modelId?: string;
  readonly logged?: Record<string, number>;
  readonly loggedOutput?: number;
  readonly response: unknown;
  /** Input, output, read from and written to the cache, reasoning. */
  readonly counts: Counts;
}

const ANTHROPIC = { type: "message", role: "assistant", content: [{ type: "text", text: "Hi" }] };
const CONVERSE = { output: { message: { role: "assistant", content: [{ text: "Hi" }] } }, stopReason: "end_turn" };
const CHOICES = [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }];
const MEASURED = { inputTokenCount: 7, outputTokenCount: 3, cacheReadInputTokenCount: 5, cacheWriteInputTokenCount: 2 };
const SEPARATE = { inputTokens: 10, outputTokens: 4, cacheReadInputTokens: 100, cacheWriteInputTokens: 20 };

const CASES: readonly Case[] = [
  {
    name: "Anthropic's cached tokens are added to the input",
    response: {
      ...ANTHROPIC,
      usage: { input_tokens: 10, output_tokens: 4, cache_read_input_tokens: 100, cache_creation_input_tokens: 20 },
    },
    counts: [130, 4, 100, 20],
  },
  {
    name: "in an Anthropic stream each count is the last one of its name",
    operation: "InvokeModelWithResponseStream",
    response: [
      { type: "message_start", message: { ...ANTHROPIC, content: [], usage: { input_tokens: 10, output_tokens: 1 } } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 4, input_tokens: null } },
      { type: "message_stop" },
    ],
    counts: [10, 4],
  },
  {
    name: "Converse's cached tokens are added to the input",
    operation: "Converse",
    response: { ...CONVERSE, usage: { ...SEPARATE, totalTokens: 14 } },
    counts: [130, 4, 100, 20],
  },
  {
    name: "a ConverseStream of OpenAI's models has cached tokens in its input already",
    operation: "ConverseStream",
    modelId: "us.openai.gpt-5.6",
    response: { ...CONVERSE, usage: { inputTokens: 4995, outputTokens: 19, cacheWriteInputTokens: 4993 } },
    counts: [4995, 19, undefined, 4993],
  },
  {
    name: "and its events as well, whose log counts likewise",
    operation: "ConverseStream",
    modelId: "openai.gpt-5.6",
    logged: { inputTokenCount: 4995, cacheWriteInputTokenCount: 4993 },
    response: [
      { messageStart: { role: "assistant" } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } } },
      { metadata: { usage: { inputTokens: 4995, outputTokens: 19, cacheWriteInputTokens: 4993 } } },
    ],
    counts: [4995, 19, undefined, 4993],
  },
  {
    name: "where the log has the rest of the input, cached tokens are added to that",
    operation: "ConverseStream",
    modelId: "openai.gpt-5.6",
    logged: { inputTokenCount: 2, cacheWriteInputTokenCount: 4993 },
    response: { ...CONVERSE, usage: { inputTokens: 4995, outputTokens: 19, cacheWriteInputTokens: 4993 } },
    counts: [4995, 19, undefined, 4993],
  },
  {
    name: "the same call without a stream has the rest of the input",
    operation: "Converse",
    modelId: "openai.gpt-5.6",
    response: { ...CONVERSE, usage: { inputTokens: 2, outputTokens: 19, cacheWriteInputTokens: 4993 } },
    counts: [4995, 19, undefined, 4993],
  },
  {
    name: "details of OpenAI's chat completions are part of their sums",
    logged: { inputTokenCount: 2006 },
    response: {
      choices: CHOICES,
      usage: {
        prompt_tokens: 2006,
        completion_tokens: 300,
        prompt_tokens_details: { cached_tokens: 1920, cache_write_tokens: 40 },
        completion_tokens_details: { reasoning_tokens: 200 },
      },
    },
    counts: [2006, 300, 1920, 40, 200],
  },
  {
    name: "a log that counts OpenAI's input without the cached tokens gets them added",
    logged: { inputTokenCount: 86 },
    response: {
      choices: CHOICES,
      usage: { prompt_tokens: 2006, completion_tokens: 300, prompt_tokens_details: { cached_tokens: 1920 } },
    },
    counts: [2006, 300, 1920],
  },
  {
    name: "a log whose input has the cached tokens that the body counts apart gets none added",
    logged: { inputTokenCount: 130, cacheReadInputTokenCount: 100, cacheWriteInputTokenCount: 20 },
    operation: "Converse",
    response: { ...CONVERSE, usage: SEPARATE },
    counts: [130, 4, 100, 20],
  },
  {
    name: "a chat stream has its counts in the last chunk, or in several",
    operation: "InvokeModelWithResponseStream",
    response: [
      { choices: [{ index: 0, delta: { content: "Hi" } }], usage: { prompt_tokens: 8 } },
      { choices: [], usage: { completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 2 } } },
    ],
    counts: [8, 5, undefined, undefined, 2],
  },
  {
    name: "Cohere counts in meta",
    response: { generation_id: "g", text: "Hi", meta: { billed_units: { input_tokens: 6, output_tokens: 2 } } },
    counts: [6, 2],
  },
  {
    name: "Cohere's stream counts in its last event",
    operation: "InvokeModelWithResponseStream",
    response: [
      { event_type: "stream-start", generation_id: "g" },
      { event_type: "text-generation", text: "Hi" },
      { event_type: "stream-end", response: { text: "Hi", meta: { tokens: { input_tokens: 6, output_tokens: 2 } } } },
    ],
    counts: [6, 2],
  },
  {
    name: "what is written to the cache is the sum of what is kept for a time, where only that is counted",
    response: {
      ...ANTHROPIC,
      usage: {
        input_tokens: 1,
        output_tokens: 2,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
      },
    },
    counts: [31, 2, undefined, 30],
  },
  {
    name: "a chat stream that ends with nothing counted keeps what it counted before",
    operation: "InvokeModelWithResponseStream",
    response: [
      { choices: [{ index: 0, delta: { content: "Hi" } }], usage: { prompt_tokens: 8, completion_tokens: 5 } },
      { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } },
    ],
    counts: [8, 5],
  },
  {
    name: "a chat stream of Moonshot AI counts in its last choice, with cached tokens beside the others",
    operation: "InvokeModelWithResponseStream",
    response: [
      { choices: [{ index: 0, delta: { content: "Hi" } }] },
      {
        choices: [{
          index: 0,
          delta: {},
          finish_reason: "stop",
          usage: { prompt_tokens: 30, completion_tokens: 4, cached_tokens: 16 },
        }],
      },
    ],
    counts: [30, 4, 16],
  },
  ...[
    ["Writer", { prompt_token_details: { cached_tokens: 16 } }],
    ["DeepSeek", { prompt_cache_hit_tokens: 16, prompt_cache_miss_tokens: 14 }],
  ].map(([vendor, cached]) => ({
    name: `cached tokens of ${vendor} are part of the prompt's`,
    response: { choices: CHOICES, usage: { prompt_tokens: 30, completion_tokens: 4, ...cached as object } },
    counts: [30, 4, 16],
  })),
  {
    name: "a body that no dialect knows has its usage",
    response: { answer: "Hi", usage: { tokens: { input_tokens: 70, output_tokens: 6 }, cached_tokens: 3 } },
    counts: [70, 6, 3],
  },
  {
    name: "and so has a stream",
    operation: "InvokeModelWithResponseStream",
    response: [
      { type: "content-delta", delta: { message: { content: { text: "Hi" } } } },
      { type: "message-end", delta: { usage: { tokens: { input_tokens: 70, output_tokens: 6 } } } },
    ],
    counts: [70, 6],
  },
  {
    name: "where only Bedrock measured, that counts, cached tokens as well",
    operation: "InvokeModelWithResponseStream",
    response: [
      { outputs: [{ text: "Hi", stop_reason: null }] },
      { outputs: [{ text: "", stop_reason: "stop" }], "amazon-bedrock-invocationMetrics": MEASURED },
    ],
    counts: [14, 3, 5, 2],
  },
  {
    name: "the log's own totals come first, unless they count nothing",
    operation: "Converse",
    logged: { inputTokenCount: 11 },
    loggedOutput: 0,
    response: { ...CONVERSE, usage: { inputTokens: 10, outputTokens: 4 } },
    counts: [11, 4],
  },
];

/** The newest conventions have another name for it. */
const CACHE_WRITE = { ecs: "cache_creation.input_tokens", otel: "cache_write.input_tokens" };

for (const { name, operation = "InvokeModel", modelId = "x.y", logged, loggedOutput, response, counts } of CASES) {
  for (const mapping of ["ecs", "otel"] as const) {
    Deno.test(`tokens in mode ${mapping}: ${name}`, async () => {
      const { attributes } = await mapped(
        sampleWith("metadata_only", {
          operation,
          modelId,
          input: { ...logged },
          output: { outputTokenCount: loggedOutput, outputBodyJson: response },
        }),
        { mapping },
      );
      const names = ["input_tokens", "output_tokens", "cache_read.input_tokens", CACHE_WRITE[mapping]];
      const found = [...names, "reasoning.output_tokens"].map((name) => attributes[`gen_ai.usage.${name}`]);
      assert.deepEqual(found, Array.from({ length: 5 }, (_, index) => counts[index]));
    });
  }
}

const BY_MODALITY = {
  "gen_ai.usage.text.input_tokens": 22,
  "gen_ai.usage.audio.input_tokens": 128,
  "gen_ai.usage.text.cache_read.input_tokens": 0,
  "gen_ai.usage.audio.cache_read.input_tokens": 64,
  "gen_ai.usage.image.cache_read.input_tokens": 0,
  "gen_ai.usage.text.output_tokens": 12,
  "gen_ai.usage.audio.output_tokens": 48,
};

function ofModalities(attributes: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => /usage\.(?:text|image|audio)\./.test(name)));
}

Deno.test("details that count each modality leave as such, also in numbers alone and of a conversation by voice", async () => {
  for (const mapping of ["ecs", "otel"]) {
    for (const content of ["full", "metadata_only", "redacted"]) {
      const { attributes } = await mapped(sampleText("chat_completions_audio"), { mapping, content });
      assert.deepEqual(ofModalities(attributes), BY_MODALITY);
      const { attributes: spoken } = await mapped(sampleText("nova_sonic"), { mapping, content });
      assert.deepEqual(ofModalities(spoken), {
        "gen_ai.usage.text.input_tokens": 11,
        "gen_ai.usage.audio.input_tokens": 20,
        "gen_ai.usage.text.output_tokens": 5,
        "gen_ai.usage.audio.output_tokens": 12,
      });
    }
  }
});

Deno.test("with semconv 1.41, which has no counts by modality, they stay in the kept body", async () => {
  const { attributes } = await mapped(sampleText("chat_completions_audio"), { mapping: "otel", semconv: "1.41" });
  assert.deepEqual(ofModalities(attributes), {});
  assert.match(String(attributes["aws_bedrock.invocation.output.body"]), /"text_tokens":22,"audio_tokens":128/);
});

Deno.test("what is written to the cache for the same time at several places is one sum", async () => {
  const cacheDetails = [{ ttl: "5m", inputTokens: 10 }, { ttl: "1h", inputTokens: 20 }, { ttl: "5m", inputTokens: 1 }];
  const usage = { inputTokens: 1, outputTokens: 2, cacheWriteInputTokens: 31, cacheDetails };
  const { attributes } = await mapped(sampleWith("converse_text", {}, { response: { ...CONVERSE, usage } }));
  assert.equal(attributes["aws_bedrock.invocation.usage.cache_write_5m_tokens"], 11);
  assert.equal(attributes["aws_bedrock.invocation.usage.cache_write_1h_tokens"], 20);
});

Deno.test("counts of the cache that stand in fields do not stay in the kept body", async () => {
  for (const counts of [[0, 0], [7, 20]]) {
    const [ephemeral_5m_input_tokens, ephemeral_1h_input_tokens] = counts;
    const cache_creation = { ephemeral_5m_input_tokens, ephemeral_1h_input_tokens };
    const usage = { input_tokens: 1, output_tokens: 2, cache_creation };
    const response = { type: "message", role: "assistant", content: [{ type: "text", text: "Hi" }], usage };
    const members = { input: { inputTokenCount: 1 }, output: { outputTokenCount: 2 } };
    const { attributes } = await mapped(sampleWith("anthropic_invoke_tool_use", members, { response }));
    assert.equal(attributes["aws_bedrock.invocation.usage.cache_write_1h_tokens"], ephemeral_1h_input_tokens);
    assert.equal(attributes["aws_bedrock.invocation.output.body"], undefined);
  }
});
