/**
 * The JSON text of the bodies as they were logged: `JSON.parse` does not return positions, and writing a
 * value again would be neither exact nor cheap.
 */
import { Buffer } from "node:buffer";
import { skipString } from "../../../decode/json_text.ts";
import { BODY_NAMES } from "./body_value.ts";
import { beginsNumber, NumberCheck } from "./exact_json.ts";

/** Text of `input.inputBodyJson` and `output.outputBodyJson`; undefined where there is none. */
export interface BodyTexts {
  readonly input: string | undefined;
  readonly output: string | undefined;
}

/** What one pass through the text of a record shows. */
export interface RecordText {
  readonly bodies: BodyTexts;
  /** Whether JavaScript would write a number of the record otherwise. */
  readonly hasExactNumbers: boolean;
}

/** Passes through the text of a record, which is known to be a JSON object. */
export function recordTextOf(text: string): RecordText {
  const found: { input: string | undefined; output: string | undefined } = { input: undefined, output: undefined };
  const numbers = new NumberCheck();
  eachMember(text, (side, start) => {
    if (text[start] !== "{" || (side !== "input" && side !== "output")) return skipValue(text, start, numbers);
    const bodyName = BODY_NAMES[side];
    found[side] = undefined;
    return eachMember(text, (name, bodyStart) => {
      const end = skipValue(text, bodyStart, numbers);
      if (name === bodyName) found[side] = text.slice(bodyStart, end);
      return end;
    }, start);
  });
  return { bodies: found, hasExactNumbers: numbers.isExact };
}

/** Finds the bodies in the text of a record, which is known to be a JSON object. */
export function bodyTextsOf(text: string): BodyTexts {
  return recordTextOf(text).bodies;
}

/** The text of a record with these bodies in its objects `input` and `output`, which have other members. */
export function withBodyTexts(text: string, bodies: BodyTexts): string {
  const ends: { input?: number; output?: number } = {};
  eachMember(text, (name, start) => {
    const end = skipValue(text, start);
    if (name === "input" || name === "output") ends[name] = end - 1;
    return end;
  });
  const places = ([["input", ends.input], ["output", ends.output]] as const)
    .flatMap(([side, end]) =>
      end === undefined || bodies[side] === undefined ? [] : [{ end, member: `,"${BODY_NAMES[side]}":${bodies[side]}` }]
    ).sort((one, other) => one.end - other.end);
  let joined = "";
  let from = 0;
  for (const { end, member } of places) {
    joined += text.slice(from, end) + member;
    from = end;
  }
  return joined + text.slice(from);
}

/** UTF-8 bytes of a part of a text; `isAscii` when every character of the text was one byte. */
export function utf8Length(part: string, { isAscii }: { isAscii: boolean }): number {
  return isAscii ? part.length : Buffer.byteLength(part);
}

/**
 * The index behind the object at `index`. Each member is shown to `visit`, which returns the index behind its value;
 * of equal names the last counts, as for `JSON.parse`.
 */
export function eachMember(
  text: string,
  visit: (name: string, valueStart: number) => number,
  index = skipBlanks(text, 0),
): number {
  let at = skipBlanks(text, index + 1);
  while (text[at] === '"') {
    const nameEnd = skipString(text, at);
    const valueStart = skipBlanks(text, skipBlanks(text, nameEnd) + 1);
    const valueEnd = skipBlanks(text, visit(text.slice(at + 1, nameEnd - 1), valueStart));
    if (text[valueEnd] !== ",") return valueEnd + 1;
    at = skipBlanks(text, valueEnd + 1);
  }
  return at + 1;
}

const QUOTE = 0x22;
const BLANK = 0x20;

function skipBlanks(text: string, index: number): number {
  while (text.charCodeAt(index) <= BLANK) index++;
  return index;
}

/** The index behind the value that begins at `index`; `numbers` is shown its numbers. */
export function skipValue(text: string, index: number, numbers?: NumberCheck): number {
  let depth = 0;
  for (let at = index; at < text.length; at++) {
    const code = text.charCodeAt(at);
    switch (code) {
      case QUOTE:
        at = skipString(text, at) - 1;
        if (depth === 0) return at + 1;
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth++;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth--;
        if (depth === 0) return at + 1;
        if (depth < 0) return at;
        break;
      case 0x2c: // ,
        if (depth === 0) return at;
        break;
      default:
        if (numbers !== undefined && beginsNumber(code)) at = numbers.skip(text, at) - 1;
    }
  }
  return text.length;
}
