/**
 * Cohere Command R (chat) and Command (generations).
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { addText, addToolCall, finishReasonOf, type Message, type Parts, type ToolDefinition } from "../messages.ts";
import { parametersOf } from "../parameters.ts";
import { NO_USAGE } from "../usage.ts";
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
  const history = [...listOf(body["chat_history"]), { role: "USER", message: body["message"] }];
  const messages = history.map(objectOf).map(({ role, message }): Message => {
    const result: Parts = { parts: [], kinds };
    addText(result, message);
    return { role: ROLES.get(role) ?? "user", parts: result.parts };
  });
  const tools = listOf(body["tools"]).filter(isObject).map(toolOf);
  return {
    operation: "chat",
    parameters: parametersOf(body),
    outputType: objectOf(body["response_format"])["type"] === "json_object" ? "json" : "text",
    system: preamble === undefined ? undefined : [{ type: "text", content: preamble }],
    messages,
    tools: tools.length > 0 ? tools : undefined,
    kinds,
  };
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

/** Command R says how it ended in its last event, with the whole answer; Command in its last chunk. */
function stream(events: readonly unknown[]): JsonObject {
  const isChat = events.some((event) => textOf(objectOf(event)["event_type"]) !== undefined);
  const chunks = isChat ? events.filter((event) => objectOf(event)["event_type"] !== "stream-end") : events;
  const { text } = joined(chunks, (event) => ({ text: objectOf(event)["text"], reason: undefined }));
  const { reason } = joined(events, (event) => ({ text: undefined, reason: objectOf(event)["finish_reason"] }));
  if (!isChat) return { generations: [{ text, finish_reason: reason }] };
  const end = objectOf(events.findLast((event) => objectOf(event)["event_type"] === "stream-end"));
  return { ...objectOf(end["response"]), text, finish_reason: reason };
}
