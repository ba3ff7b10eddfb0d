/**
 * OpenAI's Responses API.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import { isObject, type JsonObject, jsonValueOf, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent, type ManagedPrompt, type ModelRequest, type ModelResponse } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addFile, addImageUrl, addMedium, addSound } from "./media.ts";
import {
  addCompaction,
  addContent,
  addOther,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  contentParts,
  type Message,
  type Parts,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { isResponseEvent, responseOfEvents } from "./responses_stream.ts";

export const responses: Dialect = {
  recognises: ({ request, response, events }) =>
    response?.["object"] === "response" || Array.isArray(response?.["output"]) ||
    hasEvent(events, isResponseEvent) || (request !== undefined && isRequest(request)),
  request,
  response,
  stream: responseOfEvents,
};

/** Embeddings have an `input`, too: a text, or a list of texts. */
function isRequest({ input, messages, prompt, ...others }: JsonObject): boolean {
  if (messages !== undefined || others["encoding_format"] !== undefined) return false;
  if (Array.isArray(input)) return input.some((item) => isObject(item) && (item["role"] ?? item["type"]) !== undefined);
  return textOf(input) !== undefined || isObject(prompt) || textOf(others["previous_response_id"]) !== undefined;
}

function request(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const { input, instructions } = body;
  const asked = typeof input === "string" ? [{ role: "user", content: input }] : listOf(input);
  return requestOf({
    parameters: parametersOf(body, objectOf(body["reasoning"])),
    outputType: /^json/.test(textOf(valueAt(body, "text.format.type")) ?? "") ? "json" : "text",
    // A text, or a list of items like those of the input.
    system: typeof instructions === "string"
      ? contentParts(instructions, { kinds, addBlock })
      : listOf(instructions).flatMap((item) => messageOf(item, kinds).parts),
    messages: asked.map((item) => messageOf(item, kinds)).filter(({ parts }) => parts.length > 0),
    tools: body["tools"],
    toolChoice: body["tool_choice"],
    metadata: body["metadata"],
    conversation: conversationOf(body),
    prompt: promptOf(body),
    kinds,
  });
}

function response(body: JsonObject): ModelResponse {
  const parts = listOf(body["output"]).flatMap((item) => messageOf(item, new Set()).parts);
  const status = textOf(body["status"]);
  const detail = valueAt(body, "incomplete_details.reason");
  const isCall = status === "completed" && parts.at(-1)?.type === "tool_call";
  const reason = textOf(detail) ?? (status === "in_progress" ? undefined : status);
  return responseOf(body, [{ parts, reason: isCall ? "tool_call" : reason }], {
    reasons: [reason],
    conversation: conversationOf(body),
  });
}

/** An id, or an object with it. */
function conversationOf({ conversation }: JsonObject): string | undefined {
  return textOf(conversation) ?? textOf(objectOf(conversation)["id"]);
}

/** The stored prompt that takes the place of instructions and input. */
function promptOf({ prompt }: JsonObject): ManagedPrompt | undefined {
  const { id, version } = objectOf(prompt);
  return textOf(id) === undefined ? undefined : { name: id as string, version: textOf(version) };
}

/** An item of the input or the output. Calls and thoughts are the assistant's, results are of tools. */
function messageOf(value: unknown, kinds: Set<string>): Message {
  const result: Parts = { parts: [], kinds };
  if (typeof value === "string") addText(result, value);
  if (!isObject(value)) return { role: "user", parts: result.parts };
  const type = textOf(value["type"]) ?? "message";
  const { parts } = result;
  if (type === "message") {
    addContent(result, value["content"], addBlock);
    return { role: textOf(value["role"]) ?? "user", parts };
  }
  if (/_output$/.test(type)) {
    addToolResponse(result, { id: value["call_id"], response: value["output"] });
    return { role: "tool", parts };
  }
  if (type === "reasoning") addThoughts(result, value);
  else if (/_call$/.test(type)) addCall(result, type, value);
  else if (type === "compaction") addCompaction(result, { id: value["id"] });
  else addOther(result, value);
  return { role: textOf(value["role"]) ?? "assistant", parts };
}

function addBlock(result: Parts, block: JsonObject): void {
  switch (block["type"]) {
    case "input_text":
    case "output_text":
    case "text":
      addText(result, block["text"]);
      if (listOf(block["annotations"]).length > 0) addOther(result, { annotations: block["annotations"] });
      return;
    case "refusal":
      return addText(result, block["refusal"], "refusal");
    case "input_image":
      return textOf(block["image_url"]) === undefined
        ? addMedium(result, { modality: "image", fileId: block["file_id"] })
        : addImageUrl(result, block["image_url"]);
    case "input_file":
      return addFile(result, block);
    case "input_audio":
      return addSound(result, block["input_audio"]);
    default:
      addOther(result, block);
  }
}

/** A summary of the thoughts, the thoughts themselves, or both; what is encrypted is for the model alone. */
function addThoughts(result: Parts, { summary, content, encrypted_content }: JsonObject): void {
  const thoughts = [...listOf(summary), ...listOf(content)];
  for (const thought of thoughts) addReasoning(result, objectOf(thought)["text"]);
  if (thoughts.length === 0) addReasoning(result, undefined);
  if (textOf(encrypted_content) !== undefined) addOther(result, { type: "reasoning", encrypted_content });
}

/** Members of a call that say what came of it. */
const RESULTS = ["output", "outputs", "results", "result", "error"];

/** Calls of tools that run at the provider. The caller carries out all others: functions, commands, clicks. */
const SERVER_CALLS: ReadonlySet<string> = new Set([
  ...["web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call"],
  "tool_search_call",
]);

/** A call of a function, of a caller's own tool, or of one that is built in: then its members are its arguments. */
function addCall(result: Parts, type: string, { type: _, id, call_id, status: __, ...call }: JsonObject): void {
  const callId = call_id ?? id;
  const tool = type.replace(/_call$/, "");
  const server = SERVER_CALLS.has(type) ? tool : undefined;
  const { name = tool, arguments: json, input } = call;
  const entries = Object.entries(call);
  const members = entries.filter(([key, value]) => key !== "name" && value !== null && !RESULTS.includes(key));
  const args = type === "function_call" || type === "mcp_call"
    ? jsonValueOf(json)
    : type === "custom_tool_call"
    ? input
    : undefined;
  addToolCall(result, { id: callId, name, arguments: args ?? Object.fromEntries(members), server });
  const results = entries.filter(([key, value]) => RESULTS.includes(key) && value !== null);
  for (const [key, value] of results) {
    if (type === "image_generation_call" && key === "result") addMedium(result, { modality: "image", data: value });
    else addToolResponse(result, { id: callId, response: value, server });
  }
}
