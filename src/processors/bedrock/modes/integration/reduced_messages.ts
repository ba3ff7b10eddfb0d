/** `system` and `messages`, which some records have at the top level, in one shape. */
import { isObject, type JsonObject, textOf } from "../../read/json.ts";
import { sortedJsonOf } from "./sorted_json.ts";

/** A text becomes `{type, text}`; anything else stays. */
export function reducedSystem(system: unknown): unknown {
  return typeof system === "string" ? { type: "text", text: system } : system;
}

/** Messages, or a single one, with their content reduced to `{type, text}`. */
export function reducedMessages(messages: unknown): unknown {
  return Array.isArray(messages) ? messages.map(reducedMessage) : reducedMessage(messages);
}

function reducedMessage(message: unknown): unknown {
  return isObject(message) && "content" in message
    ? { ...message, content: reducedContent(message["content"]) }
    : message;
}

function reducedContent(content: unknown): unknown {
  if (typeof content === "string") return { type: "text", text: content };
  return Array.isArray(content) ? content.map(reducedItem) : reducedItem(content);
}

function reducedItem(item: unknown): unknown {
  return isObject(item) ? { type: "type" in item ? item["type"] : "text", text: textOfItem(item) } : item;
}

/** The item's text, or its nested content or all its members as JSON. */
function textOfItem({ type: _, ...members }: JsonObject): string | undefined {
  const text = textOf(members["text"]);
  if (text !== undefined) return text;
  const rest = "content" in members ? members["content"] : members;
  if (typeof rest !== "string") return sortedJsonOf(rest);
  return rest === "" ? '{"text":""}' : rest;
}
