import { type Command, InvalidArgumentError } from "commander";
import type { LoadedConfig } from "../config/load.ts";

/** Exit codes. */
export const DONE = 0;
export const FAILED = 1;
export const USAGE = 2;

/** What the command was told makes no sense, alone or beside the configuration: nothing was begun. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Adds one command to the program; its action hands its exit code to `exit` where that is not {@linkcode DONE}. */
export type AddCommand = (program: Command, exit: (code: number) => void) => void;

/** Adds `--config FILE` and `--agent-policy FILE` to a command; {@linkcode loadOptions} reads what they name. */
export function takesConfig(command: Command): Command {
  return command.option(
    "-c, --config <file>",
    "configuration file; repeatable, later ones merge over earlier ones",
    collectFiles,
  ).option(
    "--agent-policy <file>",
    "Elastic Agent policy that is converted (see convert); configuration files merge over it",
    fileName,
  );
}

/** A file's name: empty where a variable of the shell is not set. */
function fileName(file: string): string {
  if (file === "") throw new InvalidArgumentError("expected the name of a file");
  return file;
}

/** Takes an option that is a file, and repeatable. */
export function collectFiles(file: string, files: string[] = []): string[] {
  return [...files, fileName(file)];
}

/** Options of a command that takes a configuration. */
export interface ConfigOptions {
  readonly config?: string[];
  readonly agentPolicy?: string;
}

/** The configuration that the options name. @throws {ConfigError} they name none, or it has mistakes. */
export async function loadOptions({ config = [], agentPolicy }: ConfigOptions): Promise<LoadedConfig> {
  const { ConfigError } = await import("../config/problems.ts");
  if (config.length === 0 && agentPolicy === undefined) {
    throw new ConfigError([{
      path: "",
      message: "No configuration is named: expected --config FILE (or --agent-policy FILE)",
    }]);
  }
  const { loadProgramConfig } = await import("./load_config.ts");
  return await loadProgramConfig(config, { agentPolicy });
}
