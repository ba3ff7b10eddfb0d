/**
 * Cohere Command R (chat).
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-cohere-command-r-plus.html
 */
import { isObject, type JsonObject, listOf, objectOf, textOf, valueAt } from "../read/json.ts";
import { type Dialect, hasEvent, type ModelRequest } from "./dialect.ts";
import { requestOf, responseOf } from "./envelope.ts";
import { addJson, addText, addToolCall, addToolResponse, type Part, type Parts } from "./messages.ts";
import { parametersOf } from "./parameters.ts";
import { firstAt, joinedText, lastAt } from "./stream.ts";

export const cohere: Dialect = {
  recognises: ({ request, response, events }) =>
    typeof request?.["message"] === "string" || typeof response?.["generation_id"] === "string" ||
    hasEvent(events, ({ event_type }) => typeof event_type === "string"),
  request,
  response(body) {
    const { text, tool_calls, finish_reason: reason } = body;
    const id = textOf(body["id"]) ?? textOf(body["response_id"]) ?? body["generation_id"];
    return responseOf(body, [{ parts: partsOf({ message: text, tool_calls }, new Set()), reason }], { id });
  },
  stream,
};

const ROLES: ReadonlyMap<unknown, string> = new Map([["CHATBOT", "assistant"], ["SYSTEM", "system"], ["TOOL", "tool"]]);

function request(body: JsonObject): ModelRequest {
  const kinds = new Set<string>();
  const { preamble, message, documents, tool_results } = body;
  const asked = typeof message === "string" ? [{ role: "USER", message, documents }] : [];
  const results = Array.isArray(tool_results) ? [{ role: "TOOL", tool_results }] : [];
  const turns = [...listOf(body["chat_history"]), ...asked, ...results].map(objectOf);
  return requestOf({
    parameters: parametersOf(body),
    outputType: valueAt(body, "response_format.type") === "json_object" ? "json" : "text",
    system: textOf(preamble) === undefined ? [] : [{ type: "text", content: preamble as string }],
    messages: turns.map((turn) => ({ role: ROLES.get(turn["role"]) ?? "user", parts: partsOf(turn, kinds) })),
    tools: body["tools"],
    kinds,
  });
}

function partsOf(turn: JsonObject, kinds: Set<string>): Part[] {
  const result: Parts = { parts: [], kinds };
  addText(result, textOf(turn["message"]));
  for (const document of listOf(turn["documents"])) addJson(result, document, "document");
  for (const call of listOf(turn["tool_calls"]).filter(isObject)) {
    addToolCall(result, { id: undefined, name: call["name"], arguments: call["parameters"] });
  }
  for (const { outputs } of listOf(turn["tool_results"]).map(objectOf)) {
    addToolResponse(result, { id: undefined, response: outputs });
  }
  return result.parts;
}

/** Events whose texts are pieces of the answer; the plan for calls of tools is repeated once it is whole. */
const PIECES: ReadonlySet<unknown> = new Set(["text-generation", "tool-calls-chunk"]);

/** The last event has the whole answer; a stream that was cut off has none. */
function stream(events: readonly unknown[]): JsonObject {
  const all = events.map(objectOf);
  const end = all.findLast(({ event_type }) => event_type === "stream-end");
  const response = objectOf(end?.["response"]);
  const pieces = joinedText(all.filter(({ event_type }) => PIECES.has(event_type)), "text");
  return {
    generation_id: firstAt(all.filter(({ event_type }) => event_type === "stream-start"), "generation_id"),
    tool_calls: lastAt(all.filter(({ event_type }) => event_type === "tool-calls-generation"), "tool_calls"),
    ...response,
    text: pieces === "" ? response["text"] ?? lastAt(all, "text") : pieces,
    finish_reason: end?.["finish_reason"] ?? response["finish_reason"],
  };
}
