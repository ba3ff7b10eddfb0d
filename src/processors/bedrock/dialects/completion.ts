/** What the dialects of prompt-shaped bodies share: a text goes in, texts come out. */
import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { type JsonObject, nonEmpty, textOf } from "../read/json.ts";
import { finishReasonOf, type OutputMessage, type Part } from "./messages.ts";
import { NO_USAGE, type Usage } from "./usage.ts";
import type { ModelRequest, ModelResponse, OperationName } from "./dialect.ts";

/** The request of a prompt. */
export function promptRequest(
  prompt: unknown,
  { operation = "text_completion", parameters, outputType = "text" }: {
    operation?: OperationName;
    parameters: InvocationAttributes;
    outputType?: ModelRequest["outputType"];
  },
): ModelRequest {
  const prompts = (Array.isArray(prompt) ? prompt : [prompt]).filter((text) => textOf(text) !== undefined) as string[];
  const parts = prompts.map((content): Part => ({ type: "text", content }));
  return {
    operation,
    parameters,
    outputType: operation === "embeddings" ? undefined : outputType,
    system: undefined,
    messages: parts.length > 0 ? [{ role: "user", parts }] : undefined,
    tools: undefined,
    kinds: new Set(parts.length > 0 ? ["text"] : []),
  };
}

/** One of the texts that a model answered, and why it stopped there. */
export interface Completion {
  readonly text: unknown;
  readonly reason: unknown;
}

/** The response of texts, each a message of its own. */
export function textResponse(
  completions: readonly Completion[],
  { body, usage = NO_USAGE, operation = "text_completion" }: {
    body: JsonObject;
    usage?: Usage;
    operation?: OperationName;
  },
): ModelResponse {
  const messages = completions.map(({ text, reason }): OutputMessage => ({
    role: "assistant",
    parts: typeof text === "string" ? [{ type: "text", content: text }] : [],
    finish_reason: finishReasonOf(textOf(reason)),
  })).filter(({ parts }) => parts.length > 0);
  return {
    operation,
    id: textOf(body["id"]),
    model: textOf(body["model"]),
    finishReasons: reasonsOf(completions.map(({ reason }) => reason)),
    usage,
    messages: nonEmpty(messages),
  };
}

/** The reasons that are texts; undefined when none is. */
export function reasonsOf(reasons: readonly unknown[]): string[] | undefined {
  const texts = reasons.filter((reason) => textOf(reason) !== undefined) as string[];
  return texts.length > 0 ? texts : undefined;
}

/** Puts the text of a stream's elements together, and the last reason that any of them has. */
export function joined(
  events: readonly unknown[],
  completionOf: (event: unknown) => Completion,
): { text: string; reason: string | undefined } {
  let text = "";
  let reason: string | undefined;
  for (const event of events) {
    const completion = completionOf(event);
    if (typeof completion.text === "string") text += completion.text;
    reason = textOf(completion.reason) ?? reason;
  }
  return { text, reason };
}
