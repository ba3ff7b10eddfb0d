/** Writing to the terminal. Synchronous, so that nothing is lost when the program exits. */
import { counted } from "./counted.ts";
import { type Colour, coloured, hasColours } from "../telemetry/colours.ts";
import { printable } from "../telemetry/printable.ts";
import type { ConfigError } from "../config/problems.ts";

const encoder = new TextEncoder();

function write(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = encoder.encode(stream.isTerminal() ? shown(text) : text);
  let written = 0;
  try {
    while (written < bytes.length) written += stream.writeSync(bytes.subarray(written));
  } catch (error) {
    // Whoever read it (`| head`) has enough: that is no failure.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** Own colours, and how a line is kept in one. */
// deno-lint-ignore no-control-regex
const OWN_SEQUENCES = /(\x1b\[(?:\d{1,2}m|\?7[hl]))/;

/** As a terminal may show it: names of objects, groups and files come from outside. */
export function shown(text: string): string {
  const parts = text.split(OWN_SEQUENCES);
  return parts.map((part, index) => index % 2 === 1 ? part : printable(part, { keeps: "\n\r\t" })).join("");
}

/** Writes what was asked for. */
export function print(text: string): void {
  write(Deno.stdout, text);
}

/** Writes what is to be known beside it. */
export function note(text: string): void {
  write(Deno.stderr, text);
}

/** Where a command writes: what it is for, and what is to be said beside that. */
export interface Terminal {
  readonly print: (text: string) => void;
  readonly note: (text: string) => void;
}

/** The program's own. */
export const TERMINAL: Terminal = { print, note };

/** Text for standard output, in a colour where it is a terminal. */
export function printColour(colour: Colour, text: string): string {
  return hasColours(Deno.stdout) ? coloured(colour, text) : text;
}

/** The same for standard error. */
export function noteColour(colour: Colour, text: string): string {
  return hasColours(Deno.stderr) ? coloured(colour, text) : text;
}

/** Writes all mistakes of a configuration, one in a line. What has no place in one says itself what cannot be done. */
export function noteMistakes({ problems, message }: ConfigError): void {
  if (problems.every(({ path }) => path === "")) return note(`${message}\n`);
  const count = counted(problems.length, "mistake");
  note(`${noteColour("red", "Cannot use configuration:")} ${count}\n${message.replace(/^/gm, "  ")}\n`);
}

/** Rows of cells as lines, each column as wide as its longest cell. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`)
    .join("");
}
