import type { Command, Option } from "commander";

/** A command as a shell completes it. */
export interface Completed {
  /** Its words below the program: `setup elasticsearch`; empty for the program. */
  readonly path: string;
  readonly description: string;
  readonly subcommands: readonly Completed[];
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  /** `--config`. */
  readonly long: string;
  /** `-c`. */
  readonly short: string | undefined;
  /** One line. */
  readonly description: string;
  /** What may stand behind it: texts, or a file or anything else; undefined: nothing does. */
  readonly value: "any" | readonly string[] | undefined;
}

/** The commands and options of the program, as they are defined. */
export function completedOf(command: Command, parents: readonly string[] = []): Completed {
  const path = parents.join(" ");
  const subcommands = command.commands.map((below) => completedOf(below, [...parents, below.name()]));
  const help = command.createHelp();
  return {
    path,
    description: firstLine(command.description()),
    subcommands,
    options: help.visibleOptions(command).map(optionOf),
  };
}

/** A command and all below it. */
export function allOf(command: Completed): Completed[] {
  return [command, ...command.subcommands.flatMap(allOf)];
}

/** A command's last word. */
export function nameOf({ path }: Completed): string {
  return path.slice(path.lastIndexOf(" ") + 1);
}

function optionOf({ long, short, description, argChoices, required, optional }: Option): CompletedOption {
  return {
    long: long ?? "",
    short,
    description: firstLine(description),
    value: required || optional ? argChoices ?? "any" : undefined,
  };
}

function firstLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
