import { Buffer } from "node:buffer";
import { RecentTexts } from "./recent_texts.ts";

const INITIAL_BYTES = 64 * 1024;
/** A larger buffer, left by an exceptional request, is not kept. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** Up to this length a loop over the characters is faster than `encodeInto` (measured). */
const LOOP_MAX_LENGTH = 64;
/** Up to this length a loop over eight bytes is faster than `copyWithin` (measured). */
const SHORT_SPAN = 128;
/** Of longer texts the bytes are counted before they are written. */
const LONG_LENGTH = 64 * 1024;

/** Something that was written, by {@linkcode ProtobufWriter.size} before and after. */
export interface WrittenSpan {
  readonly from: number;
  readonly to: number;
}

/**
 * Writes protobuf from its end to its beginning, into one growing buffer, which later messages use again.
 *
 * The length of a nested message stands before it and is known after it. Written backwards it is known when its place is
 * reached, so that nothing is measured first and nothing moved. Whoever writes a message therefore writes its last field first,
 * and ends with {@linkcode message}:
 *
 * ```ts
 * const before = writer.size;
 * writer.double(VALUE, 1.5);
 * writer.string(NAME, "a");
 * writer.message(POINT, before);
 * ```
 *
 * A `tag` is `field << 3 | wireType`; all fields here are below 16, so that it is one byte.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  /** Of the byte that was written last. */
  #position = INITIAL_BYTES;
  readonly #encoder = new TextEncoder();
  readonly #longTexts = new RecentTexts<WrittenSpan>();

  /** Begins a message of its own; what was written before is forgotten. */
  begin(): void {
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#use(new Uint8Array(INITIAL_BYTES));
    this.#position = this.#bytes.length;
    this.#longTexts.clear();
  }

  /**
   * What was written since {@linkcode begin}, in place: valid until the next message begins. Copies of a few MiB for
   * each request would cost as much as a third of the encoding, and wait for a major collection.
   */
  finish(): Uint8Array<ArrayBuffer> {
    // They may be long, and the next message late.
    this.#longTexts.clear();
    return this.#bytes.subarray(this.#position);
  }

  /** Number of bytes that were written since {@linkcode begin}. */
  get size(): number {
    return this.#bytes.length - this.#position;
  }

  /** Makes a nested message of what was written since {@linkcode size} was `before`. */
  message(tag: number, before: number): void {
    this.length(before);
    this.#bytes[--this.#position] = tag;
  }

  /** The same without its tag. */
  length(before: number): void {
    const length = this.size - before;
    this.#ensure(1 + 5);
    if (length < 0x80) this.#bytes[--this.#position] = length;
    else this.#varint(length);
  }

  tag(tag: number): void {
    this.#ensure(1);
    this.#bytes[--this.#position] = tag;
  }

  /** A string, as UTF-8; a lone surrogate becomes U+FFFD. */
  string(tag: number, value: string): void {
    const before = this.size;
    this.#text(value);
    this.message(tag, before);
  }

  bytes(tag: number, value: Uint8Array): void {
    const before = this.size;
    this.#raw(value);
    this.message(tag, before);
  }

  /** Bytes given in hexadecimal. */
  hex(tag: number, value: string): void {
    this.bytes(tag, Buffer.from(value, "hex"));
  }

  bool(tag: number, value: boolean): void {
    this.#ensure(2);
    this.#bytes[--this.#position] = value ? 1 : 0;
    this.#bytes[--this.#position] = tag;
  }

  /** An integer from -2^63 to below 2^63. */
  int64(tag: number, value: number | bigint): void {
    this.#ensure(1 + 10);
    if (typeof value === "number" && value >= 0) this.#varint(value);
    else this.#int64(BigInt.asUintN(64, BigInt(value)));
    this.#bytes[--this.#position] = tag;
  }

  double(tag: number, value: number): void {
    this.#ensure(1 + 8);
    this.#view.setFloat64(this.#position -= 8, value, true);
    this.#bytes[--this.#position] = tag;
  }

  fixed32(tag: number, value: number): void {
    this.#ensure(1 + 4);
    this.#view.setUint32(this.#position -= 4, value, true);
    this.#bytes[--this.#position] = tag;
  }

  fixed64(tag: number, value: bigint): void {
    this.#ensure(1 + 8);
    this.#view.setBigUint64(this.#position -= 8, value, true);
    this.#bytes[--this.#position] = tag;
  }

  /** Once more what was written already. */
  again({ from, to }: WrittenSpan): void {
    const length = to - from;
    this.#ensure(length + 8);
    const source = this.#bytes.length - from;
    const target = this.#position;
    this.#position -= length;
    if (length > SHORT_SPAN) return void this.#bytes.copyWithin(this.#position, source - length, source);
    // Eight bytes at a time. What the last ones have too much lies where nothing is written yet.
    const view = this.#view;
    for (let done = 8; done < length + 8; done += 8) view.setBigUint64(target - done, view.getBigUint64(source - done));
  }

  #text(value: string): void {
    const { length } = value;
    if (length > LOOP_MAX_LENGTH) return this.#longText(value);
    this.#ensure(length);
    const bytes = this.#bytes;
    const start = this.#position - length;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) return this.#encoded(value);
      bytes[start + index] = code;
    }
    this.#position = start;
  }

  #longText(value: string): void {
    const known = this.#longTexts.find(value);
    if (known !== undefined) return this.again(known);
    const from = this.size;
    this.#encoded(value);
    this.#longTexts.add(value, { from, to: this.size });
  }

  /** First where it surely has room, then where it belongs: that costs less than to count its bytes. */
  #encoded(value: string): void {
    const most = value.length > LONG_LENGTH ? Buffer.byteLength(value) : 3 * value.length;
    this.#ensure(most);
    const start = this.#position - most;
    const { written } = this.#encoder.encodeInto(value, this.#bytes.subarray(start, this.#position));
    this.#position -= written;
    this.#bytes.copyWithin(this.#position, start, start + written);
  }

  /** Division instead of shifts, which end at 32 bits; it is exact, as 128 is a power of two. */
  #varint(value: number): void {
    const bytes = this.#bytes;
    let at = this.#position -= varintSize(value);
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at] = rest;
  }

  /** Two's complement in 64 bits: ten bytes for what is negative. */
  #int64(value: bigint): void {
    const groups: number[] = [];
    let rest = value;
    while (rest > 0x7fn) {
      groups.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    groups.push(Number(rest));
    this.#raw(groups);
  }

  #raw(bytes: ArrayLike<number>): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#position -= bytes.length);
  }

  #ensure(size: number): void {
    if (size > this.#position) this.#grow(size);
  }

  /** The old buffer's memory is free at once: collectors see little reason to look for a few large ones. */
  #grow(size: number): void {
    const old = this.#bytes;
    const written = old.subarray(this.#position);
    const bytes = new Uint8Array(Math.max(written.length + size, 2 * old.length));
    bytes.set(written, this.#position = bytes.length - written.length);
    this.#use(bytes);
    old.buffer.transfer(0);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Bytes of the varint of an integer below 2^64. */
function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) size++;
  return size;
}
