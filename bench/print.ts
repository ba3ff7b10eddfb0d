const encoder = new TextEncoder();

/** Writes a line to stdout. */
export function print(line = ""): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Who waits sees how far it is; the tables stand alone on stdout. */
export function progress(line: string): void {
  if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(encoder.encode(`${line}\n`));
}
