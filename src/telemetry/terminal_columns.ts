/** Columns of the terminal that standard output is; Infinity where it is none, or does not know. */
export function terminalColumns(): number {
  return Deno.stdout.isTerminal() && Deno.consoleSize().columns || Infinity;
}
