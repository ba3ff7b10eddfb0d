/**
 * What travels through a pipeline: batches of items that know where they came from.
 *
 * The steps between a receiver and an exporter (batching, retry, isolation, dead letter) are the same for every
 * signal, so they are written for {@linkcode Item}; {@linkcode SignalItems} names the item of each signal.
 */
import type { Attributes, HrTime } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";

/** What a batch was read from: an S3 object, a log group, a file. One instance for all items read from it. */
export interface Source {
  /** For people, in logs and dead letters: `s3://bucket/key`, `sqs:https://…`, a path. Never content. */
  readonly name: string;
  /** The bucket that is this source's own. Absent: what is stored beside it is found by name, whatever the bucket. */
  readonly bucket?: string | undefined;
  /** Aborted when the receiver has given up what it reads: nobody waits for its deliveries any more. */
  readonly signal?: AbortSignal;
  /**
   * Notified when an item of this source is settled and did not leave whole: a dead letter only refers to it, or it left
   * without its bodies. What it was read from has to stay.
   */
  keep?(): void;
  /**
   * Begins to read what is stored beside this source (large bodies), with the receiver's own credentials, region and
   * time-outs. It reads whatever place it is given: those who call it say which may be read. Absent where there is
   * nothing of the kind.
   *
   * @throws {ObjectMissingError} there is no such object.
   * @throws {ObjectUnreadableError} it cannot be read.
   * @throws {unknown} anything else is transient.
   */
  readCompanion?(place: CompanionPlace): Promise<Companion>;
}

/** Where a body is stored, as its record names it (`s3://bucket/key`); the key is not URL-encoded. */
export interface CompanionPlace {
  readonly bucket: string;
  readonly key: string;
}

/** What is stored beside a source; dispose of it when done, however far it was read: that closes what it is read from. */
export interface Companion extends Disposable {
  /** Stored bytes, maybe compressed; undefined when the store does not say. */
  readonly sizeBytes: number | undefined;
  /** The bytes as they are stored, once. It throws transient errors. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where one item was found in its source. */
export interface Origin {
  readonly source: Source;
  /** Byte offset of the record in the uncompressed object, or the id that its store gives it. */
  readonly position: number | string;
  /**
   * Deterministic id: the same record read twice has the same one. For objects 32 hex digits, `-` and the 12-digit
   * byte offset. The processor writes it to `elasticsearch.document_id`.
   */
  readonly id: string;
  /** Size of the record as it was read, in bytes (uncompressed); with the bodies that were joined to it. */
  readonly sizeBytes: number;
  /** When the record was written to its source, in ms since 1970; undefined when that is not known. */
  readonly writtenMs?: number | undefined;
  /** Set when the receiver knows that this is no record and why (for example: longer than `max_bytes`). */
  readonly fault?: OriginFault;
}

/** Why a stretch of an object could not be handed on as a record. Holds no content. */
export interface OriginFault {
  /** Bounded reason, used as a counter's attribute. */
  readonly reason: "too_large" | "damaged" | "not_text";
  /** For `error.message`: what was wrong and the value in the way. */
  readonly message: string;
}

/** One thing to deliver. It is never cut: what must stay together is one item. */
export interface Item {
  readonly origin: Origin;
  /** About how many bytes the item has when encoded; only used for sizing batches and bounding memory. */
  readonly sizeBytes: number;
  /** Set when it was mapped before and is sent again (a dead letter): where it was read the first time. */
  readonly replayed?: { readonly source: string; readonly position: number | string };
}

/**
 * A log record on its way: the SDK's record as a plain object (its record class drops attributes beyond 128) and its
 * origin. A receiver puts the text it read into `body` and what it knows of the place into `attributes`; the
 * `bedrock` processor replaces both.
 */
export interface LogRecord extends ReadableLogRecord, Item {}

/** What all points of a metric have in common. Points of one object share the metric in a request. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  /** As UCUM has it. */
  readonly unit: string;
  readonly type: "int" | "double";
  /** Whether values add up over time: it leaves as a monotonic sum of deltas, else as a gauge. */
  readonly isSum: boolean;
}

/** The data points of all metrics at one time with the same attributes: they become one document. */
export interface MetricGroup extends Item {
  readonly resource: Resource;
  readonly instrumentationScope: LogRecord["instrumentationScope"];
  readonly attributes: Attributes;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly values: ReadonlyMap<Metric, number>;
}

/** What travels through the pipelines of each signal. */
export interface SignalItems {
  logs: LogRecord;
  metrics: MetricGroup;
}

export type Signal = keyof SignalItems;

export const SIGNALS = ["logs", "metrics"] as const satisfies readonly Signal[];

/** Items that a caller wants delivered together. `sizeBytes` is the sum over the items. */
export interface Batch<T extends Item> {
  readonly items: readonly T[];
  readonly sizeBytes: number;
}

export type LogBatch = Batch<LogRecord>;
export type MetricBatch = Batch<MetricGroup>;

/** A batch of these items. */
export function batchOf<T extends Item>(items: readonly T[]): Batch<T> {
  let sizeBytes = 0;
  for (const item of items) sizeBytes += item.sizeBytes;
  return { items, sizeBytes };
}

/** The items, in order, in batches of at most so many items and bytes; a larger item is a batch of its own. */
export function* batchesOf<T extends Item>(
  items: Iterable<T>,
  { maxItems, maxBytes }: { maxItems: number; maxBytes: number },
): Generator<Batch<T>, void, void> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    if (batch.length > 0 && (batch.length === maxItems || bytes + item.sizeBytes > maxBytes)) {
      yield batchOf(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += item.sizeBytes;
  }
  if (batch.length > 0) yield batchOf(batch);
}
