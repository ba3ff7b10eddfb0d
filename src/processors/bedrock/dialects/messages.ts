/**
 * Messages in the form of OpenTelemetry's GenAI conventions, as far as Bedrock's bodies fill it. Free-form values
 * (`arguments`, `response`) are as logged: each mode encodes them.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/
 */
import { isObject, type JsonObject, jsonTextOf, jsonValueOf, listOf, objectOf, textOf } from "../read/json.ts";

export type Modality = "image" | "video" | "audio" | "document";

export interface TextPart {
  type: "text" | "reasoning";
  content: string;
}

export interface ToolCallPart {
  type: "tool_call";
  id?: string;
  name: string;
  arguments: unknown;
}

export interface ToolResponsePart {
  type: "tool_call_response";
  id?: string;
  response: unknown;
}

/** A call of a tool that runs at the provider: a search of the web, an interpreter of code. */
export interface ServerToolCallPart {
  type: "server_tool_call";
  id?: string;
  name: string;
  server_tool_call: { type: string; arguments: unknown };
}

export interface ServerToolResponsePart {
  type: "server_tool_call_response";
  id?: string;
  server_tool_call_response: { type: string; response: unknown };
}

export interface BlobPart {
  type: "blob";
  mime_type: string;
  modality: Modality;
  /** Base64. */
  content: string;
}

export interface UriPart {
  type: "uri";
  mime_type: string;
  modality: Modality;
  uri: string;
}

/** A file that was given to the provider before. */
export interface FilePart {
  type: "file";
  mime_type: string;
  modality: Modality;
  file_id: string;
}

/** Where a conversation was replaced by a summary, which may be for the model alone. */
export interface CompactionPart {
  type: "compaction";
  id?: string;
  content?: string;
}

/** A part of a kind that the conventions do not name; its content is the provider's, as JSON text. */
export interface OtherPart {
  type: "other";
  content: string;
}

export type Part =
  | TextPart
  | ToolCallPart
  | ToolResponsePart
  | ServerToolCallPart
  | ServerToolResponsePart
  | BlobPart
  | UriPart
  | FilePart
  | CompactionPart
  | OtherPart;

export interface Message {
  role: string;
  parts: Part[];
}

export interface OutputMessage extends Message {
  finish_reason: string;
}

/** Parts of one body's messages, and what kinds of content were among them. */
export interface Parts {
  readonly parts: Part[];
  readonly kinds: Set<string>;
}

export function addText({ parts, kinds }: Parts, text: unknown, kind = "text"): void {
  if (typeof text !== "string") return;
  kinds.add(kind);
  parts.push({ type: "text", content: text });
}

export function addReasoning({ parts, kinds }: Parts, text: unknown): void {
  kinds.add("reasoning");
  if (textOf(text) !== undefined) parts.push({ type: "reasoning", content: text as string });
}

/** A call of a tool; `server`: what kind of tool it is that runs at the provider. */
interface ToolCall {
  readonly id: unknown;
  readonly name: unknown;
  readonly arguments: unknown;
  readonly server?: string | undefined;
}

/** Arguments may be JSON text, also where a stream gave them in pieces. */
export function addToolCall({ parts, kinds }: Parts, { server: type, ...call }: ToolCall): void {
  kinds.add("tool_use");
  const named = { ...idOf(call.id), name: textOf(call.name) ?? "" };
  const args = jsonValueOf(call.arguments);
  if (type === undefined) parts.push({ type: "tool_call", ...named, arguments: args });
  else parts.push({ type: "server_tool_call", ...named, server_tool_call: { type, arguments: args } });
}

/** What a tool returned; `server` as of its call. */
interface ToolResponse {
  readonly id: unknown;
  readonly response: unknown;
  readonly server?: string | undefined;
}

export function addToolResponse({ parts, kinds }: Parts, { id, response, server: type }: ToolResponse): void {
  kinds.add("tool_result");
  if (type === undefined) parts.push({ type: "tool_call_response", ...idOf(id), response });
  else parts.push({ type: "server_tool_call_response", ...idOf(id), server_tool_call_response: { type, response } });
}

export function addCompaction({ parts, kinds }: Parts, { id, content }: { id?: unknown; content?: unknown }): void {
  kinds.add("compaction");
  const text = textOf(content);
  parts.push({ type: "compaction", ...idOf(id), ...text === undefined ? undefined : { content: text } });
}

function idOf(id: unknown): { id?: string } {
  return textOf(id) === undefined ? {} : { id: id as string };
}

/** Adds a part of a kind that is not known. */
export function addOther({ parts }: Parts, value: unknown): void {
  const part: OtherPart = { type: "other", content: jsonTextOf(value) ?? "" };
  OTHER_VALUES.set(part, value);
  parts.push(part);
}

/** Adds a value as a text: a text as it is, JSON text of anything else. */
export function addJson(result: Parts, value: unknown, kind: string): void {
  const content = jsonTextOf(value);
  if (content === undefined) return;
  const part: TextPart = { type: "text", content };
  OTHER_VALUES.set(part, value);
  result.kinds.add(kind);
  result.parts.push(part);
}

const OTHER_VALUES = new WeakMap<object, unknown>();

/** The value that the JSON text of a part was made of; undefined for anything else. */
export function otherValueOf(part: object): unknown {
  return OTHER_VALUES.get(part);
}

type AddBlock = (result: Parts, block: JsonObject) => void;

/** Adds a content: a text, or a list of texts and blocks. */
export function addContent(result: Parts, content: unknown, addBlock: AddBlock): void {
  addText(result, content);
  for (const block of listOf(content)) {
    if (typeof block === "string") addText(result, block);
    else if (isObject(block)) addBlock(result, block);
    else addOther(result, block);
  }
}

/** The parts of a content. */
export function contentParts(
  content: unknown,
  { kinds, addBlock }: { kinds: Set<string>; addBlock: AddBlock },
): Part[] {
  const result: Parts = { parts: [], kinds };
  addContent(result, content, addBlock);
  return result.parts;
}

/** The messages in a list of objects with a role each. */
export function messagesOf(messages: unknown, partsOf: (message: JsonObject) => Part[]): Message[] {
  return listOf(messages).map((value) => {
    const message = objectOf(value);
    return { role: textOf(message["role"]) ?? "user", parts: partsOf(message) };
  });
}

/** Providers' reasons to stop, in small letters, and the convention's words for them. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: [
      ...["stop", "end_turn", "stop_sequence", "finish", "finished", "stop_criteria_met", "complete", "completed"],
      ...["endoftext", "eos_token", "success"],
    ],
    length: [
      ...["length", "max_tokens", "model_length", "model_context_window_exceeded", "max_output_tokens"],
    ],
    tool_call: ["tool_call", "tool_use", "tool_calls", "function_call"],
    content_filter: [
      ...["content_filter", "content_filtered", "guardrail_intervened", "refusal", "error_toxic"],
      ...["filter reason: prompt", "filter reason: input image", "filter reason: output image"],
    ],
    compaction: ["compaction"],
    error: ["error", "error_limit", "malformed_model_output", "malformed_tool_use", "failed", "inference error"],
  }).flatMap(([word, reasons]) => reasons.map((reason) => [reason, word])),
);

/** The convention's word for a provider's reason to stop; a reason that is not known stays. */
export function finishReasonOf(reason: string | undefined): string {
  return reason === undefined ? "unknown" : FINISH_REASONS.get(reason.toLowerCase()) ?? reason;
}
