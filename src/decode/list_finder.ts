import type { ByteWindow } from "./byte_window.ts";
import { BYTE, type JsonScanner, type ScanStop } from "./value_scanner.ts";

/** Scans an object for the lists at a path of keys; stops at each, and at the object's end. */
export class ListFinder implements JsonScanner {
  at: number;
  depth = 0;
  readonly #path: readonly string[];
  /** A key is not looked at beyond this offset. */
  #limit: number;
  readonly #maxBytes: number;
  /** Keys of the path whose objects are open. */
  #matched = 0;
  #inString = false;
  #escaped = false;
  #expectsKey = false;
  #keyStart: number | undefined;
  #keyMatches = false;
  #valueMatches = false;

  constructor(at: number, { path, maxBytes }: { path: readonly string[]; maxBytes: number }) {
    this.at = at;
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#limit = at + maxBytes;
  }

  /** Offset from which on bytes are still needed, behind a list that was found. */
  get keepFrom(): number {
    const start = this.#keyStart ?? this.at;
    return this.at <= this.#limit ? start : this.at;
  }

  /** Looks for another list behind the one that was found and ends here. */
  goOn(at: number): void {
    this.at = at;
    this.#limit = at + this.#maxBytes;
  }

  scan(window: ByteWindow): ScanStop {
    const { view, base } = window;
    for (let i = this.at - base; i < view.length; i++) {
      const byte = view[i] as number;
      if (byte === BYTE.newline) {
        this.at = i + base + (this.#inString ? 0 : 1);
        return this.#inString ? "broken" : "newline";
      }
      if (this.#inString) this.#inText(byte, { window, offset: i + base });
      else {
        const stop = this.#structure(byte, i + base);
        if (stop !== undefined) {
          this.at = i + base + 1;
          return stop;
        }
      }
    }
    this.at = window.end;
    return "more";
  }

  #inText(byte: number, { window, offset }: { window: ByteWindow; offset: number }): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BYTE.backslash) this.#escaped = true;
    else if (byte === BYTE.quote) {
      this.#inString = false;
      if (this.#keyStart === undefined) return;
      this.#keyMatches = offset <= this.#limit &&
        window.text(this.#keyStart, offset) === this.#path[this.#matched];
      this.#keyStart = undefined;
    }
  }

  #structure(byte: number, offset: number): "end" | "list" | undefined {
    const inSearched = this.depth === this.#matched + 1;
    switch (byte) {
      case BYTE.quote:
        this.#inString = true;
        if (inSearched && this.#expectsKey) this.#keyStart = offset + 1;
        this.#expectsKey = false;
        return undefined;
      case BYTE.colon:
        if (inSearched) this.#valueMatches = this.#keyMatches;
        this.#keyMatches = false;
        return undefined;
      case BYTE.comma:
        if (inSearched) this.#expectsKey = true;
        this.#valueMatches = false;
        return undefined;
      case BYTE.openObject:
      case BYTE.openList:
        return this.#open(byte);
      case BYTE.closeObject:
      case BYTE.closeList:
        this.depth--;
        if (this.depth === this.#matched) this.#matched = Math.max(0, this.#matched - 1);
        return this.depth <= 0 ? "end" : undefined;
      default:
        return undefined;
    }
  }

  #open(byte: number): "list" | undefined {
    const isLast = this.#matched === this.#path.length - 1;
    const isObject = byte === BYTE.openObject;
    if (this.#valueMatches && isLast && !isObject) return "list";
    if (this.#valueMatches && !isLast && isObject) this.#matched++;
    this.#valueMatches = false;
    this.depth++;
    this.#expectsKey = isObject && this.depth === this.#matched + 1;
    return undefined;
  }
}
