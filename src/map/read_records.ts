import { createHash } from "node:crypto";
import { emptyResource } from "@opentelemetry/resources";
import { decompress } from "../objects/decompress.ts";
import { type RawRecord, splitRecords } from "../objects/split_records.ts";
import type { LogRecord } from "../pipeline/batch.ts";

/** Stands for standard input among paths. */
export const STDIN = "-";

/** Longest record, as the receivers have it by default. */
const MAX_BYTES = 10 * 1024 * 1024;

const RESOURCE = emptyResource();
const SCOPE = { name: "bedrock-otel" } as const;

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
    const { stream, idPrefix } = await open(path);
    const toLogRecord = recordMaker(path, idPrefix);
    for await (const group of splitRecords(decompress(stream), { maxBytes: MAX_BYTES })) yield group.map(toLogRecord);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Deno.errors.NotFound ? "it does not exist" : (error as Error).message;
    throw new FileUnreadableError(`Cannot read file: ${path}: ${reason}`, { cause: error });
  }
}

async function open(path: string): Promise<{ stream: ReadableStream<Uint8Array>; idPrefix: string }> {
  if (path === STDIN) return { stream: Deno.stdin.readable, idPrefix: hash(["file", path]) };
  const file = await Deno.open(path);
  const { size, mtime } = await file.stat();
  return { stream: file.readable, idPrefix: hash(["file", path, String(size), String(mtime?.getTime())]) };
}

/** First 32 hex digits of SHA-256 over the parts, separated by NUL. */
function hash(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}

function recordMaker(path: string, idPrefix: string): (record: RawRecord) => LogRecord {
  const source = { name: path };
  const place = path === STDIN ? undefined : { "log.file.path": path };
  return ({ text, position, sizeBytes, fault }) => ({
    hrTime: [0, 0],
    hrTimeObserved: now(),
    body: text,
    attributes: { ...place, "log.offset": position },
    droppedAttributesCount: 0,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    sizeBytes,
    origin: {
      source,
      position,
      id: `${idPrefix}-${String(position).padStart(12, "0")}`,
      sizeBytes,
      ...fault && { fault },
    },
  });
}

function now(): [number, number] {
  const nowMs = Date.now();
  return [Math.floor(nowMs / 1000), (nowMs % 1000) * 1e6];
}
