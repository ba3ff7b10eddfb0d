import { createGunzip, type Gunzip } from "node:zlib";
import { DamagedObjectError } from "./object_error.ts";

/** Uncompressed bytes a piece: larger ones are no faster and hold more memory. */
const PIECE_BYTES = 128 * 1024;
/** Pieces that one slice may give before zlib has to wait; only content that hardly says anything gives more. */
const MAX_WAITING_PIECES = 4;

/**
 * The uncompressed bytes of gzip members, one after the other, zeros between and behind them left out. When zlib finds
 * wrong bits, it holds back what it made out of the slice at hand.
 *
 * @throws {DamagedObjectError} after what came before the damage.
 */
export async function* inflate(
  slices: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  let stream: InflateStream | undefined;
  try {
    for await (const slice of slices) {
      let rest = stream === undefined ? withoutLeadingZeros(slice) : slice;
      while (rest.length > 0) {
        stream ??= new InflateStream();
        yield* stream.write(rest);
        rest = rest.subarray(rest.length - stream.unreadBytes);
        if (rest.length === 0) break;
        stream.close();
        stream = undefined;
        rest = withoutLeadingZeros(rest);
      }
    }
    if (stream !== undefined) yield* stream.end();
  } finally {
    stream?.close();
  }
}

function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
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
