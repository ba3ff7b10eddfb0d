/** Reading JSON of any shape: each function returns the value if it has the expected shape, else undefined. */
import { isHeavy } from "../../../decode/weight.ts";

import { isExactNumber, plainNumber } from "../../../mappings/exact_number.ts";
import { exactJson } from "./exact_json.ts";

export type JsonObject = { readonly [name: string]: unknown };

/** Returned instead of a missing object. */
export const NOTHING: JsonObject = Object.freeze({});

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isExactNumber(value);
}

/** Whether a value is a number, however it was written. */
export function isNumber(value: unknown): boolean {
  return typeof plainNumber(value) === "number";
}

/** The object, or an empty one: `objectOf(objectOf(log.output).outputBodyJson).usage` never throws. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

/** The value at a path, names with dots between them: `output.message.role`. Undefined where a name leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  let inner = value;
  for (const name of namesIn(path)) inner = isObject(inner) ? inner[name] : undefined;
  return inner;
}

/** The names in a path; the program has a fixed number of paths. */
function namesIn(path: string): readonly string[] {
  const known = NAMES.get(path);
  if (known !== undefined) return known;
  const names = path.split(".");
  NAMES.set(path, names);
  return names;
}

const NAMES = new Map<string, readonly string[]>();

/** Like an assignment, but safe for the name `__proto__`. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== "__proto__") object[name] = value;
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
}

/** The list, or an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A string that is not empty, or a number as text: what names something may be written as either. */
export function labelOf(value: unknown): string | undefined {
  return typeof value === "string" ? textOf(value) : isNumber(value) ? jsonTextOf(value) : undefined;
}

/** The text of the last object that has one. */
export function lastText(
  objects: readonly JsonObject[],
  textIn: (object: JsonObject) => string | undefined,
): string | undefined {
  for (let index = objects.length - 1; index >= 0; index--) {
    const text = textIn(objects[index] as JsonObject);
    if (text !== undefined) return text;
  }
  return undefined;
}

const INTEGER = /^-?\d{1,16}$/;
const NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,3})?$/;

/** An integer that JavaScript holds exactly; also written as text. */
export function intOf(value: unknown): number | undefined {
  const number = typeof value === "string" && INTEGER.test(value) ? Number(value) : plainNumber(value);
  return Number.isSafeInteger(number) ? number as number : undefined;
}

/** An integer from 0 on. */
export function countOf(value: unknown): number | undefined {
  const number = intOf(value);
  return number !== undefined && number >= 0 ? number : undefined;
}

/** A finite number; also written as text. */
export function doubleOf(value: unknown): number | undefined {
  const number = typeof value === "string" && NUMBER.test(value) ? Number(value) : plainNumber(value);
  return Number.isFinite(number) ? number as number : undefined;
}

/** The strings of a list that are not empty; a single string is a list of one. Undefined when there are none. */
export function textsOf(value: unknown): string[] | undefined {
  const texts = (Array.isArray(value) ? value : [value]).filter((text) => textOf(text) !== undefined);
  return texts.length > 0 ? texts : undefined;
}

/**
 * JSON text of a value; a string stays as it is, and so does what was a JSON text ({@linkcode jsonValueOf}). Undefined for
 * what has none, or is nested too deeply to be written.
 */
export function jsonTextOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  const logged = typeof value === "object" && value !== null ? loggedTextOf(value) : undefined;
  if (logged !== undefined) return logged;
  try {
    return JSON.stringify(value);
  } catch {
    // JSON.parse reads any depth, JSON.stringify has a stack to overflow.
    return undefined;
  }
}

/** The value of a JSON text; undefined when it is none, or has too many values to be parsed. */
export function parsedJson(text: string): unknown {
  if (isHeavy(text)) return undefined;
  try {
    return exactJson(text);
  } catch {
    return undefined;
  }
}

/** The texts of values that were logged as JSON text: written again they would have other blanks, maybe other members. */
const LOGGED_TEXTS = new WeakMap<object, string>();

/** The object or list of a JSON text; anything else, also a text that is none, stays as it is. */
export function jsonValueOf(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  const parsed = parsedJson(value);
  if (typeof parsed !== "object" || parsed === null) return value;
  LOGGED_TEXTS.set(parsed, value);
  return parsed;
}

/** The JSON text that {@linkcode jsonValueOf} made an object or a list of; undefined for others. */
export function loggedTextOf(value: object): string | undefined {
  return LOGGED_TEXTS.get(value);
}

/** The list, or undefined when nothing is in it. */
export function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
