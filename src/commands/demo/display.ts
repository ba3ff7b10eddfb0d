import type { Arrival } from "./endpoint.ts";
import { type Column, countText, durationText, fitColumns, formatRow, type Table } from "./table.ts";

const ARRIVAL_COLUMNS: readonly Column[] = [
  { title: "TIME", align: "left", width: 8, rank: 1 },
  { title: "IDENTITY", align: "left", width: 19, minWidth: 8, rank: 4 },
  { title: "MODEL", align: "left", width: 42, minWidth: 20, rank: 5 },
  { title: "OPERATION", align: "left", width: 29, minWidth: 11, rank: 2 },
  { title: "IN", align: "right", width: 6, rank: 6 },
  { title: "OUT", align: "right", width: 6, rank: 6 },
  { title: "LATENCY", align: "right", width: 7, rank: 6 },
  { title: "OUTCOME", align: "left", width: 25, minWidth: 10, rank: 3 },
];

type Colour = "bold" | "dim" | "red" | "yellow" | "green";
const CODES: Readonly<Record<Colour, number>> = { bold: 1, dim: 2, red: 31, yellow: 33, green: 32 };
const OUTCOME_COLOURS = { success: "green", blocked: "yellow", error: "red" } as const;

/** Where the demo writes. */
export interface Screen {
  write(text: string): void;
  readonly isTerminal: boolean;
  readonly colours: boolean;
  /** In characters. */
  readonly width: number;
}

/** The screen of this process: stdout. */
export function stdoutScreen(): Screen {
  const isTerminal = Deno.stdout.isTerminal();
  const encoder = new TextEncoder();
  return {
    isTerminal,
    colours: isTerminal && !Deno.noColor,
    width: isTerminal ? Deno.consoleSize().columns : 160,
    write(text) {
      const bytes = encoder.encode(text);
      let written = 0;
      while (written < bytes.length) written += Deno.stdout.writeSync(bytes.subarray(written));
    },
  };
}

/** Shows invocations as they arrive, with a live counter below on a terminal, and tables. */
export class Display {
  readonly #screen: Screen;
  readonly #columns: readonly Column[];
  #status = "";
  #headed = false;

  constructor(screen: Screen) {
    this.#screen = screen;
    this.#columns = fitColumns(ARRIVAL_COLUMNS, screen.width);
  }

  /** Writes lines above the counter. */
  line(text = ""): void {
    this.#screen.write(`${this.#clear()}${text}\n${this.#status}`);
  }

  title(text: string): void {
    this.line(this.#paint(text, "bold"));
  }

  /** Replaces the counter; there is none where lines cannot be rewritten. */
  counter(text: string): void {
    if (!this.#screen.isTerminal) return;
    const clear = this.#clear();
    this.#status = text === "" ? "" : this.#paint(text.slice(0, this.#screen.width - 1), "dim");
    this.#screen.write(clear + this.#status);
  }

  arrival(arrival: Arrival): void {
    if (!this.#headed) this.#header(this.#columns);
    this.#headed = true;
    const outcome = arrival.outcome === "success" ? "success" : `${arrival.outcome} ${arrival.detail}`;
    const row = formatRow(this.#columns, {
      TIME: arrival.time.toTimeString().slice(0, 8),
      IDENTITY: arrival.identity,
      MODEL: arrival.model,
      OPERATION: arrival.operation,
      IN: countText(arrival.inputTokens),
      OUT: countText(arrival.outputTokens),
      LATENCY: durationText(arrival.latencyMs),
      OUTCOME: outcome,
    });
    const start = row.lastIndexOf(arrival.outcome);
    this.line(row.slice(0, start) + this.#paint(row.slice(start), OUTCOME_COLOURS[arrival.outcome]));
  }

  /** A table, the last line of which sums up the others. */
  table({ columns, rows, total }: Table): void {
    const fitting = fitColumns(columns, this.#screen.width);
    this.#header(fitting);
    for (const cells of rows) this.line(formatRow(fitting, cells));
    this.line(this.#paint(formatRow(fitting, total), "bold"));
    this.line();
  }

  #header(columns: readonly Column[]): void {
    const titles = Object.fromEntries(columns.map(({ title }) => [title, title]));
    this.line(this.#paint(formatRow(columns, titles), "dim"));
  }

  #clear(): string {
    return this.#status === "" ? "" : "\r\x1b[K";
  }

  #paint(text: string, colour: Colour): string {
    return this.#screen.colours ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;
  }
}
