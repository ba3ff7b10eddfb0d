import { inflateGzip, isGzip } from "./inflate.ts";
import { DamagedObjectError } from "./object_error.ts";
import { peek } from "./peek.ts";
import { inflateZstd } from "./zstd.ts";

/** Compressed bytes given to zlib at once. */
const SLICE_BYTES = 64 * 1024;
/** Compressed bytes kept for making up for what zlib holds back when it finds damage. */
const MAX_KEPT_BYTES = 256 * 1024;

/** An object may be compressed so often: what CloudWatch Logs compressed is compressed once more by Firehose. */
const MAX_LAYERS = 3;

/** Makes the uncompressed bytes of slices. */
type Inflate = (slices: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => AsyncGenerator<Uint8Array, void, void>;

/**
 * The uncompressed bytes of an object that is gzip (several members, trailing zeros are fine), zstd (several frames) or
 * plain; which of them is told from the first bytes, also of what comes out. Memory is constant, and no more is read
 * from `chunks` than the consumer takes.
 *
 * Of what is truncated or damaged everything before the damage comes first; only where wrong bits are found beyond
 * 1 MiB of compressed bytes, the piece being made then (at most 256 KiB) is not given.
 *
 * @throws {DamagedObjectError} it is truncated or damaged.
 * @throws {unknown} what reading `chunks` throws, as it is.
 */
export async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  yield* unpack(chunks, MAX_LAYERS);
}

async function* unpack(chunks: AsyncIterable<Uint8Array>, layers: number): AsyncGenerator<Uint8Array, void, void> {
  const { start, all } = await peek(chunks, 4);
  const inflate = layers === 0 ? undefined : inflateFor(start);
  if (inflate === undefined) yield* all;
  else yield* unpack(expand(all, inflate), layers - 1);
}

/** How bytes that begin so are decompressed; undefined where they are not compressed. */
export function inflateFor(start: Uint8Array): Inflate | undefined {
  if (isGzip(start)) return inflateGzip;
  const [a = 0, b, c, d] = start;
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return inflateZstd;
  // A zstd frame without content, as seekable archives have them.
  return a >> 4 === 5 && b === 0x2a && c === 0x4d && d === 0x18 ? inflateZstd : undefined;
}

async function* expand(
  chunks: AsyncIterable<Uint8Array>,
  inflate: Inflate,
): AsyncGenerator<Uint8Array, void, void> {
  let kept: Uint8Array[] | undefined = [];
  let keptBytes = 0;
  let givenBytes = 0;
  async function* slices(): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        keptBytes += slice.length;
        if (keptBytes > MAX_KEPT_BYTES) kept = undefined;
        kept?.push(slice);
        yield slice;
      }
    }
  }
  try {
    for await (const piece of inflate(slices())) {
      givenBytes += piece.length;
      yield piece;
    }
  } catch (error) {
    if (error instanceof DamagedObjectError && kept !== undefined) yield* salvage(kept, { inflate, givenBytes });
    throw error;
  }
}

/** What zlib had made out before the damage beyond `givenBytes`: it gets the last slice again byte by byte. */
async function* salvage(
  slices: readonly Uint8Array[],
  { inflate, givenBytes }: { inflate: Inflate; givenBytes: number },
): AsyncGenerator<Uint8Array, void, void> {
  const last = slices.at(-1) ?? new Uint8Array();
  const again = [...slices.slice(0, -1), ...Array.from(last, (_, at) => last.subarray(at, at + 1))];
  let leftOutBytes = 0;
  try {
    for await (const piece of inflate(again)) {
      const fresh = piece.subarray(Math.min(piece.length, givenBytes - leftOutBytes));
      leftOutBytes += piece.length - fresh.length;
      if (fresh.length > 0) yield fresh;
    }
  } catch {
    // The same damage again: the caller passes it on.
  }
}
