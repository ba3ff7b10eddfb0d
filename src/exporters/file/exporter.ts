import type { ComponentContext, Consumers, Exporter } from "../../component/component.ts";
import { metricGroupsToOtlpJson } from "../../otlp/metrics.ts";
import { logRecordToOtlpJson } from "../../otlp/serializer.ts";
import { COUNTING, type Counting, unitsOf } from "../../pipeline/counting.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import { LOCAL_SENDING } from "../local_sending.ts";
import type { FileConfig } from "./config.ts";
import { LineFile, openLineFile } from "./line_file.ts";

/** Appends each request as a line of OTLP JSON; delivered means synced to disk. */
export class FileExporter implements Exporter {
  readonly sending = LOCAL_SENDING;
  readonly consumers: Consumers = {
    logs: { consume: ({ items }) => this.#append(items, { encode: logRecordToOtlpJson, counting: COUNTING.logs }) },
    metrics: {
      consume: ({ items }) => this.#append(items, { encode: metricGroupsToOtlpJson, counting: COUNTING.metrics }),
    },
  };
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

  async #append<T>(
    items: readonly T[],
    { encode, counting }: { encode: (items: readonly T[]) => string; counting: Counting<T> },
  ): Promise<void> {
    const { id, config, events } = this.#context;
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
    events.emit(counting.delivered, { exporter: id, count: unitsOf(items, counting) });
  }
}
