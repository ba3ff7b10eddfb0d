import type { Semaphore } from "../../async/semaphore.ts";
import { decompress } from "../../decode/decompress.ts";
import { openFileCompanion } from "../../decode/file_companion.ts";
import { recordMaker, type RecordPlace } from "../../decode/log_records.ts";
import { peek } from "../../decode/peek.ts";
import { splitRecords } from "../../decode/split_records.ts";
import type { LogRecord, Source } from "../../component/batch.ts";
import type { OpenedFile } from "./open_file.ts";
import { isOtlpJson, replayLine } from "./replay.ts";

export interface ReadFileOptions {
  /** First part of the records' ids. */
  readonly id: string;
  /** Records that begin before this byte of the uncompressed file are left out: they were delivered. */
  readonly from: number;
  /** Longest record in uncompressed bytes. */
  readonly maxBytes: number;
  readonly expandEventListFromField: string | undefined;
  /** Notified of dead-letter entries that cannot be sent again. */
  readonly onLeft: (count: number) => void;
  /** Notified when a record cannot be given, as it is too large or no text, or did not leave whole: see {@linkcode Source.keep}. */
  readonly onKeep: () => void;
  /** See {@linkcode splitRecords}. */
  readonly largeReads: Semaphore;
  readonly signal: AbortSignal;
  /** See {@linkcode Source.signal}. */
  readonly giveUp: AbortSignal;
}

/** So many first bytes tell what a file holds. */
const KIND_BYTES = 64;
/** How much longer a line of OTLP JSON may be than the largest record: what is escaped and mapped takes more room. */
const LINE_FACTOR = 8;

/**
 * The records of a file, several at a time: invocation logs as they were read, and what a line of OTLP JSON holds as it
 * was to leave.
 *
 * @throws {DamagedObjectError} it is truncated or damaged gzip or zstd; what is before the damage comes first.
 * @throws {UnfinishedRecordError} it ends in the middle of a record: the file is still being copied, or was cut.
 * @throws {unknown} what reading throws; after an abort the signal's reason.
 */
export async function* readFile(
  file: OpenedFile,
  { id, from, maxBytes, expandEventListFromField, onLeft, onKeep, largeReads, signal, giveUp }: ReadFileOptions,
): AsyncGenerator<LogRecord[], void, void> {
  const { start, all } = await peek(decompress(file.bytes(signal)), KIND_BYTES);
  const isOtlp = isOtlpJson(new TextDecoder().decode(start));
  const options = isOtlp
    ? { maxBytes: maxBytes * LINE_FACTOR, mayGrow: true }
    : { maxBytes, expandEventListFromField, mayGrow: true };
  const toLogRecord = recordMaker({ ...placeOf(file, { signal: giveUp, keep: onKeep }), id });
  for await (const group of splitRecords(all, { ...options, largeReads, signal })) {
    const records = group.flatMap((raw) => {
      if (raw.fault !== undefined) onKeep();
      const record = toLogRecord(raw);
      const line = isOtlp ? replayLine(raw, record) : undefined;
      if (line === undefined) return [record];
      if (line.left > 0) onLeft(line.left);
      return line.records;
    });
    // What waits for the records' delivery must not keep their texts.
    group.length = 0;
    const left = records.filter(({ origin }) => Number(origin.position) >= from);
    if (left.length > 0) yield left;
  }
}

/** What the records of a file share. Its bodies are found by name: a download has them wherever their bucket is. */
function placeOf(
  { path, mtimeMs }: OpenedFile,
  shared: Required<Pick<Source, "signal" | "keep">>,
): Omit<RecordPlace, "id"> {
  const source: Source = { name: path, ...shared, readCompanion: (place) => openFileCompanion(path, place) };
  return { source, attributes: { "log.file.path": path }, writtenMs: mtimeMs };
}
