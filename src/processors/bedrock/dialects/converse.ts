/**
 * The Converse operations, and Amazon Nova's own bodies, which have the same shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
import { isObject, type JsonObject, jsonTextOf, listOf, nonEmpty, objectOf, parsedJson, textOf } from "../read/json.ts";
import { mediaTypeOf } from "./media.ts";
import {
  addMedium,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  finishReasonOf,
  type Message,
  type Modality,
  type Part,
  type Parts,
  type ToolDefinition,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { usageOf } from "./usage.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const converse: Dialect = {
  recognises: ({ operation, request, response, events }) =>
    operation.startsWith("Converse") ||
    isObject(request?.["inferenceConfig"]) ||
    request?.["schemaVersion"] === "messages-v1" ||
    isObject(objectOf(response?.["output"])["message"]) ||
    events?.slice(0, 3).some((event) => isObject(objectOf(event)["messageStart"])) === true,
  request,
  response,
  stream,
};

function request(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const system = partsOf(body["system"], kinds);
  const messages = listOf(body["messages"]).map((message) => messageOf(message, { role: "user", kinds }));
  const tools = listOf(objectOf(body["toolConfig"])["tools"]).map(toolOf).filter((tool) => tool !== undefined);
  const additional = objectOf(body["additionalModelRequestFields"]);
  return {
    operation: "chat",
    parameters: parametersOf(
      objectOf(body["inferenceConfig"]),
      additional,
      objectOf(additional["inferenceConfig"]),
    ),
    outputType: wantsJson(body) ? "json" : "text",
    system: nonEmpty(system),
    messages: nonEmpty(messages),
    tools: nonEmpty(tools),
    kinds,
  };
}

function response(body: JsonObject): ModelResponse {
  const reason = textOf(body["stopReason"]) ?? textOf(body["stop_reason"]);
  const logged = objectOf(body["output"])["message"];
  const message = messageOf(logged, { role: "assistant", kinds: new Set() });
  return {
    operation: "chat",
    id: undefined,
    model: undefined,
    finishReasons: reason === undefined ? undefined : [reason],
    usage: usageOf(body["usage"]),
    messages: message.parts.length === 0 ? undefined : [{ ...message, finish_reason: finishReasonOf(reason) }],
  };
}

function wantsJson(body: JsonObject): boolean {
  return objectOf(objectOf(body["outputConfig"])["textFormat"])["type"] === "json_schema";
}

function toolOf(tool: unknown): ToolDefinition | undefined {
  const { toolSpec, systemTool } = objectOf(tool);
  const name = textOf(objectOf(systemTool)["name"]);
  if (name !== undefined) return { type: "system", name };
  if (!isObject(toolSpec)) return undefined;
  const { description, inputSchema } = toolSpec;
  const parameters = objectOf(inputSchema)["json"];
  return {
    type: "function",
    name: textOf(toolSpec["name"]) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    ...parameters === undefined ? undefined : { parameters },
  };
}

function messageOf(value: unknown, { role, kinds }: { role: string; kinds: Set<string> }): Message {
  const message = objectOf(value);
  return { role: textOf(message["role"]) ?? role, parts: partsOf(message["content"], kinds) };
}

/** Parts of a list of content blocks, each an object with one member, named for its kind. */
function partsOf(content: unknown, kinds: Set<string>): Part[] {
  const result: Parts = { parts: [], kinds };
  addText(result, content);
  for (const block of listOf(content)) addBlock(result, block);
  return result.parts;
}

const MEDIA = ["image", "document", "video", "audio"] as const satisfies readonly Modality[];

function addBlock(result: Parts, value: unknown): void {
  if (typeof value === "string") return addText(result, value);
  const block = objectOf(value);
  if (block["text"] !== undefined) return addText(result, block["text"]);
  const { toolUse, toolResult, reasoningContent, guardContent, cachePoint } = block;
  if (isObject(toolUse)) {
    return addToolCall(result, { id: toolUse["toolUseId"], name: toolUse["name"], arguments: toolUse["input"] });
  }
  if (isObject(toolResult)) {
    return addToolResponse(result, { id: toolResult["toolUseId"], response: toolResult["content"] });
  }
  if (isObject(reasoningContent)) return addReasoning(result, objectOf(reasoningContent["reasoningText"])["text"]);
  if (isObject(guardContent)) return addGuardContent(result, guardContent);
  if (cachePoint !== undefined) return;
  for (const modality of MEDIA) {
    const medium = block[modality];
    if (isObject(medium)) return addSource(result, modality, medium);
  }
  addOther(result, block);
}

function addOther(result: Parts, block: JsonObject): void {
  const cited = listOf(objectOf(block["citationsContent"])["content"]);
  if (cited.length === 0) result.parts.push({ type: "other", content: jsonTextOf(block) ?? "" });
  for (const part of cited) addText(result, objectOf(part)["text"]);
}

function addGuardContent(result: Parts, { text, image }: JsonObject): void {
  addText(result, objectOf(text)["text"], "guard_content");
  if (!isObject(image)) return;
  result.kinds.add("guard_content");
  addSource(result, "image", image);
}

function addSource(result: Parts, modality: Modality, medium: JsonObject): void {
  const format = textOf(medium["format"]);
  const source = objectOf(medium["source"]);
  const kind = format === undefined ? modality : `${modality}/${format}`;
  const texts = [source["text"], ...listOf(source["content"]).map((part) => objectOf(part)["text"])];
  if (texts.some((text) => typeof text === "string")) return texts.forEach((text) => addText(result, text, kind));
  addMedium(result, {
    modality,
    mediaType: mediaTypeOf(modality, format),
    kind,
    data: source["bytes"],
    uri: source["s3Uri"] ?? objectOf(source["s3Location"])["uri"],
  });
}

/** A content block of a stream, and what its deltas added to it. */
interface OpenBlock {
  readonly toolUse: JsonObject | undefined;
  text: string;
  reasoning: string;
  json: string;
}

function stream(events: readonly unknown[]): JsonObject {
  const body: Record<string, unknown> = {};
  let role: unknown;
  const blocks = new Map<unknown, OpenBlock>();
  for (const value of events) {
    const { messageStart, contentBlockStart, contentBlockDelta, messageStop, metadata } = objectOf(value);
    if (isObject(messageStart)) role = messageStart["role"];
    else if (isObject(contentBlockStart)) {
      openBlock(blocks, contentBlockStart["contentBlockIndex"], objectOf(contentBlockStart["start"])["toolUse"]);
    } else if (isObject(contentBlockDelta)) {
      const { contentBlockIndex: index, delta } = contentBlockDelta;
      addDelta(blocks.get(index) ?? openBlock(blocks, index), objectOf(delta));
    } else if (isObject(messageStop)) body["stopReason"] = messageStop["stopReason"];
    else if (isObject(metadata)) body["usage"] = metadata["usage"];
  }
  return { ...body, output: { message: { role, content: [...blocks.values()].map(closed) } } };
}

function openBlock(blocks: Map<unknown, OpenBlock>, index: unknown, toolUse?: unknown): OpenBlock {
  const block = { toolUse: isObject(toolUse) ? toolUse : undefined, text: "", reasoning: "", json: "" };
  blocks.set(index, block);
  return block;
}

function addDelta(block: OpenBlock, { text, toolUse, reasoningContent }: JsonObject): void {
  const json = objectOf(toolUse)["input"];
  const reasoning = objectOf(reasoningContent)["text"];
  if (typeof text === "string") block.text += text;
  else if (typeof json === "string") block.json += json;
  else if (typeof reasoning === "string") block.reasoning += reasoning;
}

function closed({ toolUse, text, reasoning, json }: OpenBlock): JsonObject {
  if (toolUse !== undefined) return { toolUse: { ...toolUse, input: parsedJson(json) ?? json } };
  return reasoning === "" ? { text } : { reasoningContent: { reasoningText: { text: reasoning } } };
}
