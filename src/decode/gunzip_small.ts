import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { inflateFor } from "./decompress.ts";
import { isGzip } from "./inflate.ts";

/** Stored bytes of an object that is decompressed at once: nothing else goes on meanwhile. */
export const MAX_SMALL_BYTES = 64 * 1024;

/**
 * The uncompressed bytes of a small gzip object, at a tenth of the CPU time that doing it in pieces takes. Undefined for
 * anything but one whole member of at most `maxBytes`, which is no archive itself: of those `decompress` knows what to make.
 */
export function gunzipSmall(stored: Uint8Array, maxBytes: number): Uint8Array | undefined {
  if (!isGzip(stored) || stored.length < MIN_MEMBER_BYTES) return undefined;
  // A member ends with its length: what has more members, or anything behind them, ends with another number.
  const length = Buffer.from(stored.buffer, stored.byteOffset, stored.length).readUInt32LE(stored.length - 4);
  if (length > maxBytes) return undefined;
  try {
    const bytes = gunzipSync(stored, { maxOutputLength: Math.max(length, 1) });
    return bytes.length === length && inflateFor(bytes) === undefined ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Header and trailer. */
const MIN_MEMBER_BYTES = 18;
