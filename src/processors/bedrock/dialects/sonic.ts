/**
 * Amazon Nova Sonic: the events of a conversation by voice, one list for each direction. Messages hold the
 * transcripts; of the sound itself only the kind is kept.
 *
 * @see https://docs.aws.amazon.com/nova/latest/userguide/input-events.html
 * @see https://docs.aws.amazon.com/nova/latest/userguide/output-events.html
 */
import { isObject, type JsonObject, jsonValueOf, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent, type ModelRequest, type ModelResponse } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addText, addToolCall, addToolResponse, type Message, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { blocksOf, joinedText } from "./stream.ts";

export const sonic: Dialect = {
  recognises: ({ request, requestEvents, response, events }) =>
    [requestEvents, events].some((list) => hasEvent(list, ({ event }) => isObject(event))) ||
    [request, response].some((body) => isObject(objectOf(listOf(body?.["contents"])[0])["start"])),
  request,
  response,
  stream,
};

/** Names of the events whose last one counts. */
const SINGLE = ["sessionStart", "promptStart", "completionStart", "usageEvent", "completionEnd"];

/** One content: what began it, and what belongs to it. */
interface Content {
  readonly start: JsonObject;
  readonly text: string;
  readonly toolUse: unknown;
}

/** The single events by name, and `contents: [{start, text, toolUse}]` in their order. */
function stream(events: readonly unknown[]): JsonObject {
  const named = events.flatMap((value) => Object.entries(objectOf(valueAt(value, "event"))))
    .map(([name, event]) => ({ name, event: objectOf(event) }));
  const single = named.filter(({ name }) => SINGLE.includes(name));
  const blocks = blocksOf(named.filter(({ name }) => !SINGLE.includes(name)), {
    indexOf: ({ event }) => event["contentId"] ?? event["contentName"],
    startOf: ({ name, event }) => name === "contentStart" ? event : undefined,
  });
  const contents = blocks.filter(({ start }) => start !== undefined).map(({ start, deltas }) => {
    const texts = deltas.filter(({ name }) => name !== "toolUse" && !name.startsWith("audio"));
    const toolUse = deltas.findLast(({ name }) => name === "toolUse")?.event;
    return { start, text: joinedText(texts, "event.content"), ...toolUse && { toolUse } };
  });
  return { ...Object.fromEntries(single.map(({ name, event }) => [name, event])), contents };
}

function request({ sessionStart, promptStart, contents }: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const messages = messagesOf(contents, kinds);
  return requestOf({
    operation: "generate_content",
    parameters: parametersOf(objectOf(valueAt(sessionStart, "inferenceConfiguration"))),
    outputType: "speech",
    system: messages.filter(({ role }) => role === "system").flatMap(({ parts }) => parts),
    messages: messages.filter(({ role }) => role !== "system"),
    tools: valueAt(promptStart, "toolConfiguration.tools"),
    kinds,
  });
}

function response(body: JsonObject): ModelResponse {
  const { completionStart, completionEnd, contents } = body;
  const reason = valueAt(completionEnd, "stopReason");
  return responseOf(body, messagesOf(contents, new Set()).map((message) => ({ ...message, reason })), {
    operation: "generate_content",
    id: objectOf(completionStart)["completionId"],
    reasons: [reason],
  });
}

function messagesOf(contents: unknown, kinds: Set<string>): Message[] {
  const all = listOf(contents).map(contentOf);
  // A speculative text is repeated as it was spoken.
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

function stageOf({ additionalModelFields }: JsonObject): unknown {
  return objectOf(jsonValueOf(additionalModelFields))["generationStage"];
}

function messageOf({ start, text, toolUse }: Content, kinds: Set<string>): Message {
  const result: Parts = { parts: [], kinds };
  const id = valueAt(start, "toolResultInputConfiguration.toolUseId");
  if (start["type"] === "AUDIO") kinds.add(textOf(valueAt(start, "audioInputConfiguration.mediaType")) ?? "audio");
  if (isObject(toolUse)) {
    addToolCall(result, {
      id: toolUse["toolUseId"],
      name: toolUse["toolName"],
      arguments: toolUse["content"],
    });
  } else if (id !== undefined) addToolResponse(result, { id, response: jsonValueOf(text) });
  else if (text !== "") addText(result, text);
  const role = isObject(toolUse) ? "assistant" : (textOf(start["role"]) ?? "user").toLowerCase();
  return { role, parts: result.parts };
}
