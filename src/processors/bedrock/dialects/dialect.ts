import type { InvocationAttributes } from "../../../mappings/generated/invocation.ts";
import type { JsonObject } from "../read/json.ts";
import type { Message, OutputMessage, Part, ToolDefinition } from "./messages.ts";
import type { Usage } from "./usage.ts";

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

export type OperationName = "chat" | "text_completion" | "embeddings" | "generate_content";

/** What was asked of a model. */
export interface ModelRequest {
  readonly operation: OperationName;
  /** `gen_ai.request.*`. */
  readonly parameters: InvocationAttributes;
  readonly outputType: "text" | "json" | "image" | "speech" | "video" | undefined;
  readonly system: Part[] | undefined;
  readonly messages: Message[] | undefined;
  readonly tools: ToolDefinition[] | undefined;
  /** Kinds of content in the messages and instructions. */
  readonly kinds: ReadonlySet<string>;
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
}

/**
 * How one family of models writes its bodies: one file each. What it reads may be anything, so it never throws, and
 * leaves out what has another shape.
 */
export interface Dialect {
  /** Whether one of the bodies has this family's shape. */
  recognises(bodies: Bodies): boolean;
  request(body: JsonObject): ModelRequest;
  response(body: JsonObject): ModelResponse;
  /** The events of a stream, put together to the body that the operation without a stream would have had. */
  stream(events: readonly unknown[]): JsonObject;
}
