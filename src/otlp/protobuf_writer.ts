import { Buffer } from "node:buffer";

const INITIAL_BYTES = 64 * 1024;
/** A larger buffer, left by an exceptional request, is not kept. */
const MAX_KEPT_BYTES = 8 * 1024 * 1024;
/** Of longer texts the bytes are counted before they are written. */
const LONG_LENGTH = 64 * 1024;
/** From this length on `encodeInto` is faster than a loop over the characters (measured). */
const LOOP_MAX_LENGTH = 64;

/**
 * Writes protobuf into one growing buffer, which later messages use again.
 *
 * The length of a nested message stands before it and is known after it: {@linkcode open} reserves the bytes that the
 * expected length takes, and {@linkcode close} fills them in, moving the message when the guess was wrong. So lengths
 * are always in their shortest form, whatever was expected.
 *
 * A `tag` is `field << 3 | wireType`; all fields here are below 16, so that it is one byte.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #position = 0;
  /** Of the messages that are open: where their content starts, and how many bytes are reserved before it. */
  readonly #open: { start: number; reserved: number }[] = [];
  #depth = 0;
  readonly #encoder = new TextEncoder();

  /** Begins a message of its own; what was written before is forgotten. */
  begin(): void {
    this.#position = 0;
    if (this.#bytes.length > MAX_KEPT_BYTES) this.#replaceBuffer(INITIAL_BYTES);
    this.#depth = 0;
  }

  /**
   * What was written since {@linkcode begin}, in place: valid until the next message begins. Copies of a few MiB for
   * each request would cost as much as a third of the encoding, and wait for a major collection.
   */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#position);
  }

  /** Begins a nested message of about `expectedBytes`. */
  open(tag: number, expectedBytes: number): void {
    const reserved = varintSize(expectedBytes);
    this.#ensure(1 + reserved);
    this.#bytes[this.#position] = tag;
    this.#position += 1 + reserved;
    const frame = this.#open[this.#depth];
    if (frame === undefined) this.#open.push({ start: this.#position, reserved });
    else {
      frame.start = this.#position;
      frame.reserved = reserved;
    }
    this.#depth++;
  }

  /** Ends the message that was begun last. */
  close(): void {
    const { start, reserved } = this.#open[--this.#depth] as { start: number; reserved: number };
    this.#patchLength(start, reserved);
  }

  /** A string, as UTF-8; a lone surrogate becomes U+FFFD. */
  string(tag: number, value: string): void {
    const length = value.length;
    const reserved = varintSize(length);
    // Counting the bytes of a long text costs less than room for three a character.
    this.#ensure(1 + 5 + (length > LONG_LENGTH ? Buffer.byteLength(value) : 3 * length));
    this.#bytes[this.#position] = tag;
    const start = this.#position + 1 + reserved;
    this.#position = start + this.#writeText(value, start);
    this.#patchLength(start, reserved);
  }

  bytes(tag: number, value: Uint8Array): void {
    this.open(tag, value.length);
    this.#ensure(value.length);
    this.#bytes.set(value, this.#position);
    this.#position += value.length;
    this.close();
  }

  /** Bytes given in hexadecimal. */
  hex(tag: number, value: string): void {
    this.bytes(tag, Buffer.from(value, "hex"));
  }

  bool(tag: number, value: boolean): void {
    this.#ensure(2);
    this.#bytes[this.#position++] = tag;
    this.#bytes[this.#position++] = value ? 1 : 0;
  }

  /** An integer from -2^63 to below 2^63. */
  int64(tag: number, value: number | bigint): void {
    this.#ensure(1 + 10);
    this.#bytes[this.#position++] = tag;
    if (typeof value === "number" && value >= 0) this.#writeVarint(value);
    else this.#writeInt64(BigInt(value));
  }

  double(tag: number, value: number): void {
    this.#ensure(1 + 8);
    this.#bytes[this.#position] = tag;
    this.#view.setFloat64(this.#position + 1, value, true);
    this.#position += 9;
  }

  fixed32(tag: number, value: number): void {
    this.#ensure(1 + 4);
    this.#bytes[this.#position] = tag;
    this.#view.setUint32(this.#position + 1, value, true);
    this.#position += 5;
  }

  fixed64(tag: number, value: bigint): void {
    this.#ensure(1 + 8);
    this.#bytes[this.#position] = tag;
    this.#view.setBigUint64(this.#position + 1, value, true);
    this.#position += 9;
  }

  /** Writes at `start`, which has room for it, and returns the number of bytes. */
  #writeText(value: string, start: number): number {
    const length = value.length;
    if (length <= LOOP_MAX_LENGTH) {
      const bytes = this.#bytes;
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 0x7f) break;
        bytes[start + index] = code;
      }
      if (index === length) return length;
    }
    return this.#encoder.encodeInto(value, this.#bytes.subarray(start)).written;
  }

  /** Writes the length of what stands from `start` to here into the `reserved` bytes before it. */
  #patchLength(start: number, reserved: number): void {
    const end = this.#position;
    const length = end - start;
    if (length < 0x80 && reserved === 1) {
      this.#bytes[start - 1] = length;
      return;
    }
    const size = varintSize(length);
    const shift = size - reserved;
    if (shift !== 0) {
      if (shift > 0) this.#ensure(shift);
      this.#bytes.copyWithin(start + shift, start, end);
    }
    this.#position = start - reserved;
    this.#writeVarint(length);
    this.#position = end + shift;
  }

  /** Division instead of shifts, which end at 32 bits; it is exact, as 128 is a power of two. */
  #writeVarint(value: number): void {
    const bytes = this.#bytes;
    let rest = value;
    while (rest > 0x7fffffff) {
      bytes[this.#position++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest > 0x7f) {
      bytes[this.#position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[this.#position++] = rest;
  }

  /** Two's complement in 64 bits: ten bytes for what is negative. */
  #writeInt64(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.#bytes[this.#position++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#position++] = Number(rest);
  }

  #ensure(size: number): void {
    const needed = this.#position + size;
    if (needed <= this.#bytes.length) return;
    this.#replaceBuffer(Math.max(needed, 2 * this.#bytes.length));
  }

  /** The old buffer's memory is free at once: collectors see little reason to look for a few large ones. */
  #replaceBuffer(size: number): void {
    const old = this.#bytes;
    this.#bytes = new Uint8Array(size);
    this.#bytes.set(old.subarray(0, this.#position));
    this.#view = new DataView(this.#bytes.buffer);
    old.buffer.transfer(0);
  }
}

/** Bytes of the varint of a length (below 2^32). */
function varintSize(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  if (length < 0x1000_0000) return 4;
  return 5;
}
