/**
 * OpenAI's chat completions, the shape of many vendors: OpenAI, DeepSeek, Mistral, Qwen, AI21 Jamba, Writer, …
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent, type ModelRequest, type ModelResponse } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addFile, addMedium, addMediumUrl, addSound, MODALITIES } from "./media.ts";
import {
  addContent,
  addOther,
  addReasoning,
  addText,
  addToolCall,
  addToolResponse,
  messagesOf,
  type Part,
  type Parts,
} from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { promptRequest } from "./prompt_family.ts";
import { blocksOf, firstAt, groupedBy, joinedContent, joinedText, lastAt, mergedAt } from "./stream.ts";

export const openai: Dialect = {
  recognises: ({ request, response, events }) =>
    Array.isArray(response?.["choices"]) || hasEvent(events, ({ choices }) => Array.isArray(choices)) ||
    Array.isArray(request?.["messages"]),
  request,
  response,
  stream,
};

function request(body: JsonObject): ModelRequest {
  const parameters = parametersOf(body);
  const outputType = /^json/.test(textOf(valueAt(body, "response_format.type")) ?? "") ? "json" : "text";
  if (!Array.isArray(body["messages"])) return promptRequest(body["prompt"], { parameters, outputType });
  const kinds = new Set<string>();
  const messages = messagesOf(body["messages"], (message) => partsOf(message, kinds));
  const { tools, tool_choice: toolChoice, metadata } = body;
  return requestOf({ parameters, outputType, messages, tools, toolChoice, metadata, kinds });
}

function response(body: JsonObject): ModelResponse {
  const choices = listOf(body["choices"]).map(objectOf);
  const answers = choices.map((choice) => {
    const message = isObject(choice["message"]) ? choice["message"] : { content: choice["text"] };
    return {
      role: message["role"],
      parts: partsOf(message, new Set()),
      reason: choice["finish_reason"] ?? choice["stop_reason"],
    };
  });
  const operation = choices.some(({ message }) => isObject(message)) ? "chat" : "text_completion";
  return responseOf(body, answers, { operation });
}

function partsOf(message: JsonObject, kinds: Set<string>): Part[] {
  const result: Parts = { parts: [], kinds };
  const { role, content, tool_calls, tool_call_id } = message;
  for (const name of thoughtsIn(message)) addThinking(result, message[name]);
  if (role === "tool" || role === "function") addToolResponse(result, { id: tool_call_id, response: content });
  else if (content !== "") addContent(result, content, addBlock);
  if (textOf(message["refusal"]) !== undefined) addText(result, message["refusal"], "refusal");
  addAudio(result, message["audio"]);
  if (listOf(message["annotations"]).length > 0) addOther(result, { annotations: message["annotations"] });
  for (const call of listOf(tool_calls).map(objectOf)) addCall(result, call["id"], call["function"] ?? call["custom"]);
  // Before there were several tools in a call.
  if (isObject(message["function_call"])) addCall(result, undefined, message["function_call"]);
  return result.parts;
}

/** Members with the thoughts of a model, which vendors call by many names; one that repeats another is left out. */
function thoughtsIn(message: JsonObject): string[] {
  const names = Object.keys(message).filter((name) => THOUGHTS.test(name) && hasThoughts(message[name]));
  return names.filter((name, index) => names.findIndex((other) => message[other] === message[name]) === index);
}

function hasThoughts(value: unknown): boolean {
  return textOf(value) !== undefined || (Array.isArray(value) && value.length > 0);
}

const THOUGHTS = /^(?:reasoning|thinking|thoughts?)(?:_content|_text)?$/;

function addCall(result: Parts, id: unknown, call: unknown): void {
  const { name, arguments: json, input } = objectOf(call);
  addToolCall(result, { id, name, arguments: json ?? input });
}

/** A spoken answer: its sound, and what was said. */
function addAudio(result: Parts, audio: unknown): void {
  const { data, transcript } = objectOf(audio);
  addText(result, textOf(transcript));
  if (textOf(data) !== undefined) addMedium(result, { modality: "audio", data });
}

function addBlock(result: Parts, block: JsonObject): void {
  if (typeof block["text"] === "string") return addText(result, block["text"]);
  const { input_audio: sound } = block;
  const modality = MODALITIES.find((name) => block[`${name}_url`] !== undefined);
  const url = modality && block[`${modality}_url`];
  if (textOf(sound) !== undefined || textOf(objectOf(sound)["data"]) !== undefined) addSound(result, sound);
  else if (modality !== undefined && urlOf(url) !== undefined) addMediumUrl(result, modality, urlOf(url));
  else if (typeof block["refusal"] === "string") addText(result, block["refusal"], "refusal");
  else if (isObject(block["file"])) addFile(result, block["file"]);
  else if (block["type"] === "thinking") addThinking(result, block["thinking"]);
  else addOther(result, block);
}

/** A URL alone, or in an object. */
function urlOf(url: unknown): string | undefined {
  return textOf(url) ?? textOf(objectOf(url)["url"]);
}

/** Thoughts: a text, or a list of texts. */
function addThinking(result: Parts, thinking: unknown): void {
  for (const thought of Array.isArray(thinking) ? thinking : [thinking]) {
    addReasoning(result, isObject(thought) ? thought["text"] : thought);
  }
}

function stream(events: readonly unknown[]): JsonObject {
  const choices = events.flatMap((event) => listOf(objectOf(event)["choices"])).map(objectOf);
  return {
    id: firstAt(events, "id"),
    model: firstAt(events, "model"),
    // Moonshot AI counts in its choices.
    usage: mergedAt(events, "usage") ?? mergedAt(choices, "usage"),
    choices: blocksOf(choices, { indexOf: ({ index }) => index }).map(({ deltas }) => choiceOf(deltas)),
  };
}

/** A choice of the deltas that it came in: a message, or a bare text. */
function choiceOf(deltas: readonly JsonObject[]): JsonObject {
  const finish_reason = lastAt(deltas, "finish_reason") ?? lastAt(deltas, "stop_reason");
  const messages = deltas.map(({ delta, message }) => delta ?? message).filter((message) => message !== undefined);
  if (messages.length === 0) return { text: joinedText(deltas, "text"), finish_reason };
  const objects = messages.map(objectOf);
  const thoughts = new Set(objects.flatMap(thoughtsIn));
  const refusal = joinedText(objects, "refusal");
  const annotations = objects.flatMap((message) => listOf(message["annotations"]));
  const message = {
    role: "assistant",
    content: joinedContent(objects, "content") ?? "",
    ...Object.fromEntries([...thoughts].map((name) => [name, joinedText(objects, name)])),
    ...refusal === "" ? undefined : { refusal },
    ...annotations.length === 0 ? undefined : { annotations },
    audio: audioOf(objects),
    tool_calls: callsOf(objects),
    function_call: functionOf(objects, "function_call"),
  };
  return { message, finish_reason };
}

function audioOf(messages: readonly JsonObject[]): JsonObject | undefined {
  if (firstAt(messages, "audio") === undefined) return undefined;
  return { transcript: joinedText(messages, "audio.transcript"), data: joinedText(messages, "audio.data") };
}

/** The calls that came in pieces. Mistral sends a call at once, without an index. */
function callsOf(messages: readonly JsonObject[]): JsonObject[] {
  const pieces = messages.flatMap((message) => listOf(message["tool_calls"])).map(objectOf);
  const groups = [...groupedBy(pieces, ({ index, id }) => index ?? id).values()].flatMap(apart);
  return groups.map((pieces) => ({
    id: firstAt(pieces, "id"),
    function: functionOf(pieces, "function"),
    custom: functionOf(pieces, "custom"),
  }));
}

/** Calls that have the same index, or none: a name with another id, or another name without any, begins one. */
function apart(pieces: readonly JsonObject[]): JsonObject[][] {
  const calls: JsonObject[][] = [];
  for (const piece of pieces) {
    const last = calls.at(-1);
    if (last === undefined || beginsCall(piece, last)) calls.push([piece]);
    else last.push(piece);
  }
  return calls;
}

function beginsCall(piece: JsonObject, before: readonly JsonObject[]): boolean {
  const [name, id] = [textOf(valueAt(piece, "function.name")), textOf(piece["id"])];
  if (name === undefined) return false;
  if (id !== undefined) return id !== (firstAt(before, "id") ?? id);
  return piece["index"] === undefined && name !== (firstAt(before, "function.name") ?? name);
}

/** What is called, and with what: pieces of JSON text, or an object at once. */
function functionOf(
  pieces: readonly JsonObject[],
  member: "function" | "custom" | "function_call",
): JsonObject | undefined {
  if (firstAt(pieces, member) === undefined) return undefined;
  const [args, input] = ["arguments", "input"].map((name) => {
    const text = joinedText(pieces, `${member}.${name}`);
    return text === "" ? lastAt(pieces, `${member}.${name}`) : text;
  });
  return { name: firstAt(pieces, `${member}.name`), arguments: args ?? input ?? "" };
}
