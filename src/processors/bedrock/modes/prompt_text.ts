/** The text that is new in a request: what came after the model's last answer. */
import type { Message, Part } from "../dialects/messages.ts";
import { isObject, jsonTextOf, objectOf } from "../read/json.ts";
import { cutToBytes } from "../read/text.ts";

/** The role of the model's own messages in every dialect. */
const ASSISTANT = "assistant";

/**
 * The text of the newest turn, oldest part first, at most `maxBytes` of UTF-8 and a marker where it was cut; undefined when
 * it has none. A conversation is sent again with each request: so a text is here once, in the request that brought it. The
 * tool calls of the answer before stand first, because what tools returned says little without them. An answer that the
 * caller begins for the model is of the newest turn, too: it hides nothing that comes before it.
 */
export function promptTextOf(messages: readonly Message[] | undefined, maxBytes: number): string | undefined {
  if (messages === undefined) return undefined;
  const isAnswer = (message: Message | undefined) => message?.role === ASSISTANT;
  const newest = messages.findLastIndex((message) => !isAnswer(message));
  const last = messages.findLastIndex((message, index) => index < newest && isAnswer(message));
  // Some dialects have a message for each call.
  const first = messages.findLastIndex((message, index) => index < last && !isAnswer(message)) + 1;
  let text = "";
  const add = (part: Part) => {
    const more = textOfPart(part);
    if (more !== undefined && more !== "") text = text === "" ? more : `${text}\n${more}`;
  };
  for (const { parts } of messages.slice(first, last + 1)) {
    for (const part of parts) if (part.type === "tool_call") add(part);
  }
  for (const { parts } of messages.slice(last + 1)) parts.forEach(add);
  return text === "" ? undefined : cutWithMarker(text, maxBytes);
}

/** Media has no text. */
function textOfPart(part: Part): string | undefined {
  switch (part.type) {
    case "tool_call":
      return `${part.name} ${jsonTextOf(part.arguments) ?? ""}`.trim();
    case "server_tool_call":
      return `${part.name} ${jsonTextOf(part.server_tool_call.arguments) ?? ""}`.trim();
    case "tool_call_response":
      return textOfResult(part.response);
    case "server_tool_call_response":
      return textOfResult(part.server_tool_call_response.response);
    case "text":
    case "other":
    case "compaction":
      return part.content;
    default:
      return undefined;
  }
}

/** What a tool returned, without media: a text, a value, or a list of blocks. */
function textOfResult(result: unknown): string | undefined {
  if (Array.isArray(result)) return result.map(textOfResult).filter((text) => text !== undefined).join("\n");
  if (!isObject(result)) return jsonTextOf(result);
  if (typeof result["text"] === "string") return result["text"];
  if (result["json"] !== undefined) return jsonTextOf(result["json"]);
  const source = objectOf(result["source"]);
  if (source["type"] === "text") return jsonTextOf(source["data"]);
  return MEDIA.some((kind) => result["type"] === kind || isObject(result[kind])) ? undefined : jsonTextOf(result);
}

const MEDIA = ["image", "document", "video", "audio"] as const;

/** Without the marker, padding in front of an instruction would hide it in silence. */
function cutWithMarker(text: string, maxBytes: number): string {
  const cut = cutToBytes(text, maxBytes);
  return cut === text ? text : `${cut} […cut: ${text.length - cut.length} more characters]`;
}
