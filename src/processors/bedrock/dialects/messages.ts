/**
 * Messages in the form of OpenTelemetry's GenAI conventions, as far as Bedrock's bodies fill it. Free-form values
 * (`arguments`, `response`, `parameters`) are as logged: each mode decides how they leave.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-events/
 */
import { textOf } from "../read/json.ts";

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

/** A part of a kind that the conventions do not name; its content is the provider's, as JSON text. */
export interface OtherPart {
  type: "other";
  content: string;
}

export type Part = TextPart | ToolCallPart | ToolResponsePart | BlobPart | UriPart | OtherPart;

export interface Message {
  role: string;
  parts: Part[];
}

export interface OutputMessage extends Message {
  finish_reason: string;
}

export interface ToolDefinition {
  type: string;
  name: string;
  description?: string;
  parameters?: unknown;
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

export function addToolCall({ parts, kinds }: Parts, call: { id: unknown; name: unknown; arguments: unknown }): void {
  kinds.add("tool_use");
  const id = textOf(call.id);
  parts.push({
    type: "tool_call",
    ...id === undefined ? undefined : { id },
    name: textOf(call.name) ?? "",
    arguments: call.arguments,
  });
}

export function addToolResponse({ parts, kinds }: Parts, { id, response }: { id: unknown; response: unknown }): void {
  kinds.add("tool_result");
  const callId = textOf(id);
  parts.push({ type: "tool_call_response", ...callId === undefined ? undefined : { id: callId }, response });
}

/** What is known of an image, a document, a video or a sound; `data` is base64. */
export interface Medium {
  readonly modality: Modality;
  readonly mediaType: string;
  /** As it shows in `content_kinds`: `image/png`, `document/pdf`. */
  readonly kind: string;
  readonly data: unknown;
  readonly uri: unknown;
}

export function addMedium({ parts, kinds }: Parts, { modality, mediaType, kind, data, uri }: Medium): void {
  kinds.add(kind);
  const common = { mime_type: mediaType, modality };
  if (typeof uri === "string") parts.push({ type: "uri", ...common, uri });
  else if (typeof data === "string") parts.push({ type: "blob", ...common, content: data });
}

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+);base64,/;

/** Adds an image by its URL, which may hold it: `data:image/png;base64,…`. */
export function addImageUrl(result: Parts, url: string): void {
  const [prefix, mediaType] = DATA_URL.exec(url) ?? [];
  addMedium(result, {
    modality: "image",
    mediaType: mediaType ?? "image/*",
    kind: mediaType ?? "image",
    data: prefix === undefined ? undefined : url.slice(prefix.length),
    uri: prefix === undefined ? url : undefined,
  });
}

/** Providers' reasons to stop, and the convention's words for them. */
const FINISH_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: [
      "stop",
      "end_turn",
      "stop_sequence",
      "FINISH",
      "STOP_CRITERIA_MET",
      "COMPLETE",
      "STOP_SEQUENCE",
      ...["endoftext", "SUCCESS", "END_TURN"],
    ],
    length: ["length", "max_tokens", "LENGTH", "MAX_TOKENS", "model_length", "model_context_window_exceeded"],
    tool_call: ["tool_call", "tool_use", "tool_calls", "function_call", "TOOL_CALL", "TOOL_USE"],
    content_filter: [
      ...["content_filter", "content_filtered", "CONTENT_FILTERED", "guardrail_intervened", "refusal", "ERROR_TOXIC"],
    ],
    error: ["error", "ERROR", "ERROR_LIMIT", "malformed_model_output", "malformed_tool_use"],
  }).flatMap(([word, reasons]) => reasons.map((reason) => [reason, word])),
);

/** The convention's word for a provider's reason to stop; a reason that is not known stays. */
export function finishReasonOf(reason: string | undefined): string {
  return reason === undefined ? "unknown" : FINISH_REASONS.get(reason) ?? reason;
}
