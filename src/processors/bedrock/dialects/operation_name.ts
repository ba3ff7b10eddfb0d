import type { ModelId } from "../read/model_id.ts";
import type { ModelRequest, ModelResponse, OperationName } from "./dialect.ts";

/** What was asked of a model, and what it was to make. */
export interface Asked {
  readonly operation: OperationName;
  readonly outputType: ModelRequest["outputType"];
}

const EMBEDDINGS: Asked = { operation: "embeddings", outputType: undefined };
const TEXT: Asked = { operation: "text_completion", outputType: "text" };

/** What models do other than to chat, by what their ids have in them. */
const BY_MODEL: readonly (readonly [RegExp, Asked])[] = [
  [/rerank/, { operation: "rerank", outputType: undefined }],
  [/embed|marengo/, EMBEDDINGS],
  [/reel|luma|video/, { operation: "generate_content", outputType: "video" }],
  [/sonic|speech/, { operation: "generate_content", outputType: "speech" }],
  [/image|canvas|stability|stable|sd3|sdxl/, { operation: "generate_content", outputType: "image" }],
  [/titan-(?:text|tg1)|ai21\.j2|claude-(?:v2|instant)|cohere\.command-(?:light-)?text/, TEXT],
  // Their own bodies have a prompt; Converse's were a chat above.
  [/meta\.llama|mistral-7b|mixtral|deepseek\.r1|pegasus/, TEXT],
];

function askedOf(model: ModelId | undefined): Asked | undefined {
  const id = model?.underlying ?? model?.name ?? "";
  return BY_MODEL.find(([pattern]) => pattern.test(id))?.[1];
}

/**
 * What was asked of a model where its bodies do not say: they are withheld, stored elsewhere, or of an unknown shape.
 */
export function operationNameOf(operation: string, model: ModelId | undefined): OperationName {
  if (operation.startsWith("Converse")) return "chat";
  const name = askedOf(model)?.operation;
  if (name !== undefined) return name;
  return operation === "StartAsyncInvoke" || operation.includes("Bidirectional") ? "generate_content" : "chat";
}

/** What was asked as the bodies say it; of a text alone, without an answer, the model says what was to be made of it. */
export function askedInBodies(
  { request, response }: { request: ModelRequest | undefined; response: ModelResponse | undefined },
  model: ModelId | undefined,
): Asked | undefined {
  if (request === undefined) return response && { operation: response.operation, outputType: outputTypeOf(response) };
  if (request.operation !== "text_completion" || response !== undefined) return request;
  const ofModel = askedOf(model);
  return ofModel === undefined || ofModel === TEXT ? request : ofModel;
}

function outputTypeOf({ operation }: ModelResponse): "text" | undefined {
  return operation === "chat" || operation === "text_completion" ? "text" : undefined;
}
