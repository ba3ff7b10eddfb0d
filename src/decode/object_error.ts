/** What can be permanently wrong with an object. Any other error while reading one is transient: it is worth another try. */

/** The object does not exist (any more). */
export class ObjectMissingError extends Error {
  override readonly name = "ObjectMissingError";
}

/**
 * - `forbidden`: the credentials may not read it, or not use its key
 * - `no_bucket`: its bucket does not exist
 * - `unavailable`: its state rules reading out (archived, its key disabled)
 * - `damaged`: it is truncated or damaged gzip or zstd
 * - `too_large`: it is longer than its reader allows
 */
export type UnreadableReason = "forbidden" | "no_bucket" | "unavailable" | "damaged" | "too_large";

/** The object cannot be read, and trying again cannot help before somebody changes something. */
export class ObjectUnreadableError extends Error {
  override readonly name = "ObjectUnreadableError";
  readonly reason: UnreadableReason;

  constructor(message: string, options: { reason: UnreadableReason; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
  }
}

/**
 * Reading an object failed for a reason that may pass. Only where it has to be told from a fault of what comes behind, as with
 * an object that is read on the way to an endpoint.
 */
export class ObjectNotReadError extends Error {
  override readonly name = "ObjectNotReadError";
}

/** The bytes are not what they claim to be: truncated or damaged gzip or zstd. */
export class DamagedObjectError extends Error {
  override readonly name = "DamagedObjectError";
}

/** The content ends in the middle of a record, whose rest may still come. What is before was given. */
export class UnfinishedRecordError extends Error {
  override readonly name = "UnfinishedRecordError";
  /** Byte offset of the record's first byte in the uncompressed content. */
  readonly position: number;

  constructor(position: number) {
    super(`Cannot read record: the content ends in the middle of the one that begins at byte ${position}`);
    this.position = position;
  }
}
