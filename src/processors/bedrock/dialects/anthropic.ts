/**
 * Anthropic's Messages API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addMedium } from "./media.ts";
import {
  addCompaction,
  addJson,
  addOther,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  contentParts,
  messagesOf,
  type Part,
  type Parts,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { blocksOf, joinedText, mergedAt, type StreamedBlock } from "./stream.ts";

export const anthropic: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["anthropic_version"] === "string" || response?.["type"] === "message" ||
    hasEvent(events, ({ type }) => type === "message_start"),
  request(body) {
    const kinds = new Set<string>();
    return requestOf({
      parameters: parametersOf(body, objectOf(body["output_config"])),
      outputType: wantsJson(body) ? "json" : "text",
      system: partsOf(body["system"], kinds),
      messages: messagesOf(body["messages"], ({ content }) => partsOf(content, kinds)),
      tools: body["tools"],
      toolChoice: body["tool_choice"],
      metadata: body["metadata"],
      kinds,
    });
  },
  response: (body) =>
    responseOf(body, [{
      role: body["role"],
      parts: partsOf(body["content"], new Set()),
      reason: body["stop_reason"],
    }]),
  stream,
};

function wantsJson(body: JsonObject): boolean {
  return valueAt(valueAt(body, "output_config.format") ?? body["output_format"], "type") === "json_schema";
}

function partsOf(content: unknown, kinds: Set<string>): Part[] {
  return contentParts(content, { kinds, addBlock });
}

function addBlock(result: Parts, block: JsonObject): void {
  switch (block["type"]) {
    case "text":
      addText(result, block["text"]);
      if (listOf(block["citations"]).length > 0) addOther(result, { citations: block["citations"] });
      return;
    case "thinking":
      return addReasoning(result, block["thinking"]);
    case "redacted_thinking":
      return addReasoning(result, undefined);
    case "tool_use":
    case "server_tool_use":
    case "mcp_tool_use":
      return addToolCall(result, {
        id: block["id"],
        name: block["name"],
        arguments: block["input"],
        server: serverOf(block),
      });
    case "tool_result":
      return addToolResponse(result, { id: block["tool_use_id"], response: block["content"] });
    case "image":
    case "document":
      return addSource(result, block["type"], objectOf(block["source"]));
    case "container_upload":
      return addMedium(result, { modality: "document", fileId: block["file_id"] });
    case "compaction":
      return addCompaction(result, block);
    default:
      addUnknown(result, block);
  }
}

/** The kind of a tool that runs at the provider; undefined for the caller's own. */
function serverOf({ type, name }: JsonObject): string | undefined {
  if (type === "mcp_tool_use") return "mcp";
  return type === "server_tool_use" ? textOf(name) ?? "" : undefined;
}

/** `web_search_tool_result`, `code_execution_tool_result`, …: each tool of the provider's has its own. */
const SERVER_RESULT = /^(\w+)_tool_result$/;

function addUnknown(result: Parts, block: JsonObject): void {
  if (block["type"] === "search_result") result.kinds.add("search_result");
  const [, server] = SERVER_RESULT.exec(textOf(block["type"]) ?? "") ?? [];
  if (server === undefined) return addOther(result, block);
  addToolResponse(result, { id: block["tool_use_id"], response: block["content"], server });
}

function addSource(result: Parts, modality: "image" | "document", source: JsonObject): void {
  if (source["type"] === "text") return addText(result, source["data"], "document/txt");
  if (source["type"] === "content") return addJson(result, source["content"], "document");
  const mediaType = textOf(source["media_type"]);
  const { data, url: uri, file_id: fileId } = source;
  addMedium(result, { modality, mediaType, data, uri, fileId });
}

function stream(events: readonly unknown[]): JsonObject {
  const starts: JsonObject[] = [];
  const changes: JsonObject[] = [];
  const blockEvents: JsonObject[] = [];
  for (const event of events.map(objectOf)) {
    const { type } = event;
    if (type === "content_block_delta" || type === "content_block_start") blockEvents.push(event);
    else if (type === "message_start") starts.push(event);
    else if (type === "message_delta") changes.push(event);
  }
  const message = objectOf(starts.at(-1)?.["message"]);
  const blocks = blocksOf(blockEvents, {
    indexOf: ({ index }) => index,
    startOf: ({ content_block }) => content_block,
  });
  return {
    type: "message",
    ...changes.reduce((changed, { delta }) => ({ ...changed, ...objectOf(delta) }), message),
    usage: mergedAt([message, ...changes], "usage") ?? {},
    content: [...listOf(message["content"]), ...blocks.flatMap(blockOf)],
  };
}

/** The block with its deltas put together; an input that was cut off stays text. */
function blockOf({ start, deltas: events }: StreamedBlock<JsonObject>): JsonObject[] {
  const deltas = events.map(({ delta }) => objectOf(delta));
  const begun = start ?? startOf(deltas);
  if (begun === undefined) return [];
  const json = joinedText(deltas, "partial_json");
  if (json !== "") return [{ ...begun, input: json }];
  const citations = deltas.map(({ citation }) => citation).filter(isObject);
  const cited = citations.length > 0 ? { ...begun, citations: [...listOf(begun["citations"]), ...citations] } : begun;
  const summary = joinedText(deltas, "content");
  if (summary !== "") return [{ ...begun, content: (textOf(begun["content"]) ?? "") + summary }];
  const text = joinedText(deltas, "text");
  if (text !== "") return [{ ...cited, text: (textOf(cited["text"]) ?? "") + text }];
  const thinking = joinedText(deltas, "thinking");
  return [thinking === "" ? cited : { ...cited, thinking: (textOf(cited["thinking"]) ?? "") + thinking }];
}

/** What began a block whose first event is missing, by its deltas. */
function startOf(deltas: readonly JsonObject[]): JsonObject | undefined {
  const [name] = ["text", "thinking", "content"].filter((name) => joinedText(deltas, name) !== "");
  return name === undefined ? undefined : { type: name === "content" ? "compaction" : name };
}
