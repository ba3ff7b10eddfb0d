import { type AddCommand, type ConfigOptions, loadOptions, takesConfig } from "../command.ts";
import { print } from "../terminal.ts";

/** `print-config`: the configuration in force as YAML. */
export const addPrintConfig: AddCommand = (program) => {
  takesConfig(program.command("print-config"))
    .description("print the configuration in force: merged, with all defaults, secrets as ****")
    .action(async (options: ConfigOptions) => {
      const { printable } = await import("../../config/printable.ts");
      const { stringify } = await import("yaml");
      print(stringify(printable(await loadOptions(options)), { lineWidth: 0, compat: "yaml-1.1" }));
    });
};
