/** What is measured: each row is the program with one thing changed. */

/** Where the records come from. */
export type Source = "queue" | "listing" | "logs";

export interface Row {
  readonly name: string;
  /** Default: the queue. */
  readonly source?: Source;
  /** About how many bytes of JSON a record has; default: 5,000. */
  readonly recordBytes?: number;
  /** Share of the records of other rows, where one record costs many times as much. */
  readonly share?: number;
  /** Whether each record's bodies are stored beside it. */
  readonly joins?: boolean;
  /** Processes that read at the same time; default: 1. */
  readonly processes?: number;
  /** Settings of the processor and of the exporter. */
  readonly processor?: Readonly<Record<string, unknown>>;
  readonly exporter?: Readonly<Record<string, unknown>>;
  /** Default: `otlp_http`. */
  readonly to?: "otlp_http" | "elasticsearch";
}

/** Unless a row says otherwise: mode `ecs`, objects of 500 records of about 5 KB, over OTLP as protobuf with gzip. */
export const ROWS: readonly Row[] = [
  { name: "ecs" },
  { name: "otel", processor: { mapping: "otel" } },
  { name: "integration", processor: { mapping: "integration" } },
  { name: "raw", processor: { mapping: "raw" } },
  { name: "metadata_only", processor: { content: "metadata_only" } },
  { name: "redacted, all rules", processor: { content: "redacted" } },
  { name: "zstd", exporter: { compression: "zstd" } },
  { name: "elasticsearch", to: "elasticsearch" },
  { name: "listing", source: "listing" },
  { name: "logs", source: "logs" },
  { name: "1 KB", recordBytes: 1000 },
  { name: "100 KB", recordBytes: 100_000, share: 1 / 20 },
  { name: "join", joins: true, share: 1 / 20 },
  { name: "two processes", processes: 2 },
];
