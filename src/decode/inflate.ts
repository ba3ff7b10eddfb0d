import { createGunzip, type Gunzip } from "node:zlib";
import { DamagedObjectError } from "./object_error.ts";

/** Uncompressed bytes a piece: larger ones are no faster and hold more memory. */
const PIECE_BYTES = 128 * 1024;
/** Pieces that one slice may give before zlib has to wait; only content that hardly says anything gives more. */
const MAX_WAITING_PIECES = 4;

const NEWLINE = 0x0a;

/** Whether a member begins at the index. */
export function isGzip(bytes: Uint8Array, at = 0): boolean {
  return bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
}

/**
 * The uncompressed bytes of gzip members, one after the other, zeros and line feeds between and behind them left out.
 * When zlib finds wrong bits, it holds back what it made out of the slice at hand.
 *
 * @throws {DamagedObjectError} after what came before the damage.
 */
export async function* inflateGzip(
  slices: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let stream: InflateStream | undefined;
  let isBehindDelimiter = false;
  try {
    for await (const slice of cutAtDelimiters(slices)) {
      let rest = slice;
      for (;;) {
        if (stream === undefined) rest = withoutPadding(rest);
        if (rest.length === 0) break;
        stream ??= new InflateStream();
        try {
          yield* stream.write(rest);
          isBehindDelimiter = isDelimiter(rest);
          rest = rest.subarray(rest.length - stream.unreadBytes);
          if (rest.length === 0) break;
        } catch (error) {
          // zlib takes a line feed behind a member for the begin of the next.
          const isDelimited = isBehindDelimiter || isDelimiter(rest);
          if (!isDelimited || !stream.hasFoundNoMember) throw error;
          // What fails again with a new stream is no member.
          isBehindDelimiter = false;
        }
        stream.close();
        stream = undefined;
      }
    }
    if (stream === undefined || (isBehindDelimiter && await stream.isBetweenMembers())) return;
    yield* stream.end();
  } finally {
    stream?.close();
  }
}

/**
 * The slices, with each line feed alone that may stand between two members or behind the last: Firehose puts one behind
 * each record where it is told to.
 */
async function* cutAtDelimiters(
  slices: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const slice of slices) {
    const bytes = new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength);
    let from = 0;
    while (from < bytes.length) {
      const found = delimiterIn(bytes, from);
      const at = found === -1 && bytes.at(-1) === NEWLINE ? bytes.length - 1 : found;
      if (at === -1) break;
      if (at > from) yield bytes.subarray(from, at);
      yield bytes.subarray(at, at + 1);
      from = at + 1;
    }
    if (from < bytes.length) yield bytes.subarray(from);
  }
}

/** Index of a line feed before a member; -1 when there is none. A Buffer's search for three bytes takes six times as long. */
function delimiterIn(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (isGzip(bytes, at + 1)) return at;
  }
  return -1;
}

function isDelimiter(bytes: Uint8Array): boolean {
  return bytes.length === 1 && bytes[0] === NEWLINE;
}

function withoutPadding(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0 && byte !== NEWLINE);
  return start === -1 ? bytes.subarray(bytes.length) : bytes.subarray(start);
}

/**
 * zlib's gunzip, one write at a time, everything that it makes out taken before the next: what a Node stream still
 * buffers when it fails is lost, so output is not left in its buffer.
 */
class InflateStream {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  readonly #pieces: Uint8Array[] = [];
  #writtenBytes = 0;
  #error: Error | undefined;
  #wake: () => void = () => {};

  constructor() {
    this.#gunzip.on("data", (piece: Uint8Array) => {
      this.#pieces.push(piece);
      if (this.#pieces.length >= MAX_WAITING_PIECES) this.#gunzip.pause();
      this.#wake();
    });
    this.#gunzip.on("end", () => this.#wake());
    this.#gunzip.on("error", (error) => {
      this.#error = error;
      this.#wake();
    });
  }

  /** Whether what failed is looking for the next member. */
  get hasFoundNoMember(): boolean {
    return this.#error?.message === "incorrect header check";
  }

  /** Whether no member is begun but for a line feed: then a second one is none either. Nothing can be written after it. */
  async isBetweenMembers(): Promise<boolean> {
    try {
      for await (const _ of this.write(Uint8Array.of(NEWLINE))) {
        // Made of what nobody wrote.
      }
    } catch {
      return this.hasFoundNoMember;
    }
    return false;
  }

  /** Bytes at the end of the last slice that were not taken: zlib stops at padding behind a member. */
  get unreadBytes(): number {
    return this.#writtenBytes - this.#gunzip.bytesWritten;
  }

  async *write(slice: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
    let taken = false;
    this.#writtenBytes += slice.length;
    this.#gunzip.write(slice, () => {
      taken = true;
      this.#wake();
    });
    yield* this.#piecesUntil(() => taken);
  }

  async *end(): AsyncGenerator<Uint8Array, void, void> {
    this.#gunzip.end();
    yield* this.#piecesUntil(() => this.#gunzip.readableEnded);
  }

  close(): void {
    this.#gunzip.destroy();
  }

  async *#piecesUntil(done: () => boolean): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        yield piece;
        continue;
      }
      if (this.#error !== undefined) throw damaged(this.#error);
      if (done()) return;
      this.#gunzip.resume();
      await woken.promise;
    }
  }
}

function damaged(error: Error): DamagedObjectError {
  return new DamagedObjectError(`Cannot decompress object: ${error.message}`, { cause: error });
}
