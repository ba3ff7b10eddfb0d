import { type Colour, coloured, hasColours } from "./colours.ts";
import type { Fields, Level } from "../component/events.ts";
import { printable } from "./printable.ts";

/** Where log lines go. Only The event reporter writes to it. */
export interface Log {
  write(level: Level, event: string, message: string, fields: Fields): void;
}

export interface LogOptions {
  /** Lines below this level are left out. */
  readonly level: Level;
  readonly format: "text" | "json";
  /** Receives each line, with its newline. Default: stderr. */
  readonly sink?: (line: string) => void;
}

const ORDER: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log that writes one line per event, as text or JSON. */
export function createLog(options: LogOptions): Log {
  const sink = options.sink ?? writeToStderr;
  const format = options.format === "json" ? jsonLine : textLine;
  const isColoured = options.sink === undefined && format === textLine && hasColours(Deno.stderr);
  return {
    write(level, event, message, fields) {
      if (ORDER[level] < ORDER[options.level]) return;
      const line = format(new Date().toISOString(), level, event, message, fields);
      sink(isColoured ? line.replace(levelText(level), (text) => coloured(COLOURS[level], text)) : line);
    },
  };
}

const encoder = new TextEncoder();

function writeToStderr(line: string): void {
  const bytes = encoder.encode(line);
  let written = 0;
  try {
    while (written < bytes.length) written += Deno.stderr.writeSync(bytes.subarray(written));
  } catch {
    // A closed stderr must not stop deliveries.
  }
}

function jsonLine(time: string, level: Level, event: string, message: string, fields: Fields): string {
  return printable(JSON.stringify({ "@timestamp": time, "log.level": level, event, message, ...fields })) + "\n";
}

const COLOURS: Readonly<Record<Level, Colour>> = { debug: "grey", info: "green", warn: "yellow", error: "red" };

function levelText(level: Level): string {
  return level.toUpperCase().padEnd(5);
}

function textLine(time: string, level: Level, event: string, message: string, fields: Fields): string {
  let line = `${time} ${levelText(level)} ${event}: ${message}`;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${name}=${textValue(value)}`;
  }
  return line + "\n";
}

/** Quotes what would not be one word; control characters are escaped, so that a value cannot forge a line. */
function textValue(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return /^[\w./:@%+,*-]+$/.test(value) ? value : printable(JSON.stringify(value));
}
