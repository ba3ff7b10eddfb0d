import { Option } from "commander";
import type { MapSettings } from "./map_config.ts";
import type { PrintOptions } from "./print_mapped.ts";
import { MODES } from "../../mappings/field.ts";
import { type AddCommand, collectFiles, type ConfigOptions, DONE, FAILED, UsageError } from "../command.ts";
import { TERMINAL } from "../terminal.ts";

type MapOptions = MapSettings & PrintOptions & Pick<ConfigOptions, "config"> & { readonly explain: boolean };

/** `map`: shows what becomes of records, without AWS and without sending anything. */
export const addMap: AddCommand = (program, exit) => {
  program.command("map")
    .description("read invocation logs from files or standard input, and print the document that each record becomes")
    .argument("[file...]", "JSON or NDJSON, plain or gzip; - is standard input")
    .option(
      "-c, --config <file>",
      "configuration file whose processor maps; repeatable (default: a processor without settings)",
      collectFiles,
    )
    .addOption(new Option("--mode <mode>", "how to map (default: the configuration's, or ecs)").choices(MODES))
    .addOption(
      new Option("--content <content>", "what may leave (default: the configuration's, or full)")
        .choices(["full", "metadata_only", "redacted"]),
    )
    .option("--explain", "instead of documents print which redaction rule matched where, without the texts", false)
    .addOption(
      new Option("--format <format>", "the document that the store would hold, or what is sent as OTLP/JSON")
        .choices(["document", "otlp"]).default("document"),
    )
    .addOption(
      new Option("--keys <keys>", "names of the document's fields (default: as the store has them)")
        .choices(["nested", "dotted"]),
    )
    .option("--pretty", "on several lines", false)
    .action(async (files: string[], options: MapOptions) => {
      if (options.explain && (options.content ?? "redacted") !== "redacted") {
        throw new UsageError("Cannot explain: --explain shows what --content redacted finds");
      }
      exit(await map(files, options) ? DONE : FAILED);
    });
};

async function map(
  files: readonly string[],
  { explain, config: configFiles, ...options }: MapOptions,
): Promise<boolean> {
  const { mapConfig } = await import("./map_config.ts");
  const content = explain ? "redacted" : options.content;
  const config = await mapConfig(configFiles, { mode: options.mode, content });
  if (explain) {
    const { explainFiles } = await import("./explain_files.ts");
    return await explainFiles(files, { ...TERMINAL, config });
  }
  const { mapFiles } = await import("./print_mapped.ts");
  return await mapFiles(files, { ...TERMINAL, ...options, config });
}
