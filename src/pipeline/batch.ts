/**
 * What travels through a pipeline: batches of items that know where they came from.
 *
 * The steps between a receiver and an exporter (batching, retry, isolation, dead letter) are the same for every
 * signal, so they are written for {@linkcode Item}; {@linkcode SignalItems} names the item of each signal.
 */
import type { Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { GaugeMetricData, SumMetricData } from "@opentelemetry/sdk-metrics";

/** What a batch was read from: an S3 object, a log group, a file. One instance for all items read from it. */
export interface Source {
  /** For people, in logs and dead letters: `s3://bucket/key`, `sqs:https://…`, a path. Never content. */
  readonly name: string;
  /**
   * Streams the bytes stored at `path` beside this source, read with the receiver's own credentials, region and
   * limits (large bodies and media). Absent where there is no such place.
   */
  readSibling?(path: string, options: { maxBytes: number; signal?: AbortSignal }): Promise<Uint8Array>;
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
  /** Size of the record as it was read, in bytes (uncompressed). */
  readonly sizeBytes: number;
  /** Set when the receiver knows that this is no record and why (for example: longer than `max_bytes`). */
  readonly fault?: OriginFault;
}

/** Why a stretch of an object could not be handed on as a record. Holds no content. */
export interface OriginFault {
  /** Bounded reason, used as a counter's attribute. */
  readonly reason: "too_large" | "damaged";
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

/**
 * All data points of one dimension set and time, one a metric: they have the same attributes and become one document.
 * Groups that share a descriptor object share the metric in a request.
 */
export interface MetricGroup extends Item {
  readonly resource: Resource;
  readonly instrumentationScope: LogRecord["instrumentationScope"];
  readonly metrics: readonly NumberMetric[];
}

/** Metrics whose points are single numbers. */
export type NumberMetric = SumMetricData | GaugeMetricData;

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
