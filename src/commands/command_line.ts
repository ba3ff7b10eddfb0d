import { Command, CommanderError, Help } from "commander";
import { maskUrls } from "../http/mask_urls.ts";
import { coloured, hasColours } from "../telemetry/colours.ts";
import { VERSION } from "../version.ts";
import { type AddCommand, DONE, FAILED, USAGE, UsageError } from "./command.ts";
import { addBackfill } from "./backfill/command.ts";
import { addCompletions } from "./completions/command.ts";
import { addComponents } from "./components/command.ts";
import { addConvert } from "./convert/command.ts";
import { addDemo } from "./demo/command.ts";
import { addDoctor } from "./doctor/command.ts";
import { addHealth } from "./health/command.ts";
import { addInit } from "./init/command.ts";
import { addMap } from "./map/command.ts";
import { addPermissions } from "./permissions/command.ts";
import { addPrintConfig } from "./print_config/command.ts";
import { addRun } from "./run/command.ts";
import { addSchema } from "./schema/command.ts";
import { addSetup } from "./setup/command.ts";
import { addState } from "./state/command.ts";
import { note, noteMistakes, print } from "./terminal.ts";
import { addValidate } from "./validate/command.ts";

const COMMANDS: readonly AddCommand[] = [
  addRun,
  addValidate,
  addInit,
  addDoctor,
  addPrintConfig,
  addComponents,
  addSchema,
  addPermissions,
  addHealth,
  addMap,
  addConvert,
  addDemo,
  addSetup,
  addState,
  addBackfill,
  addCompletions,
];

const EXAMPLES = `
Examples:
  bedrock-otel demo
    see it work, without any account
  bedrock-otel init --queue-url $QUEUE_URL --to elasticsearch
    write a first configuration
  bedrock-otel setup elasticsearch --url https://localhost:9200 --dry-run
    what the index templates would change
  bedrock-otel validate --config bedrock-otel.yaml
    name every mistake
  bedrock-otel doctor --config bedrock-otel.yaml
    try every connection, change nothing
  bedrock-otel run --config bedrock-otel.yaml
    move logs until stopped
  bedrock-otel run --once --config base.yaml --config prod.yaml
    empty the queue, then exit
  bedrock-otel backfill --bucket my-logs --config bedrock-otel.yaml --dry-run
    what reading old logs would cost
  bedrock-otel map --pretty logs.json.gz
    see what becomes of records
  bedrock-otel permissions --config bedrock-otel.yaml
    the flags with which Deno allows no more than needed

Exit codes: 0 done; 1 ran and failed; 2 usage or configuration.
`;

/** Runs the command that the arguments name and returns the exit code. Errors are messages on stderr. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let exitCode = DONE;
  const program = createProgram((code) => exitCode = code);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) noteHabit(error, { args, program });
    return await explain(error);
  }
}

/** What other programs take: options before the command that they belong to, a configuration without an option. */
function noteHabit({ code }: CommanderError, { args, program }: { args: readonly string[]; program: Command }): void {
  const [first = ""] = args;
  const command = program.commands.find((command) => args.includes(command.name()));
  if (command === undefined) return;
  const takesFile = command.options.some(({ long }) => long === "--config");
  if (code === "commander.unknownOption" && first.startsWith("-")) {
    note(`(its options follow the command: bedrock-otel ${command.name()} …)\n`);
  } else if (code === "commander.excessArguments" && takesFile) {
    note(`(--config names a configuration: bedrock-otel ${command.name()} --config FILE)\n`);
  }
}

function createProgram(exit: (code: number) => void): Command {
  const program = new Command("bedrock-otel")
    .description(
      "Collects Amazon Bedrock's logs and metrics, and delivers them to Elastic",
    )
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .addHelpText("after", EXAMPLES)
    .showHelpAfterError("(--help shows all commands and options)")
    .configureOutput({
      writeOut: print,
      writeErr: note,
      getOutHasColors: () => hasColours(Deno.stdout),
      getErrHasColors: () => hasColours(Deno.stderr),
    })
    .configureHelp({
      // That a switch is off until it is given goes without saying.
      optionDescription: (option) => new Help().optionDescription(option).replace(" (default: false)", ""),
      styleTitle: (text) => coloured("bold", text),
      styleCommandText: (text) => coloured("cyan", text),
      styleSubcommandTerm: (text) => coloured("cyan", text),
      styleOptionTerm: (text) => coloured("cyan", text),
    })
    .exitOverride();
  for (const add of COMMANDS) add(program, exit);
  program.command("version").description("print the version").action(() => print(`${VERSION}\n`));
  return program;
}

/** Says what went wrong, without a stack, and returns the exit code for it. */
async function explain(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
  const { ConfigError } = await import("../config/problems.ts");
  if (error instanceof ConfigError) {
    noteMistakes(error);
    return USAGE;
  }
  if (error instanceof Deno.errors.NotCapable) {
    const missing = error.message.replace(/, run again with the (\S+) flag.*$/s, ": start Deno with $1");
    note(`${missing} (bedrock-otel permissions --config FILE prints all flags that a configuration needs)\n`);
    return USAGE;
  }
  // A library's error may quote a URL.
  note(`${maskUrls(error instanceof Error ? error.message : String(error))}\n`);
  return error instanceof UsageError ? USAGE : FAILED;
}
