import type { OriginFault } from "../component/batch.ts";

/** A stretch of an object that is a record, or stands where one should be. */
export interface RawRecord {
  /** As it stands in the object, without blanks around it; invalid UTF-8 replaced. Empty when there is a fault. */
  readonly text: string;
  /** Byte offset of the record's first byte in the uncompressed object. */
  readonly position: number;
  /** Bytes in the object, also of a record that is too large. */
  readonly sizeBytes: number;
  readonly fault?: OriginFault;
  /** Identifies it wherever it is found; undefined: its place does. */
  readonly id?: string | undefined;
  /** What is known of it beside its place. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What stands for a record that is too large to be given. */
export function tooLarge(record: RawRecord, maxBytes: number): RawRecord {
  const message = `Record is longer than max_bytes: ${record.sizeBytes} bytes of at most ${maxBytes}`;
  return { ...record, text: "", fault: { reason: "too_large", message } };
}

/** What stands for content that is no text; `kind`: what it looks like. */
export function notText({ position, sizeBytes }: { position: number; sizeBytes: number }, kind?: string): RawRecord {
  const looks = kind === undefined ? "" : `: it looks like ${kind}`;
  return {
    text: "",
    position,
    sizeBytes,
    fault: { reason: "not_text", message: `Cannot read records: ${sizeBytes} bytes are no text${looks}` },
  };
}
