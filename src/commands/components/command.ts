import { KINDS } from "../../config/component_table.ts";
import type { AddCommand } from "../command.ts";
import { columns, print } from "../terminal.ts";

interface Listed {
  readonly type: string;
  readonly kind: string;
  readonly signals: readonly string[];
  readonly description: string;
}

/** `components`: what a configuration can name. */
export const addComponents: AddCommand = (program) => {
  program.command("components")
    .description("list all receivers, processors, exporters and extensions")
    .option("--json", "as JSON", false)
    .action(async ({ json }: { json: boolean }) => {
      const { COMPONENTS } = await import("../../components.ts");
      const listed = KINDS.flatMap((kind) =>
        COMPONENTS[kind].map(({ type, signals, description }): Listed => ({
          type,
          kind: kind.slice(0, -1),
          signals,
          description,
        }))
      );
      print(json ? `${JSON.stringify(listed, null, 2)}\n` : table(listed));
    });
};

function table(listed: readonly Listed[]): string {
  const rows = listed.map(({ type, kind, signals, description }) => [type, kind, signals.join(", "), description]);
  return columns([["TYPE", "KIND", "SIGNALS", "DESCRIPTION"], ...rows]);
}
