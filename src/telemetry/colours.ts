/** Colours on a terminal. */
import { environmentVariable } from "../component/environment.ts";

const CODES = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36, grey: 90 } as const;

export type Colour = keyof typeof CODES;

/** Whether text to a stream is coloured: on a terminal, unless `NO_COLOR` is set; elsewhere where `FORCE_COLOR` is. */
export function hasColours(stream: { isTerminal(): boolean }): boolean {
  if (environmentVariable("NO_COLOR") !== undefined) return false;
  const forced = environmentVariable("FORCE_COLOR");
  if (forced === "0" || forced === "false") return false;
  return forced !== undefined || (!Deno.noColor && stream.isTerminal());
}

/** The text in a colour. */
export function coloured(colour: Colour, text: string): string {
  return `\x1b[${CODES[colour]}m${text}\x1b[0m`;
}
