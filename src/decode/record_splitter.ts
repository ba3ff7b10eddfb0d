import { isControl } from "./binary_kind.ts";
import { ByteWindow } from "./byte_window.ts";
import { withoutExportTime } from "./log_events.ts";
import { ListFinder } from "./list_finder.ts";
import { OpenValue, type Span, splitDamaged, trimmed } from "./open_value.ts";
import { notText, type RawRecord, tooLarge } from "./raw_record.ts";
import { BYTE, isSpace, ValueScanner } from "./value_scanner.ts";
import { isHeavyWithoutStrings } from "./weight.ts";

export interface SplitOptions {
  /** A longer record is passed over to its end and leaves as a `too_large` fault. */
  readonly maxBytes: number;
  /**
   * Where the list of records is in an object: a key (`Records`), or keys joined by dots. The key stands within
   * `maxBytes` of the object's begin; an object without the list is a record itself. A list at the root (`.[]`) needs
   * no setting.
   */
  readonly expandEventListFromField?: string | undefined;
  /** The content may go on later: a record that it ends in the middle of is not given. */
  readonly mayGrow?: boolean | undefined;
}

/** A line up to this length is looked at as a whole; longer ones are scanned as they come. */
const MAX_WHOLE_LINE_BYTES = 256 * 1024;
/** A line with so many control characters is no damaged text. */
const BINARY_CONTROLS = 8;
/** Begin of a line that an export task of CloudWatch Logs wrote: 20, of the year. */
const EXPORTED: readonly number[] = [0x32, 0x30];
const BYTE_ORDER_MARK: readonly number[] = [0xef, 0xbb, 0xbf];

/**
 * Finds where records begin and end, without parsing them. Whatever the cuts between chunks, the records are the same.
 *
 * Once a record was seen to be a line, a line that begins with `{`, ends with `}` and has no `}{` is taken as it is
 * (NDJSON, the form Bedrock writes). Everything else is scanned for brackets and strings. What belongs to no value is
 * a record up to the end of its line: the processor says what is wrong with it. Commas between records and the
 * brackets of their list are passed over.
 */
export class RecordSplitter {
  readonly #window = new ByteWindow();
  readonly #maxBytes: number;
  readonly #maxWholeLineBytes: number;
  readonly #path: readonly string[] | undefined;
  readonly #mayGrow: boolean;
  #unfinishedFrom: number | undefined;
  #records: RawRecord[] = [];
  /** Offset of the next byte to look at. */
  #at = 0;
  /** Blanks at the begin of the current line, and whether they are being counted. */
  #indent = 0;
  #inIndent = true;
  /** What is being read: a value, something that is none, or an object behind its list. */
  #value: OpenValue | undefined;
  #strayStart: number | undefined;
  /** Lines that are no text. */
  #binaryStart: number | undefined;
  #behindList: ListFinder | undefined;
  /** What looks for lists in the current object. */
  #finder: ListFinder | undefined;
  /**
   * Whether records are elements: of a list at the root, or of one that an object holds (with what found it).
   * `ended`: behind a list at the root another may follow, or, where a damaged element seemed to end it, more elements.
   */
  #list: "none" | "root" | "ended" | ListFinder = "none";
  /** True when the last record was a line. */
  #linewise = false;
  #endedOnItsLine = false;

  constructor({ maxBytes, expandEventListFromField: path, mayGrow = false }: SplitOptions) {
    this.#mayGrow = mayGrow;
    this.#maxBytes = maxBytes;
    this.#maxWholeLineBytes = Math.min(maxBytes, MAX_WHOLE_LINE_BYTES);
    this.#path = path === undefined || path === ".[]" ? undefined : path.split(".");
  }

  /** Where the record begins that the content ends in the middle of; only with `mayGrow`, after {@linkcode end}. */
  get unfinishedFrom(): number | undefined {
    return this.#unfinishedFrom;
  }

  /** The records that end in this chunk. */
  push(chunk: Uint8Array): RawRecord[] {
    this.#window.append(chunk);
    this.#run(false);
    this.#window.discardBefore(this.#keepFrom());
    return this.#take();
  }

  /** The records that end with the object. */
  end(): RawRecord[] {
    this.#run(true);
    return this.#take();
  }

  /** The complete records in what is left when no more can be read; an incomplete one is none. */
  endBroken(): RawRecord[] {
    this.#linewise = false;
    this.#run(false);
    return this.#take();
  }

  /** Bytes that are kept of what has not ended yet. */
  get heldBytes(): number {
    return this.#window.end - this.#window.start;
  }

  /** Gives the memory back; nothing may be asked of the splitter any more. */
  release(): void {
    this.#window.release();
  }

  #take(): RawRecord[] {
    const records = this.#records;
    this.#records = [];
    return records;
  }

  #run(atEnd: boolean): void {
    let goesOn = true;
    while (goesOn) {
      if (this.#value !== undefined) goesOn = this.#readValue(this.#value, atEnd);
      else if (this.#binaryStart !== undefined) goesOn = this.#readBinary(this.#binaryStart, atEnd);
      else if (this.#strayStart !== undefined) goesOn = this.#readStray(this.#strayStart, atEnd);
      else if (this.#behindList !== undefined) goesOn = this.#readBehindList(this.#behindList);
      else goesOn = this.#begin(atEnd);
    }
  }

  #keepFrom(): number {
    if (this.#value !== undefined) return this.#value.keepFrom;
    const start = this.#strayStart ?? this.#at;
    return this.#at - start <= this.#maxBytes ? start : this.#at;
  }

  /** Begins what comes next; false when there is nothing to begin yet. */
  #begin(atEnd: boolean): boolean {
    if (this.#at === 0 && !this.#skipByteOrderMark(atEnd)) return false;
    this.#skipSeparators();
    switch (this.#window.at(this.#at)) {
      case undefined:
        return false;
      case BYTE.openObject:
        return this.#beginObject(atEnd);
      case BYTE.openList:
        return this.#isOutside ? this.#beginList(atEnd) : this.#beginValue();
      case BYTE.closeList:
        return this.#list === "none" ? this.#beginStray() : this.#endList();
      case BYTE.quote:
        return this.#list === "none" ? this.#beginStray() : this.#beginValue();
      default:
        return this.#beginStray();
    }
  }

  /** False when it cannot be told yet. */
  #skipByteOrderMark(atEnd: boolean): boolean {
    for (const [index, byte] of BYTE_ORDER_MARK.entries()) {
      const found = this.#window.at(index);
      if (found === undefined && !atEnd) return false;
      if (found !== byte) return true;
    }
    this.#at = BYTE_ORDER_MARK.length;
    return true;
  }

  #skipSeparators(): void {
    for (;; this.#at++) {
      const byte = this.#window.at(this.#at);
      if (byte === BYTE.newline) {
        if (this.#endedOnItsLine) this.#linewise = true;
        this.#endedOnItsLine = false;
        this.#indent = 0;
        this.#inIndent = true;
      } else if (byte === BYTE.comma) {
        this.#endedOnItsLine = false;
        this.#inIndent = false;
      } else if (isSpace(byte)) {
        if (this.#inIndent) this.#indent++;
      } else {
        if (byte !== undefined) this.#endedOnItsLine = this.#inIndent = false;
        return;
      }
    }
  }

  #beginObject(atEnd: boolean): boolean {
    if (this.#linewise && this.#list === "none" && this.#path === undefined) {
      const newline = this.#window.indexOf(BYTE.newline, this.#at);
      const end = newline === -1 ? this.#window.end : newline;
      if (end - this.#at <= this.#maxWholeLineBytes) {
        if (newline === -1 && !atEnd) return false;
        // A line that may go on ends only where its brackets do.
        if ((newline !== -1 || !this.#mayGrow) && this.#takeLine(end)) return true;
      }
    }
    return this.#beginValue();
  }

  /** Takes a line as a record when it looks like exactly one object. */
  #takeLine(lineEnd: number): boolean {
    let end = lineEnd;
    while (isSpace(this.#window.at(end - 1))) end--;
    if (this.#window.at(end - 1) !== BYTE.closeObject) return false;
    const text = this.#window.text(this.#at, end);
    if (hasSecondObject(text)) return false;
    this.#records.push({ text, position: this.#at, sizeBytes: end - this.#at });
    this.#at = lineEnd;
    return true;
  }

  #beginValue(): boolean {
    const isSearched = this.#path !== undefined && this.#isOutside;
    this.#finder = isSearched ? new ListFinder(this.#at, { path: this.#path, maxBytes: this.#maxBytes }) : this.#finder;
    const scanner = isSearched ? this.#finder : undefined;
    this.#value = new OpenValue(scanner ?? new ValueScanner(this.#at), {
      indent: this.#indent,
      maxBytes: this.#maxBytes,
    });
    return true;
  }

  #readValue(value: OpenValue, atEnd: boolean): boolean {
    const outcome = value.advance(this.#window, atEnd);
    if (outcome === undefined) return false;
    const isLine = this.#linewise;
    this.#value = undefined;
    this.#at = outcome.end;
    this.#linewise = false;
    if (outcome.kind === "complete") {
      this.#endedOnItsLine = !value.isMultiline;
      this.#emit({ start: value.start, end: outcome.end });
    } else if (outcome.kind === "list") {
      this.#list = this.#finder ?? "none";
    } else {
      const records = this.#endDamaged(value, outcome.end);
      const last = records.at(-1);
      const goesOn = outcome.kind === "cut" && last !== undefined &&
        this.#goesOn(last, { isLine: isLine || records.length > 1 });
      if (goesOn) this.#unfinishedFrom = last.start;
      for (const record of goesOn ? records.slice(0, -1) : records) this.#emit(record);
    }
    return true;
  }

  /** What there is instead of a value. */
  #endDamaged({ start, indent }: OpenValue, end: number): Span[] {
    if (typeof this.#list === "object") this.#list = "none";
    if (end - start > this.#maxBytes) return [{ start, end }];
    return splitDamaged(this.#window, { start, end, indent });
  }

  /** Whether the rest of the content's last record may still come. A line of lines ends with its line feed. */
  #goesOn(last: Span, { isLine }: { isLine: boolean }): boolean {
    if (!this.#mayGrow) return false;
    const isWhole = last.end - last.start <= this.#maxBytes;
    const isOneLine = isWhole && !this.#window.text(last.start, last.end).includes("\n");
    if (isLine && isOneLine && this.#window.indexOf(BYTE.newline, last.end) !== -1) return false;
    return !isWhole || !isWholeJson(this.#window.text(last.start, last.end));
  }

  /** Whether what begins is no element of a list. */
  get #isOutside(): boolean {
    return this.#list === "none" || this.#list === "ended";
  }

  /** A list of objects at the root; any other list is no record. */
  #beginList(atEnd: boolean): boolean {
    let next = this.#at + 1;
    while (isSpace(this.#window.at(next))) next++;
    const byte = this.#window.at(next);
    if (byte === undefined && !atEnd) return false;
    if (byte !== BYTE.openObject && byte !== BYTE.closeList) return this.#beginStray();
    this.#list = "root";
    this.#at++;
    return true;
  }

  #endList(): boolean {
    this.#at++;
    if (typeof this.#list !== "object") {
      this.#list = "ended";
      return true;
    }
    this.#behindList = this.#list;
    this.#behindList.goOn(this.#at);
    this.#list = "none";
    return true;
  }

  /** Passes over what an object has behind its list of records, up to another list of that name. */
  #readBehindList(finder: ListFinder): boolean {
    let stop = finder.scan(this.#window);
    while (stop === "newline") stop = finder.scan(this.#window);
    this.#at = stop === "more" ? finder.keepFrom : finder.at;
    if (stop === "more") return false;
    this.#behindList = undefined;
    if (stop === "list") this.#list = finder;
    return true;
  }

  #beginStray(): boolean {
    this.#strayStart = this.#at;
    return true;
  }

  #readStray(start: number, atEnd: boolean): boolean {
    const found = this.#list === "none" ? this.#window.indexOf(BYTE.newline, this.#at) : this.#elementEnd();
    this.#at = found === -1 ? this.#window.end : found;
    if (found === -1 && !atEnd) return false;
    if (found !== -1 && this.#list === "none" && this.#isBinary(start, found)) {
      const isNext = this.#isRecordBehind(found, atEnd);
      if (isNext === undefined) return false;
      // The bytes of a picture have a line feed here and there: what goes on without a record is one thing.
      if (!isNext) {
        this.#strayStart = undefined;
        this.#binaryStart = start;
        return true;
      }
    }
    this.#strayStart = undefined;
    const span = { start, end: this.#at };
    const record = span.end - start > this.#maxBytes ? span : trimmed(this.#window, span);
    if (found === -1 && this.#goesOn(record, { isLine: false })) this.#unfinishedFrom = start;
    else this.#emit(record);
    return true;
  }

  /** Passes over lines that are no text, up to one that begins as a record does. */
  #readBinary(start: number, atEnd: boolean): boolean {
    for (;;) {
      const newline = this.#window.indexOf(BYTE.newline, this.#at);
      const isNext = newline === -1 ? atEnd || undefined : this.#isRecordBehind(newline, atEnd);
      this.#at = newline === -1 ? this.#window.end : newline;
      if (isNext === undefined) return false;
      if (isNext) break;
      this.#at++;
    }
    this.#binaryStart = undefined;
    this.#records.push(notText({ position: start, sizeBytes: this.#at - start }));
    return true;
  }

  /** Whether a record, or nothing more, is behind a line feed; undefined when that cannot be told yet. */
  #isRecordBehind(newline: number, atEnd: boolean): boolean | undefined {
    const first = this.#window.at(newline + 1);
    const second = this.#window.at(newline + 2);
    if (first === undefined) return atEnd || undefined;
    if (second === undefined) return atEnd || undefined;
    if (first === EXPORTED[0] && second === EXPORTED[1]) return true;
    if (first !== BYTE.openObject && first !== BYTE.openList) return false;
    return isSpace(second) || second === (first === BYTE.openObject ? BYTE.quote : BYTE.openObject);
  }

  #isBinary(start: number, end: number): boolean {
    const { view, base } = this.#window;
    let controls = 0;
    for (const byte of view.subarray(Math.max(0, start - base), end - base)) {
      if (isControl(byte) && ++controls === BINARY_CONTROLS) return true;
    }
    return false;
  }

  /** Where an element that is neither object, list nor string ends; -1 when that is not there yet. */
  #elementEnd(): number {
    for (let at = this.#at;; at++) {
      switch (this.#window.at(at)) {
        case undefined:
          return -1;
        case BYTE.comma:
        case BYTE.closeList:
        case BYTE.openObject:
        case BYTE.newline:
          return at;
      }
    }
  }

  #emit({ start, end }: Span): void {
    const sizeBytes = end - start;
    const isWhole = sizeBytes <= this.#maxBytes;
    const record = { text: isWhole ? this.#window.text(start, end) : "", position: start, sizeBytes };
    this.#records.push(isWhole ? record : tooLarge(record, this.#maxBytes));
  }
}

/** Whether nothing can follow that belongs to it: more digits may follow a number. */
function isWholeJson(text: string): boolean {
  if (isHeavyWithoutStrings(text)) return /[\]}"]$/.test(text);
  try {
    return typeof JSON.parse(withoutExportTime(text)) !== "number";
  } catch {
    return false;
  }
}

/** True when a `{` follows a `}`, which one object has at most inside its strings. */
function hasSecondObject(text: string): boolean {
  for (let at = text.indexOf("}") + 1; at !== 0; at = text.indexOf("}", at) + 1) {
    let code = text.charCodeAt(at);
    while (code === BYTE.space || code === BYTE.tab || code === BYTE.return) code = text.charCodeAt(++at);
    if (code === BYTE.openObject) return true;
  }
  return false;
}
