/** What all dialects make of a body's parts: empty lists are absent, reasons to stop get the conventions' words. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { isNumber, isObject, type JsonObject, jsonTextOf, nonEmpty, textOf, textsOf } from "../read/json.ts";
import type { ManagedPrompt, ModelRequest, ModelResponse, OperationName } from "./dialect.ts";
import { finishReasonOf, type Message, type OutputMessage, type Part, type Parts } from "./messages.ts";
import { withThoughtsApart } from "./reasoning_tags.ts";
import { toolChoiceOf, toolsOf } from "./tools.ts";
import { type Usage, usageOf } from "./usage.ts";

/** What a dialect reads of a request. */
export interface RequestParts {
  readonly operation?: OperationName;
  readonly parameters: InvocationAttributes;
  readonly outputType?: ModelRequest["outputType"];
  readonly system?: Part[];
  readonly messages: Message[];
  /** The list of tools as logged, and which of them are to be used. */
  readonly tools?: unknown;
  readonly toolChoice?: unknown;
  /** As logged. */
  readonly metadata?: unknown;
  readonly conversation?: string | undefined;
  readonly prompt?: ManagedPrompt | undefined;
  readonly kinds: ReadonlySet<string>;
}

export function requestOf(
  { operation = "chat", parameters, outputType = "text", system = [], messages, kinds, ...others }: RequestParts,
): ModelRequest {
  const { tools, toolChoice, metadata, conversation, prompt } = others;
  return {
    operation,
    parameters,
    outputType: operation === "embeddings" || operation === "rerank" ? undefined : outputType,
    system: nonEmpty(system),
    messages: nonEmpty(messages),
    tools: toolsOf(tools),
    toolChoice: toolChoiceOf(toolChoice),
    metadata: isObject(metadata) && isMetadata(metadata) ? metadata : undefined,
    conversation,
    prompt,
    kinds,
  };
}

/** As many pairs, and as long values, as OpenAI allows; Anthropic has one. Nothing bounds what a caller may write. */
const MAX_PAIRS = 16;
const MAX_LENGTH = 512;

function isMetadata(metadata: JsonObject): boolean {
  const values = Object.values(metadata);
  return values.length <= MAX_PAIRS && values.every((value) => typeof value === "string" && value.length <= MAX_LENGTH);
}

/** The request that is one input instead of messages: a prompt, its images, texts to embed. */
export function inputRequest(
  { parts, kinds }: Parts,
  { operation = "text_completion", ...options }: Omit<RequestParts, "messages" | "kinds">,
): ModelRequest {
  return requestOf({ ...options, operation, messages: parts.length > 0 ? [{ role: "user", parts }] : [], kinds });
}

/** One of the answers in a response, and why the model stopped there. */
export interface Answer {
  readonly role?: unknown;
  readonly parts: Part[];
  readonly reason: unknown;
}

interface ResponseOptions {
  readonly operation?: OperationName;
  readonly id?: unknown;
  readonly usage?: Usage;
  /** In the provider's words; those of the answers unless given. */
  readonly reasons?: readonly unknown[];
  readonly conversation?: string | undefined;
  /** As logged. */
  readonly additionalFields?: unknown;
}

/** The response of these answers; `body` names id, model and usage unless the options do. */
export function responseOf(
  body: JsonObject,
  answers: readonly Answer[],
  {
    operation = "chat",
    id = body["id"],
    usage = usageOf(body),
    reasons = answers.map(({ reason }) => reason),
    conversation,
    additionalFields,
  }: ResponseOptions = {},
): ModelResponse {
  const messages: OutputMessage[] = [];
  for (const { role, parts, reason } of answers) {
    if (parts.length === 0) continue;
    messages.push({
      role: textOf(role) ?? "assistant",
      parts: withThoughtsApart(parts),
      finish_reason: finishReasonOf(textOf(reason)),
    });
  }
  return {
    operation,
    id: isNumber(id) ? jsonTextOf(id) : textOf(id),
    model: textOf(body["model"]),
    finishReasons: textsOf(reasons),
    usage,
    messages: nonEmpty(messages),
    conversation,
    additionalFields: isObject(additionalFields) && Object.values(additionalFields).some((value) => value !== null)
      ? additionalFields
      : undefined,
  };
}
