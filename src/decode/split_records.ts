import { UnfinishedRecordError } from "./object_error.ts";
import { type RawRecord, RecordSplitter, type SplitOptions } from "./record_splitter.ts";

export type { RawRecord, SplitOptions } from "./record_splitter.ts";

/**
 * The records of an uncompressed object, several at a time, in order: NDJSON, concatenated or pretty-printed JSON
 * objects, a list of objects, or the list that an object holds. A malformed record is handed on like the others. When
 * reading `chunks` throws, the complete records come first.
 *
 * @throws {UnfinishedRecordError} with `mayGrow`, after all complete records: the content ends in the middle of another.
 */
export async function* splitRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: SplitOptions,
): AsyncGenerator<RawRecord[], void, void> {
  const splitter = new RecordSplitter(options);
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const chunk of chunks) {
      const records = splitter.push(chunk);
      if (records.length > 0) yield records;
    }
  } catch (error) {
    failure = { error };
  }
  const records = failure === undefined ? splitter.end() : splitter.endBroken();
  if (records.length > 0) yield records;
  if (failure !== undefined) throw failure.error;
  if (splitter.unfinishedFrom !== undefined) throw new UnfinishedRecordError(splitter.unfinishedFrom);
}
