/** Reading a record that has too many values to be parsed as a whole: those parts that are to blame stay JSON text. */
import { hasMoreValues, isHeavy, MAX_VALUES } from "../../../decode/weight.ts";
import { exactJson } from "./exact_json.ts";
import { eachMember, skipValue } from "./body_text.ts";
import { isObject, type JsonObject } from "./json.ts";

/** A member with more values stays text. */
const MAX_MEMBER_VALUES = MAX_VALUES / 16;

/** A part of a record: a member of the record itself, or of its object `input` or `output`. */
interface Part {
  readonly within: "input" | "output" | undefined;
  /** As it stands in the text, with escapes. */
  readonly name: string;
  readonly text: string;
}

/**
 * The value of a record's text, in which the members with most values are strings: their JSON text, or the string that they are. Undefined when too
 * much is left.
 *
 * @throws {SyntaxError} it is no JSON.
 */
export function parsedHeavy(text: string): unknown {
  const parts = new Map<string, Part>();
  let light = "";
  let from = 0;
  const visit = (within: Part["within"]) => (name: string, start: number) => {
    const end = skipValue(text, start);
    const key = `${within ?? ""}.${name}`;
    // Of equal names the last counts.
    parts.delete(key);
    if (hasMoreValues(text, { start, end, limit: MAX_MEMBER_VALUES })) {
      light += text.slice(from, start) + "null";
      from = end;
      parts.set(key, { within, name, text: text.slice(start, end) });
    }
    return end;
  };
  eachMember(text, (name, start) => {
    if (text[start] !== "{" || (name !== "input" && name !== "output")) return visit(undefined)(name, start);
    for (const [key, part] of parts) if (part.within === name) parts.delete(key);
    return eachMember(text, visit(name), start);
  });
  light += text.slice(from);
  if (isHeavy(light)) return undefined;
  const log: unknown = exactJson(light);
  for (const { within, name, text } of parts.values()) {
    const holder = within === undefined || !isObject(log) ? log : log[within];
    if (!isObject(holder)) continue;
    Object.defineProperty(holder, JSON.parse(`"${name}"`), {
      value: text.startsWith('"') ? JSON.parse(text) : text,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return log;
}

/** An object of a heavy record without the members that stayed text. */
export function withoutHeavyMembers(object: JsonObject): JsonObject {
  const isKept = (value: unknown) =>
    typeof value !== "string" || !hasMoreValues(value, { start: 0, end: value.length, limit: MAX_MEMBER_VALUES });
  return Object.fromEntries(Object.entries(object).filter(([, value]) => isKept(value)));
}
