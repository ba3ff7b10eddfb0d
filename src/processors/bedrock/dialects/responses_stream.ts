/**
 * The events of a streamed response, put together to the response that they are about, also where the last are missing.
 *
 * @see https://platform.openai.com/docs/api-reference/responses-streaming
 */
import { intOf, isObject, type JsonObject, listOf, objectOf, textOf } from "../read/json.ts";
import { firstAt, groupedBy, joinedText } from "./stream.ts";

/** `response.created`, `response.output_text.delta`, … */
export function isResponseEvent({ type }: JsonObject): boolean {
  return typeof type === "string" && type.startsWith("response.");
}

/** The response of these events: what the last of its states says, and the items that it does not have. */
export function responseOfEvents(events: readonly unknown[]): JsonObject {
  const all = events.map(objectOf);
  const state = objectOf(all.findLast(({ response }) => isObject(response))?.["response"]);
  const failure = all.findLast(({ type }) => type === "error");
  const items = new Map<unknown, unknown>([...itemsOf(all), ...listOf(state["output"]).entries()]);
  return {
    ...state,
    object: "response",
    ...failure && { status: "failed", error: objectOf(failure["error"] ?? failure) },
    output: [...items].sort(([a], [b]) => (intOf(a) ?? 0) - (intOf(b) ?? 0)).map(([, item]) => item),
  };
}

/** The items by their place in the output. */
function itemsOf(events: readonly JsonObject[]): [unknown, JsonObject][] {
  const ofItems = events.filter((event) => event["output_index"] !== undefined || event["item_id"] !== undefined);
  const groups = groupedBy(ofItems, ({ output_index, item_id }) => output_index ?? item_id);
  return [...groups].map(([place, own]) => [place, itemOf(own)]);
}

function itemOf(events: readonly JsonObject[]): JsonObject {
  const done = events.findLast(({ type }) => type === "response.output_item.done")?.["item"];
  if (isObject(done)) return done;
  const begun = objectOf(events.find(({ type }) => type === "response.output_item.added")?.["item"]);
  const item: Record<string, unknown> = {
    id: firstAt(events, "item_id"),
    type: typeOf(events),
    ...begun,
  };
  const content = blocksOf(events, "content_index");
  const summary = blocksOf(events, "summary_index");
  if (content.length > 0) item["content"] = content;
  if (summary.length > 0) item["summary"] = summary;
  for (const [name, member] of ARGUMENTS) {
    const pieces = events.filter(({ type }) => typeof type === "string" && type.endsWith(`${name}.delta`));
    if (pieces.length > 0) item[member] = joinedText(pieces, "delta");
  }
  return item;
}

/** Events that bring what a call is made with, and the call's member. */
const ARGUMENTS = [
  ["_call_arguments", "arguments"],
  ["custom_tool_call_input", "input"],
  ["code_interpreter_call_code", "code"],
] as const;

/** Of an item whose beginning is missing. */
function typeOf(events: readonly JsonObject[]): string {
  const types = events.map(({ type }) => textOf(type) ?? "");
  const call = types.map((type) => /^response\.(\w+_call)/.exec(type)?.[1]).find((name) => name !== undefined);
  if (call !== undefined) return call;
  return types.some((type) => type.startsWith("response.reasoning")) ? "reasoning" : "message";
}

/** Types of blocks by what their deltas are called. */
const BLOCK_TYPES: readonly (readonly [RegExp, string, string])[] = [
  [/^response\.output_text\.delta$/, "output_text", "text"],
  [/^response\.refusal\.delta$/, "refusal", "refusal"],
  [/^response\.reasoning_summary(?:_text)?\.delta$/, "summary_text", "text"],
  [/^response\.reasoning(?:_text)?\.delta$/, "reasoning_text", "text"],
];

/** The blocks of an item, each of its whole text or of its deltas. */
function blocksOf(events: readonly JsonObject[], index: "content_index" | "summary_index"): JsonObject[] {
  const groups = groupedBy(events.filter((event) => event[index] !== undefined), (event) => event[index]);
  return [...groups.values()].map(blockOf);
}

function blockOf(events: readonly JsonObject[]): JsonObject {
  const done = events.findLast(({ type, part }) => isObject(part) && textOf(type)?.endsWith(".done") === true)
    ?.["part"];
  if (isObject(done)) return done;
  const begun = objectOf(events.find(({ part }) => isObject(part))?.["part"]);
  const kind = BLOCK_TYPES.find(([pattern]) => events.some(({ type }) => pattern.test(textOf(type) ?? "")));
  if (kind === undefined) return begun;
  const [pattern, type, member] = kind;
  const annotations = events.map(({ annotation }) => annotation).filter((annotation) => annotation !== undefined);
  return {
    type,
    ...begun,
    [member]: joinedText(events.filter((event) => pattern.test(textOf(event["type"]) ?? "")), "delta"),
    ...annotations.length > 0 && { annotations },
  };
}
