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
  if (Array.isArray(value)) return `[${value.map((element) => written(element, level + 1)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${written(value[name], level + 1)}`);
  return `{${members.join(",")}}`;
}

function unsorted(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  const text = jsonTextOf(value);
  if (text === undefined) throw new NestedTooDeeply();
  return text;
}
