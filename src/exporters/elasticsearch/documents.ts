/** Items as documents of Elasticsearch: where each goes, under which id, and as which lines of a bulk request. */
import type { LogRecord, MetricGroup, Signal } from "../../component/batch.ts";
import { dataStreamOf } from "../../elasticsearch/data_stream.ts";
import type { JsonWriter } from "../../elasticsearch/json_writer.ts";
import { writeDocument } from "../../elasticsearch/stored_document.ts";
import { storedMetrics } from "../../elasticsearch/stored_metrics.ts";
import type { DocumentMode } from "../../elasticsearch/template.ts";
import type { TypeOf } from "../../mappings/field.ts";

/** How items of a signal become documents. */
export interface DocumentMaker<T> {
  /** The data stream, or the configured index. */
  indexOf(item: T): string;
  /** Undefined: metrics, whose templates are the same in `ecs` and `integration`. */
  modeOf(item: T): DocumentMode | undefined;
  /** Writes the lines of all documents of an item, each with its action, and says after each that it is done. Mostly one. */
  write(item: T, writer: JsonWriter, lines: DocumentLines): void;
}

export interface DocumentLines {
  /** Where the item goes: {@linkcode DocumentMaker.indexOf}. */
  readonly index: string;
  done(): void;
}

export interface DocumentMakerOptions {
  /** Instead of the data stream that the item names. */
  readonly index: string | undefined;
  readonly typeOf: TypeOf;
}

export function logDocuments({ index, typeOf }: DocumentMakerOptions): DocumentMaker<LogRecord> {
  const indexOf = ({ attributes, instrumentationScope }: LogRecord) =>
    index ?? dataStreamName(attributes, { signal: "logs", scope: instrumentationScope });
  return {
    indexOf,
    modeOf: logMode,
    write: (record, writer, lines) => {
      const id = record.attributes["elasticsearch.document_id"];
      writer.json('{"create":{"_index":');
      writer.string(lines.index);
      if (typeof id === "string") {
        writer.json(',"_id":');
        writer.string(id);
      }
      writer.json("}}\n");
      writeDocument(writer, record, typeOf);
      writer.json("\n");
      lines.done();
    },
  };
}

function logMode({ attributes, body, instrumentationScope: scope }: LogRecord): DocumentMode {
  if (isOtel(scope)) return "otel";
  if (typeof body === "object") return "integration";
  // Only documents of mode ecs have this as an attribute.
  return attributes["ecs.version"] === undefined ? "raw" : "ecs";
}

/** A time series takes no id of ours: dimensions and time are one. */
export function metricDocuments({ index }: Pick<DocumentMakerOptions, "index">): DocumentMaker<MetricGroup> {
  const indexOf = ({ attributes, instrumentationScope }: MetricGroup) =>
    index ?? dataStreamName(attributes, { signal: "metrics", scope: instrumentationScope });
  return {
    indexOf,
    modeOf: ({ instrumentationScope: scope }) => isOtel(scope) ? "otel" : undefined,
    write: (group, writer, { index: _index, done }) => {
      for (const { json, dynamicTemplates: dynamic_templates } of storedMetrics([group])) {
        const action = JSON.stringify({ create: { _index, ...dynamic_templates && { dynamic_templates } } });
        writer.json(`${action}\n${json}\n`);
        done();
      }
    },
  };
}

type Scope = LogRecord["instrumentationScope"];

/** OpenTelemetry's own structure. */
function isOtel(scope: Scope): boolean {
  return scope.attributes?.["elastic.mapping.mode"] === undefined;
}

/** What was asked for last, and its data stream: mostly it is asked for again. */
let last:
  | { type: unknown; dataset: unknown; namespace: unknown; signal: Signal; isOtel: boolean; name: string }
  | undefined;

/** `logs-aws_bedrock.invocation-default`; OpenTelemetry's own structure has data streams of its own. */
function dataStreamName(
  attributes: Readonly<Record<string, unknown>>,
  { signal, scope }: { signal: Signal; scope: Scope },
): string {
  const type = attributes["data_stream.type"];
  const dataset = attributes["data_stream.dataset"];
  const namespace = attributes["data_stream.namespace"];
  const isOwn = isOtel(scope);
  const isLast = type === last?.type && dataset === last?.dataset && namespace === last?.namespace &&
    signal === last?.signal && isOwn === last.isOtel;
  if (last === undefined || !isLast) {
    const stream = dataStreamOf(attributes, signal);
    const parts = [
      stream["data_stream.type"],
      stream["data_stream.dataset"] + (isOwn ? ".otel" : ""),
      stream["data_stream.namespace"],
    ];
    last = { type, dataset, namespace, signal, isOtel: isOwn, name: parts.join("-") };
  }
  return last.name;
}
