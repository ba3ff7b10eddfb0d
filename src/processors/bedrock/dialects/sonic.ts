/**
 * Amazon Nova Sonic: the events of a conversation by voice, one list for each direction. Sound is no part of the
 * messages: only its kind leaves, its transcripts do.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/input-events.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/output-events.html
 */
import { countOf, isObject, type JsonObject, listOf, nonEmpty, objectOf, parsedJson, textOf } from "../read/json.ts";
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
import { reasonsOf } from "./completion.ts";
import type { Dialect, ModelRequest, ModelResponse } from "./dialect.ts";

export const sonic: Dialect = {
  recognises: ({ request, requestEvents, response, events }) =>
    [requestEvents, events].some((list) => list?.slice(0, 3).some(isEvent)) ||
    [request, response].some((body) => isObject(objectOf(listOf(body?.["contents"])[0])["start"])),
  request,
  response,
  stream,
};

function isEvent(value: unknown): boolean {
  return isObject(objectOf(value)["event"]);
}

/** Names of the events whose last one counts. */
const SINGLE = ["sessionStart", "promptStart", "completionStart", "usageEvent", "completionEnd"];

/** One content: what began it, and what belongs to it. */
interface Content {
  readonly start: JsonObject;
  text: string;
  toolUse?: unknown;
}

/** The single events by name, and `contents: [{start, text, toolUse}]` in their order. */
function stream(events: readonly unknown[]): JsonObject {
  const body: Record<string, unknown> = {};
  const contents = new Map<unknown, Content>();
  for (const value of events) {
    for (const [name, logged] of Object.entries(objectOf(objectOf(value)["event"]))) {
      const event = objectOf(logged);
      if (SINGLE.includes(name)) body[name] = event;
      else addTo(contents, name, event);
    }
  }
  return { ...body, contents: [...contents.values()] };
}

function addTo(contents: Map<unknown, Content>, name: string, event: JsonObject): void {
  const id = event["contentId"] ?? event["contentName"];
  if (name === "contentStart") return void contents.set(id, { start: event, text: "" });
  const content = contents.get(id);
  if (content === undefined) return;
  const { content: text } = event;
  if (name === "toolUse") content.toolUse = event;
  else if (typeof text === "string" && !name.startsWith("audio")) content.text += text;
}

function request({ sessionStart, promptStart, contents }: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const messages = messagesOf(contents, kinds);
  const system = messages.filter(({ role }) => role === "system").flatMap(({ parts }) => parts);
  const others = messages.filter(({ role }) => role !== "system");
  const tools = listOf(objectOf(objectOf(promptStart)["toolConfiguration"])["tools"]).map(toolOf);
  return {
    operation: "generate_content",
    parameters: parametersOf(objectOf(objectOf(sessionStart)["inferenceConfiguration"])),
    outputType: "speech",
    system: nonEmpty(system),
    messages: others.length > 0 ? others : undefined,
    tools: nonEmpty(tools),
    kinds,
  };
}

function toolOf(tool: unknown): ToolDefinition {
  const { name, description, inputSchema } = objectOf(objectOf(tool)["toolSpec"]);
  const { json } = objectOf(inputSchema);
  return {
    type: "function",
    name: textOf(name) ?? "",
    ...typeof description === "string" ? { description } : undefined,
    ...json === undefined ? undefined : { parameters: typeof json === "string" ? parsedJson(json) ?? json : json },
  };
}

function response({ completionStart, completionEnd, usageEvent, contents }: JsonObject): ModelResponse {
  const reason = textOf(objectOf(completionEnd)["stopReason"]);
  const { totalInputTokens, totalOutputTokens } = objectOf(usageEvent);
  const messages = messagesOf(contents, new Set())
    .map((message) => ({ ...message, finish_reason: finishReasonOf(reason) }));
  return {
    operation: "generate_content",
    id: textOf(objectOf(completionStart)["completionId"]),
    model: undefined,
    finishReasons: reasonsOf([reason]),
    usage: { ...NO_USAGE, input: countOf(totalInputTokens), output: countOf(totalOutputTokens) },
    messages: nonEmpty(messages),
  };
}

function messagesOf(contents: unknown, kinds: Set<string>): Message[] {
  const all = listOf(contents).map(contentOf);
  // What was planned to be said is said again as it was spoken.
  const spoken = all.some(({ start }) => start["role"] === "ASSISTANT" && stageOf(start) === "FINAL")
    ? all.filter(({ start }) => stageOf(start) !== "SPECULATIVE")
    : all;
  return spoken.map((content) => messageOf(content, kinds)).filter(({ parts }) => parts.length > 0);
}

/** A response that is no list of events may have contents of any shape. */
function contentOf(value: unknown): Content {
  const { start, text, toolUse } = objectOf(value);
  return { start: objectOf(start), text: textOf(text) ?? "", toolUse };
}

function stageOf({ additionalModelFields: fields }: JsonObject): unknown {
  return objectOf(typeof fields === "string" ? parsedJson(fields) : fields)["generationStage"];
}

function messageOf({ start, text, toolUse }: Content, kinds: Set<string>): Message {
  const result: Parts = { parts: [], kinds };
  const { toolUseId } = objectOf(start["toolResultInputConfiguration"]);
  const { mediaType } = objectOf(start["audioInputConfiguration"]);
  if (start["type"] === "AUDIO") kinds.add(textOf(mediaType) ?? "audio");
  if (isObject(toolUse)) {
    const { toolName: name, toolUseId: id, content } = toolUse;
    addToolCall(result, {
      id,
      name,
      arguments: typeof content === "string" ? parsedJson(content) ?? content : content,
    });
  } else if (toolUseId !== undefined) addToolResponse(result, { id: toolUseId, response: parsedJson(text) ?? text });
  else if (text !== "") addText(result, text);
  const role = isObject(toolUse) ? "assistant" : (textOf(start["role"]) ?? "user").toLowerCase();
  return { role, parts: result.parts };
}
