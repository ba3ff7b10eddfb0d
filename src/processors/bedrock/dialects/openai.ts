/**
 * OpenAI's chat completions, the shape of many vendors: OpenAI, DeepSeek, Mistral, Qwen, AI21 Jamba, Writer, …
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 */
import { isObject, type JsonObject, jsonTextOf, listOf, nonEmpty, objectOf, parsedJson, textOf } from "../read/json.ts";
import { mediaTypeOf } from "./media.ts";
import {
  addImageUrl,
  addMedium,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  finishReasonOf,
  type Message,
  type OutputMessage,
  type Part,
  type Parts,
  type ToolDefinition,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { usageOf } from "./usage.ts";
import { promptRequest, reasonsOf } from "./completion.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const openai: Dialect = {
  recognises: ({ request, response, events }) =>
    Array.isArray(response?.["choices"]) ||
    events?.slice(0, 3).some((event) => Array.isArray(objectOf(event)["choices"])) === true ||
    Array.isArray(request?.["messages"]),
  request,
  response,
  stream,
};

function request(body: JsonObject): ModelRequest {
  const parameters = parametersOf(body);
  const outputType = /^json/.test(textOf(objectOf(body["response_format"])["type"]) ?? "") ? "json" : "text";
  if (!Array.isArray(body["messages"])) return promptRequest(body["prompt"], { parameters, outputType });
  const kinds = new Set<string>();
  const messages = body["messages"].map(objectOf).map((message): Message => ({
    role: textOf(message["role"]) ?? "user",
    parts: partsOf(message, kinds),
  }));
  const tools = listOf(body["tools"]).map(toolOf).filter((tool) => tool !== undefined);
  return {
    operation: "chat",
    parameters,
    outputType,
    system: undefined,
    messages: nonEmpty(messages),
    tools: nonEmpty(tools),
    kinds,
  };
}

function response(body: JsonObject): ModelResponse {
  const choices = listOf(body["choices"]).map(objectOf);
  const messages = choices.map((choice): OutputMessage => {
    const message = isObject(choice["message"]) ? choice["message"] : { content: choice["text"] };
    return {
      role: textOf(message["role"]) ?? "assistant",
      parts: partsOf(message, new Set()),
      finish_reason: finishReasonOf(textOf(reasonOf(choice))),
    };
  }).filter(({ parts }) => parts.length > 0);
  return {
    operation: choices.some(({ message }) => isObject(message)) ? "chat" : "text_completion",
    id: textOf(body["id"]),
    model: textOf(body["model"]),
    finishReasons: reasonsOf(choices.map(reasonOf)),
    usage: usageOf(body["usage"]),
    messages: nonEmpty(messages),
  };
}

function reasonOf(choice: JsonObject): unknown {
  return choice["finish_reason"] ?? choice["stop_reason"];
}

function toolOf(tool: unknown): ToolDefinition | undefined {
  const { function: definition } = objectOf(tool);
  if (!isObject(definition)) return undefined;
  const { description, parameters } = definition;
  return {
    type: "function",
    name: textOf(definition["name"]) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    ...parameters === undefined ? undefined : { parameters },
  };
}

function partsOf(message: JsonObject, kinds: Set<string>): Part[] {
  const result: Parts = { parts: [], kinds };
  const { content, tool_calls, tool_call_id } = message;
  if (typeof message["reasoning_content"] === "string") addReasoning(result, message["reasoning_content"]);
  if (message["role"] === "tool") addToolResponse(result, { id: tool_call_id, response: content });
  else if (typeof content === "string") { if (content !== "") addText(result, content); }
  else for (const block of listOf(content)) addBlock(result, block);
  for (const call of listOf(tool_calls).map(objectOf)) {
    const { name, arguments: json } = objectOf(call["function"]);
    addToolCall(result, {
      id: call["id"],
      name,
      arguments: typeof json === "string" ? parsedJson(json) ?? json : json,
    });
  }
  return result.parts;
}

function addBlock(result: Parts, value: unknown): void {
  const block = objectOf(value);
  const { data: sound, format } = objectOf(block["input_audio"]);
  const url = textOf(objectOf(block["image_url"])["url"]) ?? textOf(block["image_url"]);
  if (typeof block["text"] === "string") return addText(result, block["text"]);
  if (textOf(sound) !== undefined) {
    const mediaType = mediaTypeOf("audio", textOf(format));
    return addMedium(result, { modality: "audio", mediaType, kind: mediaType, data: sound, uri: undefined });
  }
  if (url === undefined) return void result.parts.push({ type: "other", content: jsonTextOf(value) ?? "" });
  addImageUrl(result, url);
}

/** What the deltas of one choice add up to. */
interface OpenChoice {
  /** Whether it is a message, or a bare text. */
  isMessage: boolean;
  content: string;
  reasoning: string;
  reason: unknown;
  readonly calls: Map<unknown, { id: unknown; name: unknown; json: string }>;
}

function stream(events: readonly unknown[]): JsonObject {
  const choices = new Map<unknown, OpenChoice>();
  const body: Record<string, unknown> = {};
  for (const event of events) {
    const { id, model, usage, choices: changed } = objectOf(event);
    body["id"] ??= id;
    body["model"] ??= model;
    if (isObject(usage)) body["usage"] = usage;
    for (const choice of listOf(changed).map(objectOf)) addDelta(openChoice(choices, choice["index"]), choice);
  }
  return { ...body, choices: [...choices.values()].map(closed) };
}

function openChoice(choices: Map<unknown, OpenChoice>, index: unknown): OpenChoice {
  const open = choices.get(index) ??
    { isMessage: false, content: "", reasoning: "", reason: undefined, calls: new Map() };
  choices.set(index, open);
  return open;
}

function addDelta(open: OpenChoice, choice: JsonObject): void {
  const delta = objectOf(choice["delta"] ?? choice["message"]);
  const text = delta["content"] ?? choice["text"];
  open.isMessage ||= choice["delta"] !== undefined || choice["message"] !== undefined;
  if (typeof text === "string") open.content += text;
  if (typeof delta["reasoning_content"] === "string") open.reasoning += delta["reasoning_content"];
  open.reason = reasonOf(choice) ?? open.reason;
  for (const { index, id, function: called } of listOf(delta["tool_calls"]).map(objectOf)) {
    const { name, arguments: json } = objectOf(called);
    // Mistral sends a call at once, without an index.
    const key = index ?? id;
    const call = open.calls.get(key) ?? { id: undefined, name: undefined, json: "" };
    open.calls.set(key, {
      id: call.id ?? id,
      name: call.name ?? name,
      json: typeof json === "string" ? call.json + json : call.json,
    });
  }
}

function closed({ isMessage, content, reasoning, reason, calls }: OpenChoice): JsonObject {
  if (!isMessage) return { text: content, finish_reason: reason };
  const tool_calls = [...calls.values()].map(({ id, name, json }) => ({ id, function: { name, arguments: json } }));
  const message = {
    role: "assistant",
    content,
    ...reasoning === "" ? undefined : { reasoning_content: reasoning },
    tool_calls,
  };
  return { message, finish_reason: reason };
}
