import { type AddCommand, type ConfigOptions, loadOptions, takesConfig } from "../command.ts";
import { print } from "../terminal.ts";

/** `permissions`: the Deno flags that a configuration needs, and no more. */
export const addPermissions: AddCommand = (program) => {
  takesConfig(program.command("permissions"))
    .description("print the Deno flags that a configuration needs, in one line")
    .action(async (options: ConfigOptions) => {
      const { permissionFlags } = await import("../permission_flags.ts");
      print(`${permissionFlags(await loadOptions(options)).join(" ")}\n`);
    });
};
