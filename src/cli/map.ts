import { Option } from "commander";
import type { MapOptions } from "../map/map_files.ts";
import type { Mode } from "../mappings/field_table.ts";
import { type AddCommand, DONE, FAILED } from "./command.ts";
import { note, print } from "./terminal.ts";

const MODES: readonly Mode[] = ["ecs", "integration", "otel", "raw"];

/** `map`: shows what becomes of records, without AWS and without a configuration. */
export const addMap: AddCommand = (program, exit) => {
  program.command("map")
    .description("read invocation logs from files or standard input and print what is made of each record")
    .argument("[file...]", "JSON or NDJSON, plain or gzip; - is standard input")
    .addOption(new Option("--mode <mode>", "how to map").choices(MODES).default("ecs"))
    .addOption(new Option("--content <content>", "what may leave").choices(["full", "metadata_only"]).default("full"))
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
      const { mapFiles } = await import("../map/map_files.ts");
      try {
        exit(await mapFiles(files, { ...options, print, note }) ? DONE : FAILED);
      } catch (error) {
        // Who reads the output has seen enough: `| head`.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    });
};
