import { awsDomain, partitionOf } from "../../aws/partition.ts";
import type { Semaphore } from "../../async/semaphore.ts";
import { decompress } from "../../decode/decompress.ts";
import { placeId, recordMaker, type RecordPlace } from "../../decode/log_records.ts";
import { DamagedObjectError, ObjectUnreadableError } from "../../decode/object_error.ts";
import { splitRecords } from "../../decode/split_records.ts";
import { storableKeys } from "../../mappings/keys.ts";
import type { LogRecord, Source } from "../../component/batch.ts";
import { nameOfObject, type ObjectRef, type ObjectStore, type StoredObject } from "../../aws/s3/object_store.ts";
import { openCompanion } from "../../aws/s3/companion.ts";

export interface ReadObjectOptions {
  /** Longest record in uncompressed bytes. */
  readonly maxBytes: number;
  /** See {@linkcode splitRecords}. */
  readonly expandEventListFromField?: string | undefined;
  /** Headers of the object that become attributes `aws.s3.metadata.<name>`. */
  readonly includeS3Metadata?: readonly string[] | undefined;
  /**
   * Called with the ETag (without the quotes) of what is read, before anything of it is given; returns the position up to and
   * with which records are left out, undefined for none.
   */
  readonly onOpened?: ((etag: string) => number | undefined) | undefined;
  /** See {@linkcode splitRecords}. */
  readonly largeReads?: Semaphore;
  readonly signal: AbortSignal;
}

/**
 * The records of an object as they were read: their text as body, where it was found as attributes. The time is 0 for
 * not known.
 *
 * @throws {ObjectMissingError} there is no such object.
 * @throws {ObjectUnreadableError} it cannot be read; when it is damaged, what is before the damage comes first.
 * @throws {unknown} anything else is transient.
 */
export async function* readObject(
  store: ObjectStore,
  ref: ObjectRef,
  options: ReadObjectOptions,
): AsyncGenerator<LogRecord[], void, void> {
  const object = await store.get(ref, { signal: options.signal });
  const toLogRecord = recordMaker(placeOf(object, { store, ref, options }));
  const knownTo = options.onOpened?.(object.etag) ?? -1;
  try {
    for await (const group of splitRecords(decompress(object.body), options)) {
      const records = group.filter(({ position }) => position > knownTo).map(toLogRecord);
      // What waits for the records' delivery must not keep their texts.
      group.length = 0;
      if (records.length > 0) yield records;
    }
  } catch (error) {
    throw asUnreadable(error, ref);
  }
}

/** What the records of an object share; it is made once. */
function placeOf(
  object: StoredObject,
  { store, ref, options }: { store: ObjectStore; ref: ObjectRef; options: ReadObjectOptions },
): RecordPlace {
  // Behind an access point the bucket's own name is not known: what it gives access to is the place.
  const ownBucket = isArn(ref.bucket) ? undefined : ref.bucket;
  const source: Source = {
    name: nameOfObject(ref),
    bucket: ownBucket,
    signal: options.signal,
    readCompanion({ bucket, key }) {
      // Another bucket's region is learned from a redirect.
      const companion = { bucket: ownBucket === undefined ? ref.bucket : bucket, key, region: object.region };
      return openCompanion(store, companion, options);
    },
  };
  const attributes = objectAttributes(object, ref, options.includeS3Metadata);
  return { source, attributes, id: objectId(ref, object.etag), writtenMs: object.lastModified?.getTime() };
}

function objectAttributes(
  object: StoredObject,
  { bucket, key }: ObjectRef,
  includeS3Metadata: readonly string[] = [],
): Record<string, string> {
  const attributes: Record<string, string> = {
    "aws.s3.bucket.name": bucket,
    "aws.s3.bucket.arn": isArn(bucket) ? bucket : `arn:${partitionOf(object.region)}:s3:::${bucket}`,
    "aws.s3.object.key": key,
    "log.file.path": objectUrl({ bucket, key, region: object.region }),
  };
  const headers = [...new Set(includeS3Metadata.map((name) => name.toLowerCase()))];
  const metadata = headers.map((name) => [name, object.headers[name]] as const);
  for (const [key, value] of storableKeys(metadata)) {
    if (value !== undefined) attributes[`aws.s3.metadata.${key}`] = value;
  }
  return attributes;
}

/** First 32 hex digits of SHA-256 over bucket, key and ETag (without quotes), separated by NUL. */
export function objectId({ bucket, key }: ObjectRef, etag: string): string {
  return placeId([bucket, key, etag]);
}

/** Objects behind an access point are named by it: which bucket they are in is not known. */
function isArn(bucket: string): boolean {
  return bucket.startsWith("arn:");
}

function objectUrl({ bucket, key, region }: { bucket: string; key: string; region: string }): string {
  if (isArn(bucket)) return nameOfObject({ bucket, key });
  const path = key.split("/").map(encodeURIComponent).join("/");
  return `https://${bucket}.s3.${region}.${awsDomain(region)}/${path}`;
}

function asUnreadable(error: unknown, ref: ObjectRef): unknown {
  if (!(error instanceof DamagedObjectError)) return error;
  const message = `Cannot read object: ${nameOfObject(ref)} is damaged: ${error.message}`;
  return new ObjectUnreadableError(message, { reason: "damaged", cause: error });
}
