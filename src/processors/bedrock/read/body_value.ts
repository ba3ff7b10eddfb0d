import { Buffer } from "node:buffer";
import { type JsonObject, parsedJson } from "./json.ts";

/** What base64 of a JSON object (`ey…`, `ew…`) or list (`W…`) consists of. */
const BASE64 = /^[eW][A-Za-z0-9+/]+={0,2}$/;

/** A body as a value: an object or a list that arrives as JSON text, or as base64 of it, is read; others stay. */
export function bodyValueOf(body: unknown): unknown {
  if (typeof body !== "string") return body;
  return structureOf(body) ?? (BASE64.test(body) ? structureOf(Buffer.from(body, "base64").toString()) : body) ?? body;
}

function structureOf(text: string): unknown {
  const value = /^\s*[[{]/.test(text) ? parsedJson(text) : undefined;
  return value ?? undefined;
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
