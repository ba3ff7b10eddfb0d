import type { ComponentContext, Consumers, Exporter } from "../../component.ts";
import { logRecordToOtlpJson } from "../../otlp/serializer.ts";
import type { LogBatch } from "../../pipeline/batch.ts";
import { EndpointFaultError } from "../../pipeline/outcome.ts";
import { LOCAL_SENDING } from "../local_sending.ts";
import type { FileConfig } from "./config.ts";
import { LineFile, openLineFile } from "./line_file.ts";

/** Appends each request as a line of OTLP JSON; delivered means synced to disk. */
export class FileExporter implements Exporter {
  readonly sending = LOCAL_SENDING;
  readonly consumers: Consumers = { logs: { consume: (batch) => this.#consume(batch) } };
  readonly #context: ComponentContext<FileConfig>;
  #file: LineFile | undefined;

  constructor(context: ComponentContext<FileConfig>) {
    this.#context = context;
  }

  async start(): Promise<void> {
    this.#file = await openLineFile(this.#context.config.path);
  }

  async shutdown(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  async #consume({ items }: LogBatch): Promise<void> {
    const { id, config, events } = this.#context;
    const file = this.#file;
    if (file === undefined) throw new Error(`Cannot write: exporter ${id} is not started`);
    if (items.length === 0) return;
    const line = logRecordToOtlpJson(items);
    try {
      await file.append(line);
    } catch (error) {
      throw new EndpointFaultError(`Cannot write ${config.path}: ${error instanceof Error ? error.message : error}`, {
        reason: "write",
        cause: error,
      });
    }
    events.emit("export.delivered", { exporter: id, count: items.length });
  }
}
