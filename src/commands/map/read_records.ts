import { decompress } from "../../decode/decompress.ts";
import { openFileCompanion } from "../../decode/file_companion.ts";
import { placeId, recordMaker } from "../../decode/log_records.ts";
import { splitRecords } from "../../decode/split_records.ts";
import type { LogRecord, Source } from "../../component/batch.ts";
import { unreadableReason } from "../../component/file_reasons.ts";

/** Stands for standard input among paths. */
export const STDIN = "-";

/** Longest record, as the receivers have it by default. */
const MAX_BYTES = 10 * 1024 * 1024;

/** A file does not exist, may not be read, or is damaged. */
export class FileUnreadableError extends Error {
  override readonly name = "FileUnreadableError";
}

/**
 * The records of a file or of standard input, several at a time, as a receiver hands them on: NDJSON, JSON objects
 * or a list of them, gzip or not.
 *
 * @throws {FileUnreadableError} it cannot be read (to its end: the complete records come first).
 */
export async function* readRecords(path: string): AsyncGenerator<LogRecord[], void, void> {
  try {
    const { stream, id } = await open(path);
    const attributes: Record<string, string> = path === STDIN ? {} : { "log.file.path": path };
    const toLogRecord = recordMaker({ source: sourceOf(path), attributes, id });
    for await (const group of splitRecords(decompress(stream), { maxBytes: MAX_BYTES })) yield group.map(toLogRecord);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new FileUnreadableError(`Cannot read file: ${path}: ${unreadableReason(error)}`, { cause: error });
  }
}

function sourceOf(path: string): Source {
  return path === STDIN ? { name: path } : { name: path, readCompanion: (place) => openFileCompanion(path, place) };
}

async function open(path: string): Promise<{ stream: ReadableStream<Uint8Array>; id: string }> {
  if (path === STDIN) return { stream: Deno.stdin.readable, id: placeId(["file", path]) };
  const file = await Deno.open(path);
  const { size, mtime } = await file.stat();
  return { stream: file.readable, id: placeId(["file", path, String(size), String(mtime?.getTime())]) };
}
