/** Reading a stored body within bounds, and its form in the record. */
import { Buffer } from "node:buffer";
import { decompress } from "../../../decode/decompress.ts";
import { gunzipSmall, MAX_SMALL_BYTES } from "../../../decode/gunzip_small.ts";
import { DamagedObjectError, ObjectUnreadableError } from "../../../decode/object_error.ts";
import { isHeavy } from "../../../decode/weight.ts";
import type { Companion } from "../../../component/batch.ts";
import { exactJson } from "../read/exact_json.ts";

/** Stored bytes that gzip may add to what cannot be compressed: a header and 5 bytes in 16 KiB. */
const GZIP_EXTRA_BYTES = 1024;
const GZIP_EXTRA_PART = 1 / 1024;

/**
 * Checks the stored size before a byte is read.
 *
 * @throws {ObjectUnreadableError} it is too large.
 */
export function checkStoredSize({ sizeBytes }: Companion, maxBytes: number): void {
  if (sizeBytes !== undefined && sizeBytes > maxBytes * (1 + GZIP_EXTRA_PART) + GZIP_EXTRA_BYTES) {
    throw tooLarge(maxBytes);
  }
}

/**
 * All bytes of a body, uncompressed; no more than `maxBytes` and one piece (128 KiB) are held.
 *
 * @throws {ObjectUnreadableError} it is longer, or a damaged gzip.
 * @throws {unknown} anything else is transient.
 */
export async function readBody({ body, sizeBytes }: Companion, maxBytes: number): Promise<Uint8Array> {
  if (sizeBytes === undefined || sizeBytes > MAX_SMALL_BYTES) return await inPieces(body, maxBytes);
  const stored = await Array.fromAsync(body);
  return gunzipSmall(Buffer.concat(stored), maxBytes) ?? await inPieces(again(stored), maxBytes);
}

async function* again(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void, void> {
  yield* pieces;
}

async function inPieces(stored: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const piece of decompress(stored)) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes) throw tooLarge(maxBytes);
      pieces.push(piece);
    }
  } catch (error) {
    if (!(error instanceof DamagedObjectError)) throw error;
    throw new ObjectUnreadableError(error.message, { reason: "damaged", cause: error });
  }
  return Buffer.concat(pieces);
}

function tooLarge(maxBytes: number): ObjectUnreadableError {
  return new ObjectUnreadableError(`Cannot read body: it is longer than ${maxBytes} bytes`, { reason: "too_large" });
}

/** A body in the form of its record: its JSON text and the value of that. */
export interface BodyJson {
  readonly text: string;
  readonly value: unknown;
  /** Whether it is JSON with too many values to be parsed, so that the value is its text. */
  readonly isHeavy?: boolean;
}

/**
 * The bytes as JSON: unchanged when they are JSON, a string for other text and for JSON with too many values to be
 * parsed, base64 for anything else.
 */
export function bodyJsonOf({ bytes, text }: BodyContent): BodyJson {
  if (text !== undefined && isHeavy(text)) return { text: JSON.stringify(text), value: text, isHeavy: true };
  try {
    if (text !== undefined) return { text, value: exactJson(text) };
  } catch {
    // A text that is no JSON.
  }
  const value = text ?? Buffer.from(bytes).toString("base64");
  return { text: JSON.stringify(value), value };
}

/** A body as it was read. */
export interface BodyContent {
  readonly bytes: Uint8Array;
  /** Without blanks around it; undefined when the bytes are no text. */
  readonly text: string | undefined;
}

export function bodyContentOf(bytes: Uint8Array): BodyContent {
  return { bytes, text: textOf(bytes)?.trim() };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
