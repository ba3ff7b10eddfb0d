import { createHash } from "node:crypto";
import { millisToHrTime } from "@opentelemetry/core";
import { emptyResource } from "@opentelemetry/resources";
import type { LogRecord, Source } from "../component/batch.ts";
import type { RawRecord } from "./raw_record.ts";
import { weightOf } from "./weight.ts";

/** What all records of an object or a file share. */
export interface RecordPlace {
  readonly source: Source;
  /** Attributes that say where the records were read; `log.offset` is added. */
  readonly attributes: Readonly<Record<string, string>>;
  /** See {@linkcode placeId}. */
  readonly id: string;
  /** See {@linkcode Origin.writtenMs}. */
  readonly writtenMs?: number | undefined;
}

/** What a record carries beside its text: attributes and structure. */
export const OVERHEAD_BYTES = 512;

/** What all records share until the processor maps them. */
const RESOURCE = emptyResource();
const SCOPE = { name: "bedrock-otel" } as const;

/** First 32 hex digits of SHA-256 over what identifies an object or a file, separated by NUL. */
export function placeId(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 32);
}

/**
 * Turns the records of one object or file into log records as a receiver hands them on: their text as body, where it
 * was found as attributes, the time 0 for not known.
 */
export function recordMaker({ source, attributes, id, writtenMs }: RecordPlace): (record: RawRecord) => LogRecord {
  return ({ text, position, sizeBytes, fault, id: ownId, attributes: ownAttributes }) =>
    receivedRecord({
      body: text,
      attributes: { ...attributes, "log.offset": position, ...ownAttributes },
      sizeBytes: OVERHEAD_BYTES + (fault === undefined ? weightOf(text, sizeBytes) : 0),
      origin: {
        source,
        position,
        id: ownId ?? `${id}-${String(position).padStart(12, "0")}`,
        sizeBytes,
        writtenMs,
        ...(fault === undefined ? {} : { fault }),
      },
    });
}

/** A record as a receiver hands it on: observed now, the time 0 for not known. */
export function receivedRecord(
  own: Pick<LogRecord, "body" | "attributes" | "sizeBytes" | "origin">,
): LogRecord {
  return {
    hrTime: [0, 0],
    hrTimeObserved: millisToHrTime(Date.now()),
    droppedAttributesCount: 0,
    resource: RESOURCE,
    instrumentationScope: SCOPE,
    ...own,
  };
}
