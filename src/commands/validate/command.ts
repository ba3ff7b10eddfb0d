import { type AddCommand, type ConfigOptions, loadOptions, takesConfig } from "../command.ts";
import { note, noteColour, print, printColour } from "../terminal.ts";

/** `validate`: names every mistake of a configuration, or says that it has none. */
export const addValidate: AddCommand = (program, exit) => {
  takesConfig(program.command("validate"))
    .description("check a configuration and name every mistake")
    .option("--connect", "then try every connection, as doctor does", false)
    .option(
      "--no-advice",
      "leave out the advice on what would make a valid configuration better, here or in a Collector behind it",
    )
    .action(
      async ({ advice: isAdvised, connect, ...options }: ConfigOptions & { advice: boolean; connect: boolean }) => {
        const { adviceFor } = await import("../../config/advice.ts");
        const config = await loadOptions(options);
        for (const warning of config.warnings) note(`${noteColour("yellow", "warning:")} ${warning}\n`);
        for (const advice of isAdvised ? adviceFor(config) : []) note(`${noteColour("cyan", "advice:")} ${advice}\n`);
        print(`${printColour("green", "The configuration is valid")}\n`);
        if (!connect) return;
        const { runDoctor } = await import("../doctor/command.ts");
        exit(await runDoctor({ ...options, json: false, strict: false }));
      },
    );
};
