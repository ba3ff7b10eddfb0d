/**
 * Anthropic's Messages API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
import { isObject, type JsonObject, jsonTextOf, listOf, nonEmpty, objectOf, parsedJson, textOf } from "../read/json.ts";
import { kindOfMediaType, mediaTypeOf } from "./media.ts";
import {
  addMedium,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  finishReasonOf,
  type Message,
  type Part,
  type Parts,
  type ToolDefinition,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { usageOf } from "./usage.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const anthropic: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["anthropic_version"] === "string" ||
    response?.["type"] === "message" ||
    events?.slice(0, 3).some((event) => objectOf(event)["type"] === "message_start") === true,
  request,
  response,
  stream,
};

function request(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const system = partsOf(body["system"], kinds);
  const messages = listOf(body["messages"]).map((message): Message => {
    const { role, content } = objectOf(message);
    return { role: textOf(role) ?? "user", parts: partsOf(content, kinds) };
  });
  const tools = listOf(body["tools"]).filter(isObject).map(toolOf);
  return {
    operation: "chat",
    parameters: parametersOf(body),
    outputType: wantsJson(body) ? "json" : "text",
    system: nonEmpty(system),
    messages: nonEmpty(messages),
    tools: nonEmpty(tools),
    kinds,
  };
}

function response(body: JsonObject): ModelResponse {
  const reason = textOf(body["stop_reason"]);
  const parts = partsOf(body["content"], new Set());
  return {
    operation: "chat",
    id: textOf(body["id"]),
    model: textOf(body["model"]),
    finishReasons: reason === undefined ? undefined : [reason],
    usage: usageOf(body["usage"]),
    messages: parts.length === 0
      ? undefined
      : [{ role: textOf(body["role"]) ?? "assistant", parts, finish_reason: finishReasonOf(reason) }],
  };
}

function wantsJson(body: JsonObject): boolean {
  const format = objectOf(objectOf(body["output_config"])["format"] ?? body["output_format"]);
  return format["type"] === "json_schema";
}

function toolOf(tool: JsonObject): ToolDefinition {
  const { type, name, description, input_schema: parameters } = tool;
  return {
    type: parameters === undefined ? textOf(type) ?? "function" : "function",
    name: textOf(name) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    ...parameters === undefined ? undefined : { parameters },
  };
}

/** Parts of a message's content: a text, or a list of blocks. */
function partsOf(content: unknown, kinds: Set<string>): Part[] {
  const result: Parts = { parts: [], kinds };
  addText(result, content);
  for (const block of listOf(content)) addBlock(result, block);
  return result.parts;
}

function addBlock(result: Parts, value: unknown): void {
  if (typeof value === "string") return addText(result, value);
  const block = objectOf(value);
  switch (block["type"]) {
    case "text":
      return addText(result, block["text"]);
    case "thinking":
      return addReasoning(result, block["thinking"]);
    case "redacted_thinking":
      return addReasoning(result, undefined);
    case "tool_use":
    case "server_tool_use":
      return addToolCall(result, { id: block["id"], name: block["name"], arguments: block["input"] });
    case "tool_result":
      return addToolResponse(result, { id: block["tool_use_id"], response: block["content"] });
    case "image":
    case "document":
      return addSource(result, block["type"], objectOf(block["source"]));
    default:
      result.parts.push({ type: "other", content: jsonTextOf(value) ?? "" });
  }
}

function addSource(result: Parts, modality: "image" | "document", source: JsonObject): void {
  const mediaType = textOf(source["media_type"]);
  if (source["type"] === "text") return addText(result, source["data"], "document/txt");
  if (source["type"] === "content") return addText(result, jsonTextOf(source["content"]), "document");
  addMedium(result, {
    modality,
    mediaType: mediaType ?? mediaTypeOf(modality, undefined),
    kind: kindOfMediaType(modality, mediaType),
    data: source["data"],
    uri: source["url"],
  });
}

/** A content block, and what its deltas added to it. */
interface OpenBlock {
  readonly start: JsonObject;
  text: string;
  thinking: string;
  json: string;
}

function stream(events: readonly unknown[]): JsonObject {
  let message: JsonObject = { type: "message" };
  let usage: JsonObject = {};
  const blocks = new Map<unknown, OpenBlock>();
  for (const event of events) {
    if (!isObject(event)) continue;
    switch (event["type"]) {
      case "message_start":
        message = objectOf(event["message"]);
        usage = objectOf(message["usage"]);
        break;
      case "content_block_start":
        blocks.set(event["index"], { start: objectOf(event["content_block"]), text: "", thinking: "", json: "" });
        break;
      case "content_block_delta":
        addDelta(blocks.get(event["index"]), objectOf(event["delta"]));
        break;
      case "message_delta":
        message = { ...message, ...objectOf(event["delta"]) };
        usage = { ...usage, ...objectOf(event["usage"]) };
    }
  }
  return { ...message, usage, content: [...listOf(message["content"]), ...[...blocks.values()].map(closed)] };
}

function addDelta(block: OpenBlock | undefined, { text, thinking, partial_json: json }: JsonObject): void {
  if (block === undefined) return;
  if (typeof text === "string") block.text += text;
  else if (typeof thinking === "string") block.thinking += thinking;
  else if (typeof json === "string") block.json += json;
}

/** The block with its deltas put together; an input that was cut off stays text. */
function closed({ start, text, thinking, json }: OpenBlock): JsonObject {
  if (json !== "") return { ...start, input: parsedJson(json) ?? json };
  if (text !== "") return { ...start, text: (textOf(start["text"]) ?? "") + text };
  return thinking === "" ? start : { ...start, thinking: (textOf(start["thinking"]) ?? "") + thinking };
}
