import { Buffer } from "node:buffer";

/** A store beyond this size is left for a smaller one once most of it is not needed. */
const LARGE_BYTES = 1024 * 1024;
/** Bytes that are searched as one text. V8 keeps much larger ones each in pages of its own. */
const BLOCK_BYTES = 32 * 1024;

/** Takes half of the time that `toString` of a Buffer takes. A byte order mark stays in the text, as it does there. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The part of a byte stream that is still needed, addressed by **offsets in the stream**. It grows with what is
 * appended and forgets what is discarded.
 */
export class ByteWindow {
  #store: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(0));
  #view: Uint8Array = new Uint8Array(0);
  /** Stream offset of the store's first byte. */
  #base = 0;
  #start = 0;
  /** Some of the bytes as a text with a character for each, and the stream offset of its first. */
  #block = "";
  #blockStart = 0;

  /** The bytes; the one at stream offset `o` is at index `o - base`. Valid until the next {@linkcode append}. */
  get view(): Uint8Array {
    return this.#view;
  }

  get base(): number {
    return this.#base;
  }

  /** Stream offset of the first byte that is kept. */
  get start(): number {
    return this.#start;
  }

  /** Stream offset behind the last byte. */
  get end(): number {
    return this.#base + this.#view.length;
  }

  append(chunk: Uint8Array): void {
    const usedBytes = this.#view.length;
    if (usedBytes + chunk.length > this.#store.length) this.#makeRoom(chunk.length);
    const at = this.#view.length;
    this.#store.set(chunk, at);
    this.#view = plainView(this.#store, at + chunk.length);
  }

  /** Forgets what is before the offset. */
  discardBefore(offset: number): void {
    this.#start = Math.max(this.#start, offset);
  }

  /** Offset of the first `byte` at or after `from`; -1 when there is none yet. */
  indexOf(byte: number, from: number): number {
    const character = String.fromCharCode(byte);
    for (let at = from; at < this.end; at = this.#blockStart + this.#block.length) {
      if (at < this.#blockStart || at >= this.#blockStart + this.#block.length) this.#loadBlock(at);
      const index = this.#block.indexOf(character, at - this.#blockStart);
      if (index !== -1) return index + this.#blockStart;
    }
    return -1;
  }

  /** In a text, a character is found in a fraction of the time. */
  #loadBlock(start: number): void {
    const index = start - this.#base;
    this.#block = this.#store.toString("latin1", index, Math.min(index + BLOCK_BYTES, this.#view.length));
    this.#blockStart = start;
  }

  /** The byte at an offset; undefined behind the end. */
  at(offset: number): number | undefined {
    return this.#view[offset - this.#base];
  }

  /** The bytes from `start` to `end` as text; what is no UTF-8 becomes U+FFFD. */
  text(start: number, end: number): string {
    return decoder.decode(this.#view.subarray(start - this.#base, end - this.#base));
  }

  /** True when `ascii` is found between the offsets. */
  includes(ascii: string, start: number, end: number): boolean {
    return this.#store.subarray(start - this.#base, end - this.#base).includes(ascii, 0, "latin1");
  }

  /** Gives the memory back; nothing may be asked of the window any more. */
  release(): void {
    this.#replaceStore(Buffer.from(new ArrayBuffer(0)), 0);
    this.#block = "";
  }

  #makeRoom(bytes: number): void {
    const kept = this.#view.subarray(this.#start - this.#base);
    const needed = kept.length + bytes;
    const isSmall = needed > this.#store.length || kept.length * 2 > this.#store.length;
    const isLarge = this.#store.length > LARGE_BYTES && needed * 8 < this.#store.length;
    if (isSmall || isLarge) {
      const store = Buffer.from(new ArrayBuffer(needed * 2));
      store.set(kept);
      this.#replaceStore(store, kept.length);
    } else {
      this.#store.set(kept);
      this.#view = plainView(this.#store, kept.length);
    }
    this.#base = this.#start;
  }

  /** The old store's memory is free at once: collectors see little reason to look for a few large buffers. */
  #replaceStore(store: Buffer<ArrayBuffer>, length: number): void {
    this.#store.buffer.transfer(0);
    this.#store = store;
    this.#view = plainView(store, length);
  }
}

/** A plain view: the `indexOf` of a Buffer takes twice as long. */
function plainView(store: Buffer, length: number): Uint8Array {
  return new Uint8Array(store.buffer, store.byteOffset, length);
}
