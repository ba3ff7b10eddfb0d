const INITIAL_BYTES = 64 * 1024;
/** A larger buffer, left by an exceptional request, is not kept. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** Up to this length a loop over the characters is faster than `encodeInto` (measured). */
const LOOP_MAX_LENGTH = 64;
/** So many of the long texts that were written last are looked at before another one is escaped. */
const REMEMBERED = 4;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ASCII_END = 0x7f;

/** A long text that stands in the buffer already, as JSON. */
interface Written {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Writes JSON as UTF-8 into one growing buffer, which later requests use again. It knows nothing of commas and brackets: who
 * writes a document writes them.
 */
export class JsonWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #position = 0;
  readonly #encoder = new TextEncoder();
  readonly #written: Written[] = [];
  #oldest = 0;

  /** What was written before is forgotten. */
  begin(): void {
    this.#position = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#bytes = new Uint8Array(INITIAL_BYTES);
    this.#forget();
  }

  /** Where the next byte is written. */
  get position(): number {
    return this.#position;
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

  /** The same text often stands in a document more than once: a prompt alone and in its messages. */
  #longString(text: string): void {
    for (const { text: other, start, end } of this.#written) {
      if (other !== text) continue;
      this.#ensure(end - start);
      this.#bytes.copyWithin(this.#position, start, end);
      this.#position += end - start;
      return;
    }
    const start = this.#position;
    this.json(JSON.stringify(text.toWellFormed()));
    this.#written[this.#oldest] = { text, start, end: this.#position };
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
  }

  #forget(): void {
    if (this.#written.length > 0) this.#written.length = this.#oldest = 0;
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
    this.#bytes = new Uint8Array(Math.max(needed, 2 * old.length));
    this.#bytes.set(old.subarray(0, this.#position));
    // Its memory is free at once: collectors see little reason to look for a few large ones.
    old.buffer.transfer(0);
  }
}

const scratch = new JsonWriter();
const decoder = new TextDecoder();

/** What is written, as a text. */
export function writtenText(write: (writer: JsonWriter) => void): string {
  scratch.begin();
  write(scratch);
  return decoder.decode(scratch.finish());
}
