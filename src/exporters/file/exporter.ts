import type { ComponentContext, Consumers, Exporter } from "../../component/component.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import type { TypeOf } from "../../mappings/field.ts";
import { encodeLogsJson } from "../../otlp/json_logs.ts";
import { encodeMetricsJson } from "../../otlp/metrics.ts";
import { LOCAL_SENDING } from "../local_sending.ts";
import type { FileConfig } from "./config.ts";
import { LineFile, openLineFile } from "./line_file.ts";

/** Longest line of several records: what is more becomes several lines. */
const MAX_LINE_BYTES = 4 * LOCAL_SENDING.maxBytes;

/** Appends each request as a line of OTLP JSON; delivered means synced to disk. */
export class FileExporter implements Exporter {
  readonly sending = LOCAL_SENDING;
  readonly consumers: Consumers;
  readonly #context: ComponentContext<FileConfig>;
  #file: LineFile | undefined;

  /** `typeOf`: the types of numbers in records. */
  constructor(context: ComponentContext<FileConfig>, typeOf: TypeOf) {
    this.#context = context;
    this.consumers = {
      logs: {
        consume: ({ items }) =>
          this.#append(items, (records) => encodeLogsJson(records, typeOf, { maxBytes: MAX_LINE_BYTES })),
      },
      metrics: { consume: ({ items }) => this.#append(items, encodeMetricsJson) },
    };
  }

  async start(): Promise<void> {
    this.#file = await openLineFile(this.#context.config.path);
  }

  async shutdown(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #append<T>(items: readonly T[], encode: (items: readonly T[]) => string): Promise<void> {
    const { id, config } = this.#context;
    const file = this.#file;
    if (file === undefined) throw new Error(`Cannot write: exporter ${id} is not started`);
    if (items.length === 0) return;
    const line = encode(items);
    try {
      await file.append(line);
    } catch (error) {
      throw new EndpointFaultError(`Cannot write ${config.path}: ${error instanceof Error ? error.message : error}`, {
        reason: "write",
        cause: error,
      });
    }
  }
}
