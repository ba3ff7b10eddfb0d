import { isObject, jsonTextOf } from "../../read/json.ts";
import { MAX_LEVELS } from "./renames.ts";

/**
 * JSON text without blanks, the members of objects in the order of their names' UTF-16 units. Undefined for what has no
 * JSON text or is nested too deeply to be written.
 */
export function sortedJsonOf(value: unknown): string | undefined {
  try {
    return written(value, 0);
  } catch (error) {
    if (error instanceof NestedTooDeeply) return undefined;
    throw error;
  }
}

class NestedTooDeeply extends Error {}

function written(value: unknown, level: number): string {
  if (level === MAX_LEVELS) return unsorted(value);
  if (typeof value === "string") return quoted(value);
  let text = "";
  if (Array.isArray(value)) {
    for (const element of value) text += (text === "" ? "" : ",") + written(element, level + 1);
    return `[${text}]`;
  }
  if (!isObject(value)) return JSON.stringify(value ?? null);
  for (const name of Object.keys(value).sort()) {
    text += `${text === "" ? "" : ","}${quoted(name)}:${written(value[name], level + 1)}`;
  }
  return `{${text}}`;
}

/** Texts that need no escapes, among short ones: for these `JSON.stringify` takes several times as long. */
const PLAIN = /^[ !#-[\]-~]{0,64}$/;

function quoted(text: string): string {
  return text.length <= 64 && PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function unsorted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const text = jsonTextOf(value);
  if (text === undefined) throw new NestedTooDeeply();
  return text;
}
