import type { ByteWindow } from "./byte_window.ts";
import { BYTE, isSpace, type JsonScanner } from "./value_scanner.ts";

/** From a stream offset up to another. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ValueOutcome =
  | { readonly kind: "complete"; readonly end: number }
  /** The list that was looked for begins here. */
  | { readonly kind: "list"; readonly end: number }
  /** What was taken for a value is none: it goes no further than this. */
  | { readonly kind: "damaged"; readonly end: number }
  /** The content ends in it. */
  | { readonly kind: "cut"; readonly end: number };

const FIRST_KEY = '"schemaType"';

/**
 * A value whose end has not been seen. JSON may span lines, and a line that was cut off looks like the begin of such a
 * value; so that it does not swallow what follows, each further line is looked at, and the value ends as damaged
 * - at a raw newline inside a string,
 * - before a line that is an object with `schemaType` by itself,
 * - before a line that is only `{`, not further in than the value, when the next line begins with `"schemaType"`.
 */
export class OpenValue {
  readonly start: number;
  /** Blanks before the first byte of the value's first line. */
  readonly indent: number;
  readonly #scanner: JsonScanner;
  readonly #maxBytes: number;
  /** The line that is being read, when it is not the first. */
  #line: { readonly start: number; readonly depth: number } | undefined;
  /** Start of the line before, when it was only `{` and may begin a record. */
  #brace: number | undefined;

  constructor(scanner: JsonScanner, { indent, maxBytes }: { indent: number; maxBytes: number }) {
    this.start = scanner.at;
    this.indent = indent;
    this.#scanner = scanner;
    this.#maxBytes = maxBytes;
  }

  get isMultiline(): boolean {
    return this.#line !== undefined;
  }

  /**
   * Offset from which on bytes are still needed: at most `maxBytes` of the value, and as much again of the line that may
   * turn out to be a record.
   */
  get keepFrom(): number {
    const { at } = this.#scanner;
    if (at - this.start <= this.#maxBytes) return this.start;
    const candidate = [this.#brace, this.#line?.start].find((start) =>
      start !== undefined && at - start <= this.#maxBytes
    );
    if (candidate === undefined) return at;
    return candidate - this.start <= this.#maxBytes ? this.start : candidate;
  }

  /** Reads on; undefined when more bytes are needed. `atEnd`: there are no more. */
  advance(window: ByteWindow, atEnd: boolean): ValueOutcome | undefined {
    for (;;) {
      const stop = this.#scanner.scan(window);
      const { at, depth } = this.#scanner;
      switch (stop) {
        case "end":
          return { kind: "complete", end: at };
        case "list":
          return { kind: "list", end: at };
        case "broken":
          return { kind: "damaged", end: this.#recordStart(window, { lineEnd: at, isBroken: true }) ?? at };
        case "newline": {
          const restart = this.#recordStart(window, { lineEnd: at - 1, isBroken: false });
          if (restart !== undefined) return { kind: "damaged", end: restart };
          this.#line = { start: at, depth };
          break;
        }
        case "more": {
          if (!atEnd) return undefined;
          const restart = this.#recordStart(window, { lineEnd: at, isBroken: false });
          return restart === undefined ? { kind: "cut", end: at } : { kind: "damaged", end: restart };
        }
      }
    }
  }

  /** Where a record begins that cannot be part of this value, as the line that ends here tells. */
  #recordStart(
    window: ByteWindow,
    { lineEnd, isBroken }: { lineEnd: number; isBroken: boolean },
  ): number | undefined {
    const line = this.#line;
    const brace = this.#brace;
    this.#brace = undefined;
    if (line === undefined || lineEnd - (brace ?? line.start) > this.#maxBytes) return undefined;
    const { start, end } = trimmed(window, { start: line.start, end: lineEnd });
    const first = window.at(start);
    if (start === end || (first !== BYTE.openObject && first !== BYTE.quote)) return undefined;
    if (first === BYTE.quote) {
      const isFirstKey = brace !== undefined && window.includes(FIRST_KEY, start, start + FIRST_KEY.length);
      return isFirstKey ? brace : undefined;
    }
    if (end === start + 1) {
      if (start - line.start <= this.indent) this.#brace = line.start;
      return undefined;
    }
    if (isBroken || this.#scanner.depth !== line.depth) return undefined;
    const last = window.at(end - 1) === BYTE.comma ? end - 2 : end - 1;
    return window.at(last) === BYTE.closeObject && window.includes(FIRST_KEY, start, end) ? line.start : undefined;
  }
}

/**
 * The records in a stretch that is damaged: each line for itself, or, where lines are indented, each block that begins
 * with a `{` not further in than `indent`.
 */
export function splitDamaged(window: ByteWindow, { start, end, indent }: Span & { indent: number }): Span[] {
  const lines = linesOf(window, { start, end });
  const isIndented = lines[1] !== undefined && lines[1].indent > indent;
  const records: Span[] = [];
  for (const line of lines) {
    const block = records.at(-1);
    const begins = !isIndented || (line.indent <= indent && window.at(line.start) === BYTE.openObject);
    if (block === undefined || begins) records.push({ start: line.start, end: line.end });
    else records[records.length - 1] = { start: block.start, end: line.end };
  }
  return records;
}

/** The lines that are not blank, without the blanks around them. */
function linesOf(window: ByteWindow, { start, end }: Span): (Span & { indent: number })[] {
  const lines = [];
  for (let at = start; at < end;) {
    const newline = window.indexOf(BYTE.newline, at);
    const lineEnd = newline === -1 || newline > end ? end : newline;
    const line = trimmed(window, { start: at, end: lineEnd });
    if (line.start < line.end) lines.push({ ...line, indent: line.start - at });
    at = lineEnd + 1;
  }
  return lines;
}

/** Without the blanks on both sides. */
export function trimmed(window: ByteWindow, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isSpace(window.at(from))) from++;
  while (to > from && isSpace(window.at(to - 1))) to--;
  return { start: from, end: to };
}
