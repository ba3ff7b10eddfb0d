import type { ModelId } from "../read/model_id.ts";
import type { OperationName } from "./dialect.ts";

/** What models do other than to chat, by what their ids have in them. */
const BY_MODEL: readonly (readonly [RegExp, OperationName])[] = [
  [/rerank/, "rerank"],
  [/embed|marengo/, "embeddings"],
  [/image|canvas|reel|stability|stable|sd3|sdxl|luma|sonic|speech|video/, "generate_content"],
  [/titan-(?:text|tg1)|ai21\.j2|claude-(?:v2|instant)|cohere\.command-(?:light-)?text/, "text_completion"],
  // Their own bodies have a prompt; Converse's were a chat above.
  [/meta\.llama|mistral-7b|mixtral|deepseek\.r1|pegasus/, "text_completion"],
];

/**
 * What was asked of a model where its bodies do not say: they are withheld, stored elsewhere, or of an unknown shape.
 */
export function operationNameOf(operation: string, model: ModelId | undefined): OperationName {
  if (operation.startsWith("Converse")) return "chat";
  const id = model?.underlying ?? model?.name ?? "";
  const [, name] = BY_MODEL.find(([pattern]) => pattern.test(id)) ?? [];
  if (name !== undefined) return name;
  return operation === "StartAsyncInvoke" || operation.includes("Bidirectional") ? "generate_content" : "chat";
}
