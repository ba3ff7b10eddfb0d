import { type AddCommand, type ConfigOptions, loadOptions, takesConfig } from "../command.ts";
import { print, printColour } from "../terminal.ts";
import type { Finding } from "./check.ts";

const MARKS = { ok: ["✓", "green"], failed: ["✗", "red"], unknown: ["?", "yellow"] } as const;

/** `doctor`: tries every connection of a configuration, and changes nothing. */
export const addDoctor: AddCommand = (program, exit) => {
  takesConfig(program.command("doctor"))
    .description("try every connection of a configuration and say what is wrong; changes nothing anywhere")
    .option("--json", "print the findings as JSON", false)
    .option("--strict", "exit with 1 where something could not be looked at, too", false)
    .option("--elasticsearch-url <url>", "an Elasticsearch behind a Collector: look at it too (key in ELASTIC_API_KEY)")
    .action(async (options: ConfigOptions & DoctorCommandOptions) => exit(await runDoctor(options)));
};

/** Options of the command beside the configuration's. */
export interface DoctorCommandOptions {
  readonly json: boolean;
  readonly strict: boolean;
  readonly elasticsearchUrl?: string;
}

/** Returns the exit code. */
export async function runDoctor(options: ConfigOptions & DoctorCommandOptions): Promise<number> {
  const config = await loadOptions(options);
  const { examine, exitCodeOf } = await import("./doctor.ts");
  const findings = await examine(config, { elasticsearchUrl: options.elasticsearchUrl });
  print(options.json ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(line).join(""));
  return exitCodeOf(findings, options);
}

function line({ status, check, text }: Finding): string {
  const [mark, colour] = MARKS[status];
  return `${printColour(colour, mark)} ${check}: ${text}\n`;
}
