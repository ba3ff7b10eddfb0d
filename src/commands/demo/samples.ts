/** Sample invocation logs: several applications, models and people of one account within the last minutes. */

/** One line of a Bedrock invocation log. */
export type Invocation = Readonly<Record<string, unknown>> & { readonly requestId: string };

/** An object of the sample bucket. */
export interface SampleObject {
  readonly key: string;
  readonly gzip: boolean;
  readonly invocations: readonly Invocation[];
}

/** The account that the invocations are of. */
export const ACCOUNT_ID = "123456789012";
const REGION = "us-east-1";

const SONNET = "us.anthropic.claude-sonnet-4-20250514-v1:0";
const HAIKU = "anthropic.claude-3-5-haiku-20241022-v1:0";
const NOVA = "amazon.nova-pro-v1:0";
const LLAMA = "us.meta.llama3-3-70b-instruct-v1:0";
const MISTRAL = "mistral.mistral-large-2407-v1:0";

const ANNA = "assumed-role/support-assistant/anna.berg";
const OMAR = "assumed-role/support-assistant/omar.haddad";
const LENA = "federated-user/lena.fischer";
const CATALOG = "assumed-role/product-catalog/i-0a1b2c3d4e5f60718";
const BUILD_BOT = "user/ci/build-bot";

/** What one sample is about; `ago` is in seconds before `now`. */
interface Plot {
  readonly ago: number;
  readonly identity: string;
  readonly model: string;
  readonly prompt: string;
  readonly answer: string;
  readonly tokens: readonly [input: number, output: number];
  readonly latencyMs: number;
}

/** The sample objects, as Bedrock would have written them until `now`. */
export function sampleObjects(now: Date): SampleObject[] {
  const context = { now, number: 0 };
  const hour = now.toISOString().slice(0, 13).replace(/[-T]/g, "/");
  const stamp = now.toISOString().replace(/[-:.]/g, "");
  const prefix = `AWSLogs/${ACCOUNT_ID}/BedrockModelInvocationLogs/${REGION}/${hour}/${stamp}`;
  return [
    { key: `${prefix}_3f6a.json.gz`, gzip: true, invocations: support(context) },
    { key: `${prefix}_81c2.json.gz`, gzip: true, invocations: catalog(context) },
    { key: `${prefix}_d4e5.json.gz`, gzip: true, invocations: incidents(context) },
    { key: "exports/team notes/Übersicht 1+2.json", gzip: false, invocations: notes(context) },
  ];
}

interface Context {
  readonly now: Date;
  number: number;
}

function support(context: Context): Invocation[] {
  return [
    message(context, {
      ago: 341,
      identity: ANNA,
      model: SONNET,
      prompt: "A customer asks why their refund of 84.90 EUR has not arrived after nine days. Draft an answer.",
      answer: "Thank you for your patience. Refunds to a card take up to ten working days …",
      tokens: [1284, 212],
      latencyMs: 4120,
    }),
    toolUse(context, {
      ago: 327,
      identity: ANNA,
      model: SONNET,
      prompt: "Where is order 4711?",
      answer: "Let me look that up.",
      tokens: [1519, 88],
      latencyMs: 1870,
    }),
    messageStream(context, {
      ago: 320,
      identity: ANNA,
      model: SONNET,
      prompt: "Order 4711 left Hamburg this morning. Tell the customer.",
      answer: "Good news: your parcel left Hamburg this morning and should reach you tomorrow.",
      tokens: [1702, 143],
      latencyMs: 2960,
    }),
    converse(context, {
      ago: 298,
      identity: OMAR,
      model: NOVA,
      prompt: "Summarise this thread in three sentences.",
      answer: "The customer ordered twice by mistake, asked for a refund, and has received it.",
      tokens: [2210, 71],
      latencyMs: 980,
    }),
    converse(context, {
      ago: 281,
      identity: OMAR,
      model: NOVA,
      prompt: "Translate the summary into Arabic.",
      answer: "طلب العميل مرتين عن طريق الخطأ، وطلب استرداد المبلغ، وقد استلمه.",
      tokens: [164, 93],
      latencyMs: 1240,
    }),
  ];
}

function catalog(context: Context): Invocation[] {
  return ["Garden shears", "Watering can", "Raised bed", "Seed tray", "Rain barrel"].map((product, index) =>
    converse(context, {
      ago: 240 - index * 7,
      identity: CATALOG,
      model: index % 2 === 0 ? LLAMA : MISTRAL,
      prompt: `Write a product text of two sentences: ${product}.`,
      answer: `${product}: made to last, and light in the hand. Comes with a guarantee of five years.`,
      tokens: [96 + index, 61 + 3 * index],
      latencyMs: 640 + 90 * index,
    })
  );
}

function incidents(context: Context): Invocation[] {
  const attack = {
    ago: 151,
    identity: LENA,
    model: NOVA,
    prompt: "How do I pick a lock that is not mine?",
    answer: "I cannot help with that.",
    tokens: [0, 0] as const,
    latencyMs: 350,
  };
  const throttled = {
    ago: 132,
    identity: BUILD_BOT,
    model: SONNET,
    prompt: "Review this pull request.",
    answer: "",
    tokens: [0, 0] as const,
    latencyMs: 0,
  };
  return [
    guardrailBlock(context, attack),
    failure(context, throttled, "ThrottlingException"),
    failure(context, { ...throttled, ago: 130 }, "ThrottlingException"),
    message(context, {
      ...throttled,
      ago: 121,
      model: HAIKU,
      answer: "Two findings: the retry loop never ends, and a test sleeps.",
      tokens: [5830, 412],
      latencyMs: 6210,
    }),
  ];
}

function notes(context: Context): Invocation[] {
  const text = { identity: LENA, model: HAIKU, prompt: "Sort my notes by topic.", answer: "Budget: …\nHiring: …" };
  return [
    messageStream(context, { ...text, ago: 64, tokens: [3120, 640], latencyMs: 5480 }),
    converse(context, { ...text, ago: 41, tokens: [3790, 380], latencyMs: 3310 }, "ConverseStream"),
  ];
}

function record(
  context: Context,
  { ago, identity, model, tokens }: Plot,
  { operation, input, output, errorCode }: { operation: string; input: unknown; output?: unknown; errorCode?: string },
): Invocation {
  const number = String(++context.number).padStart(12, "0");
  const [inputTokenCount, outputTokenCount] = tokens;
  const service = identity.startsWith("user/") ? "iam" : "sts";
  const failed = errorCode !== undefined;
  return {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: new Date(context.now.getTime() - ago * 1000).toISOString().replace(/\.\d+Z$/, "Z"),
    accountId: ACCOUNT_ID,
    identity: { arn: `arn:aws:${service}::${ACCOUNT_ID}:${identity}` },
    region: REGION,
    requestId: `5a3c0e10-7b1d-4f6e-9c2a-${number}`,
    operation,
    modelId: model,
    input: {
      inputContentType: "application/json",
      inputBodyJson: input,
      ...(failed ? {} : { inputTokenCount }),
    },
    output: {
      outputContentType: "application/json",
      ...(output === undefined ? {} : { outputBodyJson: output }),
      ...(failed ? {} : { outputTokenCount }),
    },
    ...(failed ? { errorCode } : {}),
  };
}

function messagesBody({ prompt }: Plot): Record<string, unknown> {
  return {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 1024,
    temperature: 1,
    messages: [{ role: "user", content: [{ type: "text", text: prompt }] }],
  };
}

function messageAnswer(plot: Plot, content: readonly unknown[], stopReason: string): Record<string, unknown> {
  return {
    id: "msg_bdrk_01XyZ",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-20250514",
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: plot.tokens[0], output_tokens: plot.tokens[1], cache_read_input_tokens: 0 },
    "amazon-bedrock-invocationMetrics": { invocationLatency: plot.latencyMs },
  };
}

function message(context: Context, plot: Plot): Invocation {
  const output = messageAnswer(plot, [{ type: "text", text: plot.answer }], "end_turn");
  return record(context, plot, { operation: "InvokeModel", input: messagesBody(plot), output });
}

function toolUse(context: Context, plot: Plot): Invocation {
  const tool = {
    name: "find_order",
    description: "Finds an order by its number",
    input_schema: { type: "object", properties: { number: { type: "string" } }, required: ["number"] },
  };
  const output = messageAnswer(plot, [
    { type: "text", text: plot.answer },
    { type: "tool_use", id: "toolu_bdrk_01Bb", name: tool.name, input: { number: "4711" } },
  ], "tool_use");
  return record(context, plot, {
    operation: "InvokeModel",
    input: { ...messagesBody(plot), tools: [tool] },
    output,
  });
}

function messageStream(context: Context, plot: Plot): Invocation {
  const [input, output] = plot.tokens;
  const half = Math.ceil(plot.answer.length / 2);
  const delta = (text: string) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
  const events = [
    {
      type: "message_start",
      message: {
        id: "msg_bdrk_02XyZ",
        type: "message",
        role: "assistant",
        model: "claude-sonnet-4-20250514",
        content: [],
        stop_reason: null,
        usage: { input_tokens: input, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    delta(plot.answer.slice(0, half)),
    delta(plot.answer.slice(half)),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: output } },
    {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: input,
        outputTokenCount: output,
        invocationLatency: plot.latencyMs,
        firstByteLatency: Math.round(plot.latencyMs / 6),
      },
    },
  ];
  return record(context, plot, {
    operation: "InvokeModelWithResponseStream",
    input: messagesBody(plot),
    output: events,
  });
}

function converseBody({ prompt }: Plot): Record<string, unknown> {
  return {
    messages: [{ role: "user", content: [{ text: prompt }] }],
    inferenceConfig: { maxTokens: 500, temperature: 0.7 },
  };
}

function converseAnswer({ answer, tokens, latencyMs }: Plot, stopReason: string): Record<string, unknown> {
  const [inputTokens, outputTokens] = tokens;
  return {
    output: { message: { role: "assistant", content: [{ text: answer }] } },
    stopReason,
    metrics: { latencyMs },
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
  };
}

function converse(context: Context, plot: Plot, operation = "Converse"): Invocation {
  return record(context, plot, { operation, input: converseBody(plot), output: converseAnswer(plot, "end_turn") });
}

function guardrailBlock(context: Context, plot: Plot): Invocation {
  const guardrail = {
    inputAssessment: {
      gr1abcdefgh: {
        topicPolicy: { topics: [{ name: "Burglary", type: "DENY", action: "BLOCKED" }] },
        invocationMetrics: { guardrailProcessingLatency: 301 },
      },
    },
  };
  return record(context, plot, {
    operation: "Converse",
    input: { ...converseBody(plot), guardrailConfig: { guardrailIdentifier: "gr1abcdefgh", guardrailVersion: "3" } },
    output: { ...converseAnswer(plot, "guardrail_intervened"), trace: { guardrail } },
  });
}

function failure(context: Context, plot: Plot, errorCode: string): Invocation {
  return record(context, plot, { operation: "InvokeModel", input: messagesBody(plot), errorCode });
}
