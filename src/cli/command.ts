import type { Command } from "commander";

/** Exit codes. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** Adds one command to the program; its action hands its exit code to `exit`. */
export type AddCommand = (program: Command, exit: (code: number) => void) => void;

/** Adds `--config FILE` to a command; the action gets `{ config: string[] }`. */
export function takesConfig(command: Command): Command {
  return command.requiredOption(
    "-c, --config <file>",
    "configuration file; repeatable, later ones merge over earlier ones",
    (file: string, files: string[] = []) => [...files, file],
  );
}

/** Options of a command that takes a configuration. */
export interface ConfigOptions {
  readonly config: string[];
}
