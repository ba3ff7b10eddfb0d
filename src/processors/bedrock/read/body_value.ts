import { Buffer } from "node:buffer";
import { isHeavy } from "../../../decode/weight.ts";
import { isObject, type JsonObject, parsedJson } from "./json.ts";

/** What base64 of a JSON object (`ey…`, `ew…`) or list (`W…`) consists of. */
const BASE64 = /^[eW][A-Za-z0-9+/]+={0,2}$/;

/**
 * A body as a value: an object or a list that arrives as JSON text, or as base64 of it, is read, and so are the events of a
 * stream that arrive as text; others stay.
 */
export function bodyValueOf(body: unknown): unknown {
  if (typeof body !== "string") return body;
  return structureOf(body) ?? eventsOf(body) ??
    (BASE64.test(body) ? structureOf(Buffer.from(body, "base64").toString()) : body) ?? body;
}

function structureOf(text: string): unknown {
  const value = /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  return value ?? undefined;
}

/** Lines of server-sent events: their fields, and comments. */
const SSE_LINE = /^(?:(?:event|data|id|retry)(?::|$)|:)/;

/** The events of a stream as text: server-sent events, or JSON objects line by line. Undefined for any other text. */
function eventsOf(text: string): unknown[] | undefined {
  const isSse = SSE_LINE.test(text);
  if ((!isSse && !text.startsWith("{")) || !text.includes("\n") || isHeavy(text)) return undefined;
  const lines = text.split(/\r\n|\r|\n/);
  const events = isSse ? serverSentEvents(lines) : lines.filter((line) => line.trim() !== "").map(parsedJson);
  const isStream = isSse ? events?.some(isObject) : events?.every(isObject);
  return isStream === true ? events : undefined;
}

/** Of each event its data: what is JSON, else the text. Undefined when a line is none of an event's. */
function serverSentEvents(lines: readonly string[]): unknown[] | undefined {
  const events: unknown[] = [];
  let data: string[] = [];
  for (const line of [...lines, ""]) {
    if (line.startsWith("data:")) data.push(line.slice(line[5] === " " ? 6 : 5));
    else if (line === "" && data.length > 0) {
      const joined = data.join("\n");
      events.push(parsedJson(joined) ?? joined);
      data = [];
    } else if (line !== "" && !SSE_LINE.test(line)) return undefined;
  }
  return events;
}

/** The values of bodies that are texts, by the object that holds the body. */
const VALUES = new WeakMap<JsonObject, unknown>();

/** The body of a side of an invocation as {@linkcode bodyValueOf} reads it, once. */
export function sideValueOf(invocation: { readonly [side in Side]: JsonObject }, side: Side): unknown {
  const body = bodyIn(invocation, side);
  if (typeof body !== "string") return body;
  const holder = invocation[side];
  if (!VALUES.has(holder)) VALUES.set(holder, bodyValueOf(body));
  return VALUES.get(holder);
}

/** The body of a side of an invocation as it is in the record. */
export function bodyIn(invocation: { readonly [side in Side]: JsonObject }, side: Side): unknown {
  return invocation[side][BODY_NAMES[side]];
}

/** A name that is put together would be searched for among all names, each time. */
export const BODY_NAMES = { input: "inputBodyJson", output: "outputBodyJson" } as const;

type Side = keyof typeof BODY_NAMES;
