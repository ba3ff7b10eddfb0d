/**
 * The Converse operations, and Amazon Nova's own bodies, which have the same shape.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/complete-request-schema.html
 */
import { isObject, type JsonObject, listOf, NOTHING, objectOf, setMember, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent, type ModelRequest } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addSource, MODALITIES } from "./media.ts";
import {
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
import { blocksOf, firstAt, joinedContent, joinedText, lastAt, mergedAt, type StreamedBlock } from "./stream.ts";

export const converse: Dialect = {
  recognises: ({ operation, request, response, events }) =>
    operation.startsWith("Converse") ||
    isObject(request?.["inferenceConfig"]) ||
    request?.["schemaVersion"] === "messages-v1" ||
    isObject(valueAt(response, "output.message")) ||
    hasEvent(events, ({ messageStart }) => isObject(messageStart)) ||
    (request !== undefined && (response ?? events) === undefined && hasOwnBlocks(request)),
  request,
  response(body) {
    const { role, content } = objectOf(valueAt(body, "output.message"));
    const reason = textOf(body["stopReason"]) ?? body["stop_reason"];
    const additionalFields = body["additionalModelResponseFields"];
    return responseOf(body, [{ role, parts: partsOf(content, new Set()), reason }], { additionalFields });
  },
  stream,
};

/** Other families' blocks have a type. */
function hasOwnBlocks({ messages, anthropic_version }: JsonObject): boolean {
  const [block] = listOf(objectOf(listOf(messages)[0])["content"]);
  return anthropic_version === undefined && isObject(block) && block["type"] === undefined &&
    (typeof block["text"] === "string" || MODALITIES.some((name) => isObject(block[name])));
}

function request(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const additional = objectOf(body["additionalModelRequestFields"]);
  return requestOf({
    parameters: parametersOf(
      objectOf(body["inferenceConfig"]),
      additional,
      objectOf(additional["inferenceConfig"]),
      ...reasoningConfigsIn(body, additional),
      objectOf(additional["output_config"]),
    ),
    outputType: valueAt(body, "outputConfig.textFormat.type") === "json_schema" ? "json" : "text",
    system: partsOf(body["system"], kinds),
    messages: messagesOf(body["messages"], ({ content }) => partsOf(content, kinds)),
    tools: valueAt(body, "toolConfig.tools"),
    toolChoice: valueAt(body, "toolConfig.toolChoice"),
    kinds,
  });
}

/** AWS's pages and examples of Nova have it at several places. */
function reasoningConfigsIn(body: JsonObject, additional: JsonObject): JsonObject[] {
  const holders = [additional, additional["inferenceConfig"], body, body["inferenceConfig"]];
  return holders.map((holder) => objectOf(objectOf(holder)["reasoningConfig"]));
}

function partsOf(content: unknown, kinds: Set<string>): Part[] {
  return contentParts(content, { kinds, addBlock });
}

/** Type of a call of one of Amazon's own tools; a result of one has a type, too: `nova_grounding_result`. */
const SERVER_CALL = "server_tool_use";

/** A block is an object with one member, named for its kind. */
function addBlock(result: Parts, block: JsonObject): void {
  const { text, toolUse, toolResult, reasoningContent, guardContent, citationsContent, cachePoint } = block;
  if (text !== undefined) return addText(result, text);
  if (isObject(toolUse)) {
    const { toolUseId: id, name, input, type } = toolUse;
    return addToolCall(result, { id, name, arguments: input, server: type === SERVER_CALL ? textOf(name) : undefined });
  }
  if (isObject(toolResult)) {
    const { toolUseId: id, content: response, type } = toolResult;
    return addToolResponse(result, { id, response, server: textOf(type)?.replace(/_result$/, "") });
  }
  if (isObject(reasoningContent)) return addReasoning(result, valueAt(reasoningContent, "reasoningText.text"));
  if (isObject(guardContent)) return addGuardContent(result, guardContent);
  if (cachePoint !== undefined) return;
  const modality = MODALITIES.find((name) => isObject(block[name]));
  if (modality !== undefined) return addSource(result, modality, objectOf(block[modality]));
  if (isObject(citationsContent)) return addCited(result, citationsContent);
  if (isObject(block["searchResult"])) result.kinds.add("search_result");
  addOther(result, block);
}

/** Texts, and where they are from. */
function addCited(result: Parts, { content, ...sources }: JsonObject): void {
  for (const part of listOf(content)) addText(result, objectOf(part)["text"]);
  if (Object.keys(sources).length > 0) addOther(result, sources);
}

function addGuardContent(result: Parts, { text, image }: JsonObject): void {
  addText(result, objectOf(text)["text"], "guard_content");
  if (!isObject(image)) return;
  result.kinds.add("guard_content");
  addSource(result, "image", image);
}

function stream(events: readonly unknown[]): JsonObject {
  const blocks = events.map(objectOf)
    .map(({ contentBlockStart, contentBlockDelta }) => objectOf(contentBlockStart ?? contentBlockDelta))
    .filter((event) => event !== NOTHING);
  const content = blocksOf(blocks, { indexOf: (event) => event["contentBlockIndex"], startOf: ({ start }) => start });
  return {
    stopReason: lastAt(events, "messageStop.stopReason"),
    usage: mergedAt(events, "metadata.usage"),
    additionalModelResponseFields: lastAt(events, "messageStop.additionalModelResponseFields"),
    output: { message: { role: lastAt(events, "messageStart.role"), content: content.flatMap(blocksOfDeltas) } },
  };
}

/**
 * The deltas of a block say of what kind it is; without any it is what began it. What came beside a text, and what has no name
 * here, is a block of its own.
 */
function blocksOfDeltas({ start, deltas: events }: StreamedBlock<JsonObject>): JsonObject[] {
  const deltas = events.map(({ delta }) => objectOf(delta));
  const { toolUse, toolResult, text: begun, ...others } = objectOf(start);
  const call = toolUse ?? firstAt(deltas, "toolUse");
  if (isObject(call)) return [{ toolUse: { ...objectOf(toolUse), input: inputOf(deltas) ?? call["input"] ?? "" } }];
  const results = deltas.flatMap((delta) => listOf(delta["toolResult"]));
  if (isObject(toolResult) || results.length > 0) {
    return [{ toolResult: { ...objectOf(toolResult), content: joinedContent([{ results }], "results") ?? [] } }];
  }
  const reasoning = joinedText(deltas, "reasoningContent.text");
  if (reasoning !== "") return [{ reasoningContent: { reasoningText: { text: reasoning } } }];
  const text = (textOf(begun) ?? "") + joinedText(deltas, "text");
  const citations = deltas.map(({ citation }) => citation).filter(isObject);
  const blocks: JsonObject[] = Object.entries(unnamedMembers([others, ...deltas])).map(([name, value]) => ({
    [name]: value,
  }));
  if (citations.length > 0) blocks.unshift({ citationsContent: { content: [{ text }], citations } });
  else if (text !== "" || blocks.length === 0) blocks.unshift({ text });
  return blocks;
}

/** The input of a call: pieces of JSON text, or at once. */
function inputOf(deltas: readonly JsonObject[]): unknown {
  const text = joinedText(deltas, "toolUse.input");
  return text === "" ? lastAt(deltas, "toolUse.input") : text;
}

/** What is no text: the reasoning that is withheld, media, and what is new. */
function unnamedMembers(values: readonly JsonObject[]): JsonObject {
  const members: Record<string, unknown> = {};
  for (const value of values) {
    for (const name in value) {
      if (name === "text" || name === "citation" || Object.hasOwn(members, name)) continue;
      setMember(members, name, mergedAt(values, name) ?? lastAt(values, name));
    }
  }
  return members;
}
