import type { ByteWindow } from "./byte_window.ts";

export const BYTE = {
  newline: 0x0a,
  return: 0x0d,
  tab: 0x09,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  backslash: 0x5c,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** True for what JSON allows between tokens. */
export function isSpace(byte: number | undefined): boolean {
  return byte === BYTE.space || byte === BYTE.newline || byte === BYTE.return || byte === BYTE.tab;
}

/**
 * Why a scan stopped, with the scanner's `at` being:
 * - `end`: behind the value;
 * - `newline`: behind a newline that is inside the value, between tokens; a further scan goes on from there;
 * - `broken`: at a raw newline inside a string, which no JSON has;
 * - `list`: behind the `[` that was looked for;
 * - `more`: at the end of what there is.
 */
export type ScanStop = "end" | "newline" | "broken" | "list" | "more";

/** Finds the end of a JSON value without parsing it, over as many pieces as it takes. */
export interface JsonScanner {
  /** Stream offset of the next byte to look at. */
  readonly at: number;
  /** Objects and lists that are open. */
  readonly depth: number;
  scan(window: ByteWindow): ScanStop;
}

/** Scans one value: it counts brackets outside strings, and does not check which closes which. */
export class ValueScanner implements JsonScanner {
  at: number;
  depth: number;
  #inString = false;
  #escaped = false;

  /** Begins at a value's first byte; with a `depth`, inside so many open brackets. */
  constructor(at: number, depth = 0) {
    this.at = at;
    this.depth = depth;
  }

  scan(window: ByteWindow): ScanStop {
    const { view, base } = window;
    let i = this.at - base;
    const stop = (index: number, why: ScanStop): ScanStop => {
      this.at = index + base;
      return why;
    };
    while (i < view.length) {
      if (this.#inString) {
        i = this.#scanString(view, i);
        if (i >= view.length) break;
        if (view[i] === BYTE.newline) return stop(i, "broken");
        this.#inString = false;
        i++;
        if (this.depth === 0) return stop(i, "end");
      }
      for (; i < view.length; i++) {
        const byte = view[i];
        if (byte === BYTE.quote) {
          this.#inString = true;
          i++;
          break;
        } else if (byte === BYTE.openObject || byte === BYTE.openList) {
          this.depth++;
        } else if (byte === BYTE.closeObject || byte === BYTE.closeList) {
          this.depth--;
          if (this.depth <= 0) return stop(i + 1, "end");
        } else if (byte === BYTE.newline) {
          return stop(i + 1, "newline");
        }
      }
    }
    return stop(view.length, "more");
  }

  /** Index of the string's closing quote or of a newline in it; the view's length when neither is there. */
  #scanString(view: Uint8Array, from: number): number {
    let i = from;
    if (this.#escaped && i < view.length) {
      this.#escaped = false;
      if (view[i] === BYTE.newline) return i;
      i++;
    }
    for (; i < view.length; i++) {
      const byte = view[i];
      if (byte === BYTE.quote || byte === BYTE.newline) return i;
      if (byte === BYTE.backslash) {
        i++;
        if (i === view.length) this.#escaped = true;
        else if (view[i] === BYTE.newline) return i;
      }
    }
    return view.length;
  }
}
