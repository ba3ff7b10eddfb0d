import { unreadableReason } from "../../component/file_reasons.ts";
import { LOGS_JSON_START, readLogsJson } from "../../otlp/read_json_logs.ts";
import { decompress } from "../../decode/decompress.ts";
import { splitRecords } from "../../decode/split_records.ts";
import { DEAD_LETTER } from "../../pipeline/dead_letter.ts";
import { compareKeys } from "../../aws/s3/bucket.ts";
import { nameOfObject } from "../../aws/s3/object_store.ts";
import type { BackfillObject } from "./job.ts";

/** What a dead letter names. */
export interface DeadLetterList {
  /** Objects, each once, in the order of their names. */
  readonly objects: readonly BackfillObject[];
  /** Dead-letter entries about anything but an object of S3, or that cannot be read. */
  readonly others: number;
}

const MAX_LINE_BYTES = 256 * 1024 * 1024;
/** Behind an access point the bucket is its ARN, which may hold a slash. */
const OBJECT = /^s3:\/\/(arn:[^/]+:accesspoint\/[^/]+|[^/]+)\/(.+)$/s;

/**
 * Reads the file of a dead letter as a list of objects, plain or gzip.
 *
 * @throws {Error} it cannot be read.
 */
export async function readDeadLetter(path: string): Promise<DeadLetterList> {
  const objects = new Map<string, BackfillObject>();
  let others = 0;
  try {
    using file = await Deno.open(path);
    for await (const lines of splitRecords(decompress(file.readable), { maxBytes: MAX_LINE_BYTES })) {
      for (const { text } of lines) {
        for (const source of sourcesOf(text)) {
          const object = objectOf(source);
          if (object === undefined) others++;
          else objects.set(nameOfObject(object), object);
        }
      }
    }
  } catch (error) {
    throw new Error(`Cannot read dead letter: ${path}: ${unreadableReason(error)}`, { cause: error });
  }
  const sorted = [...objects].sort(([one], [other]) => compareKeys(one, other)).map(([, object]) => object);
  return { objects: sorted, others };
}

/** The sources that a line's entries name; undefined for one that names none. */
function sourcesOf(line: string): unknown[] {
  if (!line.startsWith(LOGS_JSON_START)) return [undefined];
  try {
    return readLogsJson(line).map(({ attributes }) => attributes[DEAD_LETTER.source]);
  } catch {
    return [undefined];
  }
}

function objectOf(source: unknown): BackfillObject | undefined {
  const match = typeof source === "string" ? OBJECT.exec(source) : null;
  const [, bucket, key] = match ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key, sizeBytes: 0, etag: "" };
}
