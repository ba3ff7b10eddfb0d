import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import { isObject, type JsonObject, objectOf } from "../read/json.ts";
import type { Message, OutputMessage, Part } from "./messages.ts";
import type { ToolChoice, ToolDefinition } from "./tools.ts";
import type { Usage } from "./usage.ts";

/** The bodies of an invocation. */
export interface BodyValues {
  readonly request: unknown;
  readonly response: unknown;
}

/** The bodies of an invocation, as far as they are JSON objects or, for a stream, lists. */
export interface Bodies {
  readonly operation: string;
  readonly request: JsonObject | undefined;
  /** The elements of a streamed request; some may be strings. */
  readonly requestEvents: readonly unknown[] | undefined;
  readonly response: JsonObject | undefined;
  /** The elements of a streamed response; some may be strings. */
  readonly events: readonly unknown[] | undefined;
}

/** The bodies by their shape. */
export function bodiesOf(operation: string, { request, response }: BodyValues): Bodies {
  return {
    operation,
    request: isObject(request) ? request : undefined,
    requestEvents: Array.isArray(request) ? request : undefined,
    response: isObject(response) ? response : undefined,
    events: Array.isArray(response) ? response : undefined,
  };
}

export type OperationName = "chat" | "text_completion" | "embeddings" | "generate_content" | "rerank";

/** What was asked of a model. */
export interface ModelRequest {
  readonly operation: OperationName;
  /** `gen_ai.request.*`. */
  readonly parameters: InvocationAttributes;
  readonly outputType: "text" | "json" | "image" | "speech" | "video" | undefined;
  readonly system: Part[] | undefined;
  readonly messages: Message[] | undefined;
  readonly tools: ToolDefinition[] | undefined;
  readonly toolChoice: ToolChoice | undefined;
  /** What the caller adds to the request for its own use; the record has more of that kind. */
  readonly metadata: JsonObject | undefined;
  /** Id of the conversation that the request belongs to. */
  readonly conversation: string | undefined;
  readonly prompt: ManagedPrompt | undefined;
  /** Kinds of content in the messages and instructions. */
  readonly kinds: ReadonlySet<string>;
}

/** A prompt that is stored, by its name or id. */
export interface ManagedPrompt {
  readonly name: string;
  readonly version: string | undefined;
}

/** What a model answered. */
export interface ModelResponse {
  readonly operation: OperationName;
  readonly id: string | undefined;
  readonly model: string | undefined;
  /** In the provider's words. */
  readonly finishReasons: string[] | undefined;
  readonly usage: Usage;
  readonly messages: OutputMessage[] | undefined;
  readonly conversation: string | undefined;
  /** Members of the model's own answer that Converse hands on because they were asked for. */
  readonly additionalFields: JsonObject | undefined;
}

/**
 * How one family of models writes its bodies: one file each, except the prompt-shaped families, which are a table. The
 * input has any shape: a dialect never throws, and leaves out what it does not know.
 */
export interface Dialect {
  /** Whether one of the bodies has this family's shape. */
  recognises(bodies: Bodies): boolean;
  request(body: JsonObject): ModelRequest;
  response(body: JsonObject): ModelResponse;
  /** Reassembles the events of a stream to the body that the operation without a stream would have. */
  stream(events: readonly unknown[]): JsonObject;
}

/** Whether an element of a stream is of this kind. Any may be: what begins or interrupts a stream may be unknown. */
export function hasEvent(events: readonly unknown[] | undefined, isKind: (event: JsonObject) => boolean): boolean {
  return events?.some((event) => isKind(objectOf(event))) === true;
}
