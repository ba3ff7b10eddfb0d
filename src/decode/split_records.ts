import type { Semaphore } from "../async/semaphore.ts";
import { binaryKindOf } from "./binary_kind.ts";
import { UnfinishedRecordError } from "./object_error.ts";
import { LargeTurn } from "./large_turn.ts";
import { isEnvelope, isLargeEnvelope, openLogEvents } from "./log_events.ts";
import { peek } from "./peek.ts";
import { notText, type RawRecord, tooLarge } from "./raw_record.ts";
import { RecordSplitter, type SplitOptions } from "./record_splitter.ts";

export type { RawRecord } from "./raw_record.ts";
export type { SplitOptions } from "./record_splitter.ts";

/** So many first bytes tell what an object holds. */
const KIND_BYTES = 4096;
/** Longest envelope of CloudWatch Logs, where records may not be longer themselves: it holds many. */
const ENVELOPE_BYTES = 16 * 1024 * 1024;

/** Objects with larger records, and large envelopes, are read one at a time. */
const LARGE_BYTES = 1024 * 1024;

/** The most records that are given at once: each becomes more than its text. */
const MAX_GROUP = 500;

/**
 * The records of an uncompressed object, several at a time, in order: NDJSON, concatenated or pretty-printed JSON
 * objects, a list of objects, or the list that an object holds; of CloudWatch Logs' envelopes and export lines what is in them. What is no text is one record with a fault. A malformed record is handed on like the others. When
 * reading `chunks` throws, the complete records come first.
 *
 * @throws {UnfinishedRecordError} with `mayGrow`, after all complete records: the content ends in the middle of another.
 * @throws {TooSlowError} what is large comes too slowly while others wait to read such.
 * @throws {unknown} the reason of `signal`, aborted while others are reading large records, of which `largeReads` lets one at a
 * time be read; unset: nobody else reads.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: SplitOptions & { readonly largeReads?: Semaphore | undefined; readonly signal?: AbortSignal },
): AsyncGenerator<RawRecord[], void, void> {
  const { maxBytes, largeReads, signal } = options;
  const { start, all } = await peek(chunks, KIND_BYTES);
  const kind = binaryKindOf(start);
  if (kind !== undefined) {
    let sizeBytes = 0;
    for await (const chunk of all) sizeBytes += chunk.length;
    yield [notText({ position: 0, sizeBytes }, kind)];
    return;
  }
  const holdsEnvelopes = isEnvelope(new TextDecoder().decode(start).trimStart());
  const splitter = new RecordSplitter(
    holdsEnvelopes ? { ...options, maxBytes: Math.max(maxBytes, ENVELOPE_BYTES) } : options,
  );
  const open = (records: readonly RawRecord[]) =>
    records.flatMap(openLogEvents).map((record) =>
      record.fault === undefined && record.sizeBytes > maxBytes ? tooLarge(record, maxBytes) : record
    );
  let failure: { readonly error: unknown } | undefined;
  using turn = new LargeTurn(largeReads, signal);
  try {
    try {
      for await (const chunk of turn.chunksOf(all)) {
        const records = splitter.push(chunk);
        if (records.some(isLargeEnvelope)) await turn.take();
        yield* groupsOf(open(records));
        if (splitter.heldBytes > LARGE_BYTES) await turn.take();
        else turn.leave();
      }
    } catch (error) {
      failure = { error };
    }
    const last = failure === undefined ? splitter.end() : splitter.endBroken();
    if (last.some(isLargeEnvelope)) await turn.take();
    yield* groupsOf(open(last));
    if (failure !== undefined) throw failure.error;
    if (splitter.unfinishedFrom !== undefined) throw new UnfinishedRecordError(splitter.unfinishedFrom);
  } finally {
    splitter.release();
  }
}

function* groupsOf(records: RawRecord[]): Generator<RawRecord[], void, void> {
  if (records.length === 0) return;
  if (records.length <= MAX_GROUP) return yield records;
  for (let at = 0; at < records.length; at += MAX_GROUP) yield records.slice(at, at + MAX_GROUP);
}
