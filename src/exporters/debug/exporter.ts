import type { ComponentContext, Consumers, Exporter } from "../../component/component.ts";
import { COUNTING, type Counting, unitsOf } from "../../pipeline/counting.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import { LOCAL_SENDING } from "../local_sending.ts";
import { terminalColumns } from "../../telemetry/terminal_columns.ts";
import type { DebugConfig } from "./config.ts";
import { groupDetails, groupLine } from "./group_line.ts";
import { recordDetails, recordLine } from "./record_line.ts";

/** How items of a signal are shown. */
interface Form<T> {
  readonly counting: Counting<T>;
  /** What {@linkcode counting} counts. */
  readonly noun: string;
  line(item: T, options: { readonly columns: number }): string;
  details(item: T): string;
}

const RECORDS = { counting: COUNTING.logs, noun: "records", line: recordLine, details: recordDetails };
const GROUPS = { counting: COUNTING.metrics, noun: "data points", line: groupLine, details: groupDetails };

/** Prints what passes to standard output. */
export class DebugExporter implements Exporter {
  readonly sending = LOCAL_SENDING;
  readonly consumers: Consumers = {
    // deno-lint-ignore require-await
    logs: { consume: async ({ items }) => this.#show(items, RECORDS) },
    // deno-lint-ignore require-await
    metrics: { consume: async ({ items }) => this.#show(items, GROUPS) },
  };
  readonly #context: ComponentContext<DebugConfig>;

  constructor(context: ComponentContext<DebugConfig>) {
    this.#context = context;
  }

  async start(): Promise<void> {}

  async shutdown(): Promise<void> {}

  #show<T>(items: readonly T[], form: Form<T>): void {
    try {
      print(this.#text(items, form));
    } catch (error) {
      throw new EndpointFaultError(
        `Cannot write to standard output: ${error instanceof Error ? error.message : error}`,
        {
          reason: "write",
          cause: error,
        },
      );
    }
  }

  #text<T>(items: readonly T[], { counting, noun, line, details }: Form<T>): string {
    const { id, config } = this.#context;
    if (config.verbosity === "basic") return `${id}: ${unitsOf(items, counting)} ${noun}\n`;
    const options = { columns: terminalColumns() };
    const show = config.verbosity === "detailed" ? details : (item: T) => line(item, options);
    return items.map((item) => show(item) + "\n").join("");
  }
}

const encoder = new TextEncoder();

/** Synchronous, so that nothing is lost when the program ends and lines of several exporters do not mix. */
function print(text: string): void {
  const bytes = encoder.encode(text);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
