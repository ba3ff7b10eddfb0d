/** JSON with its numbers as they were written. */
import { exactNumber } from "../../../mappings/exact_number.ts";
import { skipString } from "../../../decode/json_text.ts";

/**
 * The value of a JSON text. A number that JavaScript would write otherwise is an exact number (`src/mappings`).
 *
 * @throws {SyntaxError} it is no JSON.
 */
export function exactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return hasExactNumbers(text) ? withExactNumbers(text, value) : value;
}

/** The value that was read from a text, with exact numbers. */
export function withExactNumbers(text: string, value: unknown): unknown {
  const root = { value };
  setExactNumbers(text, root);
  return root.value;
}

/**
 * Whether JavaScript would write a number of this JSON otherwise. Few records have one, so that looking for them is all that the
 * others cost: strings, most of a record, are passed over at once.
 */
function hasExactNumbers(text: string): boolean {
  const numbers = new NumberCheck();
  for (let at = 0; at < text.length && !numbers.isExact; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = skipString(text, at) - 1;
    else if (beginsNumber(code)) at = numbers.skip(text, at) - 1;
  }
  return numbers.isExact;
}

/** Whether a number begins with this character, where a value may begin. */
export function beginsNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

/** Passes over the numbers of a JSON text. */
export class NumberCheck {
  /** Whether JavaScript would write one of them otherwise. */
  isExact = false;

  /** The index behind the number that begins at `start`. */
  skip(text: string, start: number): number {
    let isPlain = text.charCodeAt(start) !== 0x2d;
    let end = start + 1;
    for (; end < text.length; end++) {
      const next = text.charCodeAt(end);
      if (next >= 0x30 && next <= 0x39) continue;
      // . E e + -
      if (next !== 0x2e && next !== 0x45 && next !== 0x65 && next !== 0x2b && next !== 0x2d) break;
      isPlain = false;
    }
    // So few digits are written as they are read.
    if (isPlain && end - start < 16) return end;
    const source = text.slice(start, end);
    if (String(Number(source)) !== source) this.isExact = true;
    return end;
  }
}

/** A value of `text`, by what holds it; undefined where what holds it is not in the value that was read (equal names). */
interface Place {
  readonly holder: Record<string | number, unknown> | undefined;
  /** A name, or an index. */
  key: string | number;
}

/** Walks through the text and the value together, which holds the numbers that it shows. */
function setExactNumbers(text: string, root: { value: unknown }): void {
  const outer: Place[] = [];
  let place: Place = { holder: root, key: "value" };
  let isName = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: { // "
        const end = skipString(text, at);
        if (isName) place.key = nameIn(text.slice(at, end));
        at = end - 1;
        break;
      }
      case 0x3a: // :
        isName = false;
        break;
      case 0x2c: // ,
        if (typeof place.key === "number") place.key++;
        else isName = true;
        break;
      case 0x7b: // {
      case 0x5b: // [
        outer.push(place);
        isName = text[at] === "{";
        place = { holder: holderAt(place, { isList: !isName }), key: isName ? "" : 0 };
        break;
      case 0x7d: // }
      case 0x5d: // ]
        place = outer.pop() as Place;
        isName = false;
        break;
      default:
        at = setNumber(text, at, place);
    }
  }
}

function nameIn(quoted: string): string {
  return quoted.includes("\\") ? JSON.parse(quoted) as string : quoted.slice(1, -1);
}

function holderAt({ holder, key }: Place, { isList }: { isList: boolean }): Place["holder"] {
  const value = holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined;
  const isHere = typeof value === "object" && value !== null && Array.isArray(value) === isList;
  return isHere ? value as Record<string, unknown> : undefined;
}

const NUMBER = /-?\d[\d.eE+-]*/y;

/** The index of the last character of the number that begins here, or of what is none. */
function setNumber(text: string, index: number, { holder, key }: Place): number {
  if (!beginsNumber(text.charCodeAt(index))) return index;
  NUMBER.lastIndex = index;
  const source = NUMBER.exec(text)?.[0] ?? text.charAt(index);
  const value = holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined;
  if (typeof value === "number" && Object.is(value, Number(source)) && JSON.stringify(value) !== source) {
    (holder as Record<string, unknown>)[key] = exactNumber(source);
  }
  return index + source.length - 1;
}
