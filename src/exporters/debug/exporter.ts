import type { ComponentContext, Consumers, Exporter } from "../../component.ts";
import type { LogBatch, LogRecord } from "../../pipeline/batch.ts";
import { EndpointFaultError } from "../../pipeline/outcome.ts";
import { LOCAL_SENDING } from "../local_sending.ts";
import type { DebugConfig } from "./config.ts";
import { recordDetails, recordLine } from "./record_line.ts";

/** Prints records to standard output. */
export class DebugExporter implements Exporter {
  readonly sending = LOCAL_SENDING;
  // deno-lint-ignore require-await
  readonly consumers: Consumers = { logs: { consume: async (batch) => this.#consume(batch) } };
  readonly #context: ComponentContext<DebugConfig>;

  constructor(context: ComponentContext<DebugConfig>) {
    this.#context = context;
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #consume({ items }: LogBatch): void {
    const { id, events } = this.#context;
    try {
      print(this.#text(items));
    } catch (error) {
      throw new EndpointFaultError(
        `Cannot write to standard output: ${error instanceof Error ? error.message : error}`,
        {
          reason: "write",
          cause: error,
        },
      );
    }
    events.emit("export.delivered", { exporter: id, count: items.length });
  }

  #text(items: readonly LogRecord[]): string {
    const { id, config } = this.#context;
    if (config.verbosity === "basic") return `${id}: ${items.length} records\n`;
    const show = config.verbosity === "detailed" ? recordDetails : recordLine;
    return items.map((record) => show(record) + "\n").join("");
  }
}

const encoder = new TextEncoder();

/** Synchronous, so that nothing is lost when the program ends and lines of several exporters do not mix. */
function print(text: string): void {
  const bytes = encoder.encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
