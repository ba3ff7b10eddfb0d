import { type AddCommand, type ConfigOptions, DONE, loadOptions, takesConfig } from "../command.ts";
import { note, print } from "../terminal.ts";

/** `validate`: names every mistake of a configuration, or says that it has none. */
export const addValidate: AddCommand = (program, exit) => {
  takesConfig(program.command("validate"))
    .description("check a configuration and name every mistake")
    .action(async (options: ConfigOptions) => {
      const { adviceFor } = await import("../../config/advice.ts");
      const config = await loadOptions(options);
      for (const warning of config.warnings) note(`warning: ${warning}\n`);
      for (const advice of adviceFor(config)) note(`advice: ${advice}\n`);
      print("The configuration is valid\n");
      exit(DONE);
    });
};
