import { batchOf, type LogRecord } from "../../component/batch.ts";
import { createFlowControl } from "../../component/flow_control.ts";
import type { BedrockConfig } from "../../processors/bedrock/config.ts";
import { BedrockProcessor, type Explain } from "../../processors/bedrock/processor.ts";
import { EventReporter } from "../../telemetry/event_reporter.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { encodeLogsJson } from "../../otlp/json_logs.ts";
import { createLog } from "../../telemetry/log.ts";
import { FileUnreadableError, readRecords, STDIN } from "./read_records.ts";
import { storedDocument } from "../../elasticsearch/stored_document.ts";
import type { Terminal } from "../terminal.ts";
import { type Keys, withKeys } from "./field_names.ts";
import { BEDROCK_EVENTS } from "../../processors/bedrock/events.ts";
import { exactJson } from "../../processors/bedrock/read/exact_json.ts";

/** How mapped records are printed. */
export interface PrintOptions {
  /** The document in the store, or what is sent as OTLP/JSON. */
  readonly format: "document" | "otlp";
  /** Names of a document's fields; absent: as the store has them. */
  readonly keys?: Keys;
  /** On several lines. */
  readonly pretty: boolean;
}

/**
 * Maps the records of files, without any of standard input, and prints each. Notes the files that cannot be read, and
 * returns whether there were none.
 */
export async function mapFiles(
  paths: readonly string[],
  { config, print, note, ...options }: PrintOptions & Terminal & { readonly config: BedrockConfig },
): Promise<boolean> {
  let count = 0;
  const take = (records: readonly LogRecord[]) => {
    count += records.length;
    print(records.map((record) => `${textOf(record, options)}\n`).join(""));
  };
  const areReadable = await processFiles(paths, { config, note, take });
  if (areReadable && count === 0) note("There is no record\n");
  return areReadable;
}

/** The documents that a file's records become, each with its fields by their whole names. */
export async function storedFields(
  path: string,
  options: Pick<Processing, "config" | "note">,
): Promise<Readonly<Record<string, unknown>>[]> {
  const documents: Readonly<Record<string, unknown>>[] = [];
  const take = (records: readonly LogRecord[]) => {
    for (const record of records) {
      documents.push(
        withKeys(exactJson(storedDocument(record, typeOf)) as Readonly<Record<string, unknown>>, "dotted"),
      );
    }
  };
  await processFiles([path], { ...options, take });
  return documents;
}

/** What goes through a processor: its settings, and what becomes of its records. */
export interface Processing {
  readonly config: BedrockConfig;
  readonly note: (text: string) => void;
  readonly take: (records: readonly LogRecord[]) => void;
  readonly explain?: Explain;
}

/** Puts the records of files through a processor, as {@linkcode mapFiles}. */
export async function processFiles(
  paths: readonly string[],
  { config, note, take, explain }: Processing,
): Promise<boolean> {
  // What is wrong with a record stands in its document.
  const events = new EventReporter(createLog({ level: "error", format: "text" }), BEDROCK_EVENTS);
  const flowControl = createFlowControl({ maxInFlightBytes: Infinity });
  const processor = new BedrockProcessor({ id: "bedrock", config, events, resource: {} }, explain);
  const mapped: LogRecord[] = [];
  const mapping = processor.logs({
    consume({ items }) {
      mapped.push(...items);
      return Promise.resolve();
    },
  }, flowControl);
  let areReadable = true;
  for (const path of paths.length === 0 ? [STDIN] : paths) {
    try {
      for await (const records of readRecords(path)) {
        await mapping.consume(batchOf(records));
        // Those whose bodies are joined come last out of the processor.
        take(mapped.splice(0).sort((a, b) => Number(a.origin.position) - Number(b.origin.position)));
      }
    } catch (error) {
      if (!(error instanceof FileUnreadableError)) throw error;
      note(`${error.message}\n`);
      areReadable = false;
    }
  }
  return areReadable;
}

const typeOf = typesIn(INVOCATION_FIELDS);

function textOf(record: LogRecord, { format, keys, pretty }: PrintOptions): string {
  const line = format === "document" ? storedDocument(record, typeOf) : encodeLogsJson([record], typeOf);
  if (!pretty && keys === undefined) return line;
  // Numbers keep their digits.
  const document = exactJson(line) as Readonly<Record<string, unknown>>;
  const shown = keys === undefined || format === "otlp" ? document : withKeys(document, keys);
  return JSON.stringify(shown, undefined, pretty ? 2 : undefined);
}
