import type { Mode } from "../mappings/field_table.ts";
import { logRecordToOtlpJson } from "../otlp/serializer.ts";
import { batchOf, type LogRecord } from "../pipeline/batch.ts";
import { createDelivery } from "../pipeline/delivery.ts";
import { bedrockFactory } from "../processors/bedrock/factory.ts";
import { Events } from "../telemetry/events.ts";
import { createLog } from "../telemetry/log.ts";
import { FileUnreadableError, readRecords, STDIN } from "./read_records.ts";
import { type Keys, storedDocument } from "./stored_document.ts";

/** How mapped records are printed. */
export interface PrintOptions {
  /** The document in the store, or what is sent as OTLP/JSON. */
  readonly format: "document" | "otlp";
  /** Names of a document's fields; absent: as the store has them. */
  readonly keys?: Keys;
  /** On several lines. */
  readonly pretty: boolean;
}

/** What the command `map` takes. */
export interface MapOptions extends PrintOptions {
  readonly mode: Mode;
  readonly content: "full" | "metadata_only";
}

interface Terminal {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

/**
 * Maps the records of files, without any of standard input, and prints each. Notes the files that cannot be read, and
 * returns whether there were none.
 */
export async function mapFiles(paths: readonly string[], options: MapOptions & Terminal): Promise<boolean> {
  const { mode, content, print, note } = options;
  const config = bedrockFactory.schema.parse({ mapping: mode, content });
  // What is wrong with a record stands in its document.
  const events = new Events(createLog({ level: "error", format: "text" }));
  const delivery = createDelivery({ maxInFlightBytes: Infinity });
  const processor = bedrockFactory.create({ id: "bedrock", config, events, delivery, resource: {} });
  const mapping = processor.logs?.({
    consume({ items }) {
      print(items.map((record) => `${textOf(record, options)}\n`).join(""));
      return Promise.resolve();
    },
  });
  let areReadable = true;
  for (const path of paths.length === 0 ? [STDIN] : paths) {
    try {
      for await (const records of readRecords(path)) await mapping?.consume(batchOf(records));
    } catch (error) {
      if (!(error instanceof FileUnreadableError)) throw error;
      note(`${error.message}\n`);
      areReadable = false;
    }
  }
  return areReadable;
}

function textOf(record: LogRecord, { format, keys, pretty }: PrintOptions): string {
  const indent = pretty ? 2 : undefined;
  if (format === "document") return JSON.stringify(storedDocument(record, keys), undefined, indent);
  const line = logRecordToOtlpJson([record]);
  return pretty ? JSON.stringify(JSON.parse(line), undefined, indent) : line;
}
