/**
 * Cohere Command R (chat) and Command (generations).
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 */
import { isObject, type JsonObject, jsonTextOf, listOf, nonEmpty, objectOf, textOf } from "../read/json.ts";
import {
  addText,
  addToolCall,
  addToolResponse,
  finishReasonOf,
  type Message,
  type Parts,
  type ToolDefinition,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { NO_USAGE } from "./usage.ts";
import { joined, promptRequest, reasonsOf, textResponse } from "./completion.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const cohere: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["message"] === "string" ||
    Array.isArray(response?.["generations"]) ||
    typeof response?.["generation_id"] === "string" ||
    events?.slice(0, 3).some(isEvent) === true,
  request: (body) =>
    typeof body["message"] === "string"
      ? chatRequest(body)
      : promptRequest(body["prompt"], { parameters: parametersOf(body) }),
  response: (body) => Array.isArray(body["generations"]) ? generations(body) : chatResponse(body),
  stream,
};

function isEvent(value: unknown): boolean {
  const event = objectOf(value);
  return typeof event["event_type"] === "string" || typeof event["is_finished"] === "boolean";
}

const ROLES: ReadonlyMap<unknown, string> = new Map([["CHATBOT", "assistant"], ["SYSTEM", "system"], ["TOOL", "tool"]]);

function chatRequest(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const preamble = textOf(body["preamble"]);
  const { message, documents, tool_results } = body;
  const asked = { role: "USER", message, documents };
  const results = Array.isArray(tool_results) ? [{ role: "TOOL", tool_results }] : [];
  const messages = [...listOf(body["chat_history"]), asked, ...results].map((turn) => messageOf(objectOf(turn), kinds));
  const tools = listOf(body["tools"]).filter(isObject).map(toolOf);
  return {
    operation: "chat",
    parameters: parametersOf(body),
    outputType: objectOf(body["response_format"])["type"] === "json_object" ? "json" : "text",
    system: preamble === undefined ? undefined : [{ type: "text", content: preamble }],
    messages,
    tools: nonEmpty(tools),
    kinds,
  };
}

function messageOf(turn: JsonObject, kinds: Set<string>): Message {
  const result: Parts = { parts: [], kinds };
  if (turn["message"] !== "") addText(result, turn["message"]);
  for (const document of listOf(turn["documents"])) addText(result, jsonTextOf(document), "document");
  for (const call of listOf(turn["tool_calls"]).filter(isObject)) {
    addToolCall(result, { id: undefined, name: call["name"], arguments: call["parameters"] });
  }
  for (const { outputs } of listOf(turn["tool_results"]).map(objectOf)) {
    addToolResponse(result, { id: undefined, response: outputs });
  }
  return { role: ROLES.get(turn["role"]) ?? "user", parts: result.parts };
}

function toolOf({ name, description, parameter_definitions: parameters }: JsonObject): ToolDefinition {
  return {
    type: "function",
    name: textOf(name) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    ...parameters === undefined ? undefined : { parameters },
  };
}

function chatResponse(body: JsonObject): ModelResponse {
  const { text, finish_reason: reason } = body;
  const result: Parts = { parts: [], kinds: new Set() };
  if (text !== "") addText(result, text);
  for (const call of listOf(body["tool_calls"]).filter(isObject)) {
    addToolCall(result, { id: undefined, name: call["name"], arguments: call["parameters"] });
  }
  const message = { role: "assistant", parts: result.parts, finish_reason: finishReasonOf(textOf(reason)) };
  return {
    operation: "chat",
    id: textOf(body["id"]) ?? textOf(body["response_id"]) ?? textOf(body["generation_id"]),
    model: undefined,
    finishReasons: reasonsOf([reason]),
    usage: NO_USAGE,
    messages: result.parts.length > 0 ? [message] : undefined,
  };
}

function generations(body: JsonObject): ModelResponse {
  const completions = listOf(body["generations"]).map(objectOf).map(({ text, finish_reason }) => ({
    text,
    reason: finish_reason,
  }));
  return textResponse(completions, { body });
}

function stream(events: readonly unknown[]): JsonObject {
  const isChat = events.some((event) => textOf(objectOf(event)["event_type"]) !== undefined);
  return isChat ? chatStream(events.map(objectOf)) : generationsStream(events.map(objectOf));
}

/** The last event has the whole answer; a stream that was cut off has none. */
function chatStream(events: readonly JsonObject[]): JsonObject {
  const end = events.findLast((event) => event["event_type"] === "stream-end");
  const chunks = events.filter((event) => event !== end);
  const { text } = joined(chunks, (event) => ({ text: objectOf(event)["text"], reason: undefined }));
  const { generation_id } = objectOf(events.find((event) => event["event_type"] === "stream-start"));
  const { tool_calls } = objectOf(events.findLast((event) => event["event_type"] === "tool-calls-generation"));
  return { generation_id, tool_calls, ...objectOf(end?.["response"]), text, finish_reason: end?.["finish_reason"] };
}

/** Chunks of several answers carry an index each, the last event may carry none. */
function generationsStream(events: readonly JsonObject[]): JsonObject {
  const chunks = Map.groupBy(events.filter(({ text }) => typeof text === "string"), ({ index }) => index);
  const reasonOf = (some: readonly JsonObject[]) =>
    joined(some, (event) => ({ text: undefined, reason: objectOf(event)["finish_reason"] })).reason;
  const completions = [...chunks.values()].map((some) => ({
    text: joined(some, (event) => ({ text: objectOf(event)["text"], reason: undefined })).text,
    finish_reason: reasonOf(some) ?? reasonOf(events),
  }));
  const { id } = objectOf(events.findLast((event) => textOf(event["id"]) !== undefined));
  return { id, generations: completions };
}
