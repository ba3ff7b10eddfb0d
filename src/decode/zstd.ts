import { constants, createZstdDecompress } from "node:zlib";
import { DamagedObjectError } from "./object_error.ts";
import { ZstdFrames } from "./zstd_frames.ts";

/** Uncompressed bytes a piece. */
const PIECE_BYTES = 128 * 1024;
/** Memory of a decoder: 8 MiB, which RFC 8878 asks every decoder to have; `zstd --ultra` and `--long` want more. */
const MAX_WINDOW_LOG = 23;

/** What is behind a stream of `node:zlib`: it decodes at once and throws where it stands. */
interface Decoder {
  writeSync(
    flush: number,
    ...[input, inputAt, inputBytes, output, outputAt, outputBytes]: [
      Uint8Array,
      number,
      number,
      Uint8Array,
      number,
      number,
    ]
  ): void;
  onerror: (message: string) => void;
}

/**
 * The uncompressed bytes of zstd frames, one after the other.
 *
 * @throws {DamagedObjectError} after what came before the damage, except what zlib made of the slice at hand.
 */
export async function* inflateZstd(
  slices: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  using decoder = new ZstdDecoder();
  const frames = new ZstdFrames();
  for await (const slice of slices) {
    frames.push(slice);
    yield* decoder.write(slice);
  }
  if (frames.isInside) throw damaged("the last zstd frame ends too early");
}

/**
 * Not the stream itself: in Deno what goes wrong inside a zstd stream is thrown where nobody can catch it, and ends the
 * program.
 */
class ZstdDecoder implements Disposable {
  readonly #stream = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG } });
  readonly #decoder: Decoder;
  /** Bytes of the output and of the input that were left free and unread. */
  readonly #left: Uint32Array;
  #piece = new Uint8Array(PIECE_BYTES);
  #error: string | undefined;

  constructor() {
    const { _handle, _writeState } = this.#stream as unknown as { _handle?: Decoder; _writeState?: Uint32Array };
    if (typeof _handle?.writeSync !== "function" || _writeState === undefined) {
      throw damaged("this runtime cannot read zstd");
    }
    this.#decoder = _handle;
    this.#decoder.onerror = (message) => this.#error = message;
    this.#left = _writeState;
  }

  *write(slice: Uint8Array): Generator<Uint8Array, void, void> {
    for (let at = 0;;) {
      const piece = this.#piece;
      this.#decode(slice, { at, piece });
      const [freeBytes = 0, unreadBytes = 0] = this.#left;
      const isStuck = freeBytes === PIECE_BYTES && unreadBytes === slice.length - at;
      at = slice.length - unreadBytes;
      if (freeBytes < PIECE_BYTES) {
        // Whoever gets a piece may keep it.
        this.#piece = new Uint8Array(PIECE_BYTES);
        yield piece.subarray(0, PIECE_BYTES - freeBytes);
      }
      if (freeBytes > 0 && (unreadBytes === 0 || isStuck)) return;
    }
  }

  #decode(slice: Uint8Array, { at, piece }: { at: number; piece: Uint8Array }): void {
    try {
      this.#decoder.writeSync(constants.ZSTD_e_continue, slice, at, slice.length - at, piece, 0, piece.length);
    } catch (cause) {
      throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
    }
    if (this.#error !== undefined) throw damaged(this.#error);
  }

  [Symbol.dispose](): void {
    this.#stream.destroy();
  }
}

function damaged(problem: string, cause?: unknown): DamagedObjectError {
  return new DamagedObjectError(`Cannot decompress object: ${problem}`, { cause });
}
