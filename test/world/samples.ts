/** Model invocation logs as Bedrock writes them: realistic, deterministic, of a wanted size. */

export type SampleShape = "anthropic" | "anthropic_stream" | "converse" | "converse_stream" | "error" | "metadata_only";

export interface SampleOptions {
  readonly shape?: SampleShape;
  /** About how many UTF-8 bytes the record's JSON has; the texts are filled up to it. Default: as it comes. */
  readonly sizeBytes?: number;
  /** Makes a text of about so many bytes; default: random words. */
  readonly textOf?: (bytes: number, random: () => number) => string;
}

/** An invocation record; the fields that tests look at are typed. */
export interface Sample {
  readonly schemaType: string;
  readonly requestId: string;
  readonly timestamp: string;
  readonly modelId: string;
  readonly [field: string]: unknown;
}

const SHAPES: readonly SampleShape[] = ["anthropic", "converse", "anthropic_stream", "converse_stream"];
/** UTF-8 bytes of a record besides its texts. */
const FRAME_BYTES = 1300;

/** The record with this number: the same number and options give the same record. */
export function sample(
  number: number,
  { shape = shapeOf(number), sizeBytes = 2000, textOf }: SampleOptions = {},
): Sample {
  const random = generator(number + 1);
  const textBytes = Math.max(20, sizeBytes - FRAME_BYTES);
  // Texts beyond Latin-1 take twice the memory and more time: half of the records of each shape have such.
  const words = Math.floor(number / SHAPES.length) % 2 === 0 ? PLAIN_WORDS : WORDS;
  const make = textOf ?? ((bytes) => text(bytes, { words, random }));
  const prompt = make(Math.round(textBytes * 0.6), random);
  const answer = make(Math.round(textBytes * 0.4), random);
  const tokens = { input: Math.ceil(prompt.length / 4), output: Math.ceil(answer.length / 4) };
  const common = {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: new Date(Date.UTC(2026, 2, 2) + number * 1000).toISOString().replace(".000Z", "Z"),
    accountId: "123456789012",
    identity: { arn: `arn:aws:sts::123456789012:assumed-role/BedrockApp/session-${number % 17}` },
    region: "us-east-1",
    requestId: `${hex(number, 8)}-1111-4222-8333-${hex(number, 12)}`,
  };
  return { ...common, ...BODIES[shape]({ number, prompt, answer, tokens }) };
}

/** Records with the numbers from `first` on. */
export function samples(count: number, { first = 0, ...options }: SampleOptions & { first?: number } = {}): Sample[] {
  return Array.from({ length: count }, (_, index) => sample(first + index, options));
}

interface Texts {
  readonly number: number;
  readonly prompt: string;
  readonly answer: string;
  readonly tokens: { readonly input: number; readonly output: number };
}

type Body = { modelId: string } & Record<string, unknown>;

const BODIES: Readonly<Record<SampleShape, (texts: Texts) => Body>> = {
  anthropic: (texts) => anthropic(texts, "InvokeModel", anthropicMessage(texts)),
  anthropic_stream: (texts) => anthropic(texts, "InvokeModelWithResponseStream", anthropicEvents(texts)),
  converse: (texts) => converse(texts, "Converse"),
  converse_stream: (texts) => converse(texts, "ConverseStream"),
  error: ({ prompt }) => ({
    operation: "Converse",
    modelId: "anthropic.claude-3-opus-20240229-v1:0",
    errorCode: "ThrottlingException",
    input: {
      inputContentType: "application/json",
      inputBodyJson: { messages: [{ role: "user", content: [{ text: prompt }] }] },
    },
    output: { outputContentType: "application/json" },
  }),
  metadata_only: ({ tokens }) => ({
    operation: "Converse",
    modelId: "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab12cd34ef56",
    input: { inputContentType: "application/json", inputTokenCount: tokens.input },
    output: { outputContentType: "application/json", outputTokenCount: tokens.output },
  }),
};

function anthropic({ number, prompt, tokens }: Texts, operation: string, outputBodyJson: unknown): Body {
  return {
    operation,
    modelId: "us.anthropic.claude-sonnet-4-20250514-v1:0",
    input: {
      inputContentType: "application/json",
      inputBodyJson: {
        anthropic_version: "bedrock-2023-05-31",
        max_tokens: 1024,
        temperature: number % 2 === 0 ? 1 : 0.2,
        top_p: 0.95,
        system: "You are a careful assistant of a shop for gardeners. Answer in the customer's language.",
        messages: [
          { role: "user", content: [{ type: "text", text: prompt }] },
        ],
      },
      inputTokenCount: tokens.input,
    },
    output: { outputContentType: "application/json", outputBodyJson, outputTokenCount: tokens.output },
  };
}

function anthropicMessage({ answer, tokens }: Texts): unknown {
  return {
    id: "msg_bdrk_01AaBbCcDd",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-20250514",
    content: [{ type: "text", text: answer }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage: { input_tokens: tokens.input, output_tokens: tokens.output, cache_read_input_tokens: 0 },
  };
}

function anthropicEvents({ answer, tokens }: Texts): unknown {
  const pieces = answer.match(/[^]{1,400}/g) ?? [];
  return [
    {
      type: "message_start",
      message: {
        id: "msg_bdrk_02AaBbCcDd",
        type: "message",
        role: "assistant",
        model: "claude-sonnet-4-20250514",
        content: [],
        stop_reason: null,
        usage: { input_tokens: tokens.input, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...pieces.map((piece) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: tokens.output } },
    {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: tokens.input,
        outputTokenCount: tokens.output,
        invocationLatency: 1530,
        firstByteLatency: 410,
      },
    },
  ];
}

function converse({ prompt, answer, tokens }: Texts, operation: string): Body {
  return {
    operation,
    modelId: "amazon.nova-pro-v1:0",
    input: {
      inputContentType: "application/json",
      inputBodyJson: {
        system: [{ text: "You are a careful assistant of a shop for gardeners." }],
        messages: [{ role: "user", content: [{ text: prompt }] }],
        inferenceConfig: { maxTokens: 300, temperature: 0.7, topP: 0.9, stopSequences: ["END"] },
      },
      inputTokenCount: tokens.input,
    },
    output: {
      outputContentType: "application/json",
      outputBodyJson: {
        output: { message: { role: "assistant", content: [{ text: answer }] } },
        stopReason: "end_turn",
        metrics: { latencyMs: 640 },
        usage: {
          inputTokens: tokens.input,
          outputTokens: tokens.output,
          totalTokens: tokens.input + tokens.output,
        },
      },
      outputTokenCount: tokens.output,
    },
    requestMetadata: { session_id: "s-77", team: "search" },
  };
}

function shapeOf(number: number): SampleShape {
  return SHAPES[number % SHAPES.length] as SampleShape;
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, "0");
}

const SYLLABLES =
  ("ba be bi bo bu da de do fa fi ga ge gi ha he ho ka ke ki ko la le li lo ma me mi mo na ne ni no pa " +
    "pe po ra re ri ro sa se si so ta te ti to va ve vi wa we zu").split(" ");
/** Words with frequencies about as in a language, so that texts compress about as well (to a third). */
const PLAIN_WORDS = vocabulary(4000, SYLLABLES);
const WORDS = vocabulary(4000, [...SYLLABLES, "än", "ör", "ча"]);

function vocabulary(count: number, syllables: readonly string[]): string[] {
  const random = generator(7);
  return Array.from({ length: count }, () => {
    const length = 1 + Math.floor(random() * 4);
    return Array.from({ length }, () => syllables[Math.floor(random() * syllables.length)]).join("");
  });
}

/** Words, numbers, line breaks and quotes of about `bytes` UTF-8 bytes. */
function text(bytes: number, { words, random }: { words: readonly string[]; random: () => number }): string {
  const parts: string[] = [];
  let size = 0;
  while (size < bytes) {
    const dice = random();
    const word = dice < 0.05
      ? String(Math.floor(random() * 1e6))
      : words[Math.floor(words.length ** random())] as string;
    const end = dice > 0.97 ? ".\n" : dice > 0.9 ? ", " : dice > 0.88 ? ' "' : " ";
    parts.push(word, end);
    size += word.length + end.length;
  }
  return parts.join("");
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
