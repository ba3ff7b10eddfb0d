import { RecentTexts } from "../otlp/recent_texts.ts";

const INITIAL_BYTES = 64 * 1024;
/** A larger buffer, left by an exceptional request, is not kept. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** Up to this length a loop over the characters is faster than `encodeInto` (measured). */
const LOOP_MAX_LENGTH = 64;
/** Up to this length a loop over eight bytes is faster than `copyWithin` (measured). */
const SHORT_SPAN = 128;

/** Longer texts are escaped by what is built in. */
const SCRATCH_LENGTH = 32 * 1024;
const MAX_UTF8_BYTES = 3;
/** Of a character, as `\u001f`. */
const MAX_JSON_BYTES = 6;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ASCII_END = 0x7f;

const LETTER_U = 0x75;

/** What stands behind the backslash for a character that is not written as it is: `u` before its code in hexadecimal. */
const ESCAPE_LETTERS = Uint8Array.from(
  { length: BACKSLASH + 1 },
  (_, code) => JSON.stringify(String.fromCharCode(code)).charCodeAt(2),
);

/** Where a long text stands in the buffer already, as JSON. */
interface Written {
  readonly start: number;
  readonly end: number;
}

let editions = 0;

/** Where texts are encoded before they are escaped. */
const unescaped = new Uint8Array(MAX_UTF8_BYTES * SCRATCH_LENGTH + 4);
const unescapedView = new DataView(unescaped.buffer);

/**
 * Writes JSON as UTF-8 into one growing buffer, which later requests use again. It knows nothing of commas and brackets: who
 * writes a document writes them.
 */
export class JsonWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #position = 0;
  readonly #encoder = new TextEncoder();
  readonly #written = new RecentTexts<Written>();
  #edition = 0;

  /** What was written before is forgotten. */
  begin(): void {
    this.#position = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#use(new Uint8Array(INITIAL_BYTES));
    this.#forget();
  }

  /** Where the next byte is written. */
  get position(): number {
    return this.#position;
  }

  /** As long as it is the same, what was written still stands at its position. No other writer has the same. */
  get edition(): number {
    return this.#edition;
  }

  /** Goes back to a position that was before; what was written since is forgotten. */
  rewind(position: number): void {
    this.#position = position;
    this.#forget();
  }

  /**
   * What was written since {@linkcode begin}, in place: valid until the next {@linkcode begin}. A copy of some MiB for each request
   * costs as much as a tenth of the writing.
   */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#position);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** Once more what was written already, from one position to another. */
  again(from: number, to: number): void {
    const length = to - from;
    const start = this.#position;
    this.#ensure(length + 8);
    this.#position += length;
    if (length > SHORT_SPAN) return void this.#bytes.copyWithin(start, from, to);
    // Eight bytes at a time. What the last ones have too much is written over.
    const view = this.#view;
    for (let done = 0; done < length; done += 8) view.setBigUint64(start + done, view.getBigUint64(from + done));
  }

  /** A text as it is: JSON already. */
  json(text: string): void {
    this.#ensure(3 * text.length);
    const end = text.length > LOOP_MAX_LENGTH ? undefined : this.#ascii(text);
    this.#position = end ?? this.#position + this.#encode(text);
  }

  /** A text as a string of JSON; a lone surrogate becomes U+FFFD. */
  string(text: string): void {
    if (text.length > LOOP_MAX_LENGTH) return this.#longString(text);
    this.#ensure(2 + text.length);
    const start = this.#position++;
    const end = this.#plain(text);
    if (end === undefined) {
      this.#position = start;
      return this.json(JSON.stringify(text.toWellFormed()));
    }
    this.#bytes[start] = QUOTE;
    this.#bytes[end] = QUOTE;
    this.#position = end + 1;
  }

  #longString(text: string): void {
    const written = this.#written.find(text);
    if (written !== undefined) return this.again(written.start, written.end);
    const start = this.#position;
    if (text.length > SCRATCH_LENGTH) this.json(JSON.stringify(text.toWellFormed()));
    else this.#escaped(text);
    this.#written.add(text, { start, end: this.#position });
  }

  /**
   * Half the time of `JSON.stringify` and `encodeInto`, which take what is not Latin-1 character by character: encoded by what is
   * built in, then copied four bytes at a time, up to the next one that is not written as it is.
   */
  #escaped(text: string): void {
    this.#ensure(MAX_JSON_BYTES * text.length + 4);
    const end = this.#encoder.encodeInto(text, unescaped).written;
    // Not written as they are either, so that nothing behind the text is taken for it.
    unescaped.fill(0, end, end + 4);
    const [to, view] = [this.#bytes, this.#view];
    let at = this.#position;
    to[at++] = QUOTE;
    for (let index = 0; index < end;) {
      const four = unescapedView.getInt32(index, true);
      view.setInt32(at, four, true);
      const plain = plainBytes(four);
      at += plain;
      index += plain;
      if (plain === 4 || index === end) continue;
      const code = unescaped[index++] as number;
      const letter = ESCAPE_LETTERS[code] as number;
      to[at++] = BACKSLASH;
      to[at++] = letter;
      if (letter === LETTER_U) {
        at += this.#encoder.encodeInto(code.toString(16).padStart(4, "0"), to.subarray(at)).written;
      }
    }
    to[at++] = QUOTE;
    this.#position = at;
  }

  #forget(): void {
    this.#edition = ++editions;
    this.#written.clear();
  }

  /** Where the text ends; undefined where it has characters that are not written as they are. */
  #plain(text: string): number | undefined {
    const bytes = this.#bytes;
    let at = this.#position;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < SPACE || code >= ASCII_END || code === QUOTE || code === BACKSLASH) return undefined;
      bytes[at++] = code;
    }
    return at;
  }

  #ascii(text: string): number | undefined {
    const bytes = this.#bytes;
    let at = this.#position;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > ASCII_END) return undefined;
      bytes[at++] = code;
    }
    return at;
  }

  #encode(text: string): number {
    return this.#encoder.encodeInto(text, this.#bytes.subarray(this.#position)).written;
  }

  #ensure(size: number): void {
    const needed = this.#position + size;
    if (needed <= this.#bytes.length) return;
    const old = this.#bytes;
    this.#use(new Uint8Array(Math.max(needed, 2 * old.length)));
    this.#bytes.set(old.subarray(0, this.#position));
    // Its memory is free at once: collectors see little reason to look for a few large ones.
    old.buffer.transfer(0);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/**
 * How many of four bytes, from the lowest, come before one that is not written as it is: below the blank, a quote, a backslash. The
 * highest bit of such a byte gets set, by subtracting: with its second bit turned a quote is a blank, and a blank is not.
 */
function plainBytes(four: number): number {
  const low = four ^ 0x02020202;
  const backslash = four ^ 0x5c5c5c5c;
  const special = 0x80808080 & (((low - 0x21212121) & ~low) | ((backslash - 0x01010101) & ~backslash));
  return special === 0 ? 4 : (31 - Math.clz32(special & -special)) >> 3;
}

const scratch = new JsonWriter();
const decoder = new TextDecoder();

/** What is written, as a text. */
export function writtenText(write: (writer: JsonWriter) => void): string {
  scratch.begin();
  write(scratch);
  return decoder.decode(scratch.finish());
}
