import type { AddCommand } from "../command.ts";
import { print } from "../terminal.ts";

/** `schema`: the grammar of the configuration, for editors and other tools. */
export const addSchema: AddCommand = (program) => {
  program.command("schema")
    .description("print the JSON Schema of the configuration file")
    .action(async () => {
      const { COMPONENTS } = await import("../../components.ts");
      const { configJsonSchema } = await import("../../config/json_schema.ts");
      print(`${JSON.stringify(configJsonSchema(COMPONENTS), null, 2)}\n`);
    });
};
