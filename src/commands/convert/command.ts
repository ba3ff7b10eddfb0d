import type { AddCommand } from "../command.ts";
import { note, print } from "../terminal.ts";

/** `convert`: an Elastic Agent policy as a configuration. */
export const addConvert: AddCommand = (program) => {
  program.command("convert")
    .description(
      "turn a standalone Elastic Agent policy into a configuration, and name every setting that is not in it",
    )
    .argument(
      "<policy>",
      "elastic-agent.yml, what Fleet shows or its API answers, or a ConfigMap with it; - is standard input",
    )
    .action(async (file: string) => {
      const { stringify } = await import("yaml");
      const { COMPONENTS } = await import("../../components.ts");
      const { convertPolicy } = await import("./agent_policy/convert.ts");
      const { readPolicy } = await import("./agent_policy/read_policy.ts");
      const { withoutSecrets } = await import("./agent_policy/secrets.ts");
      const conversion = convertPolicy(await readPolicy(file), COMPONENTS);
      const warnings = [...conversion.warnings];
      const shown = withoutSecrets(conversion.config, { table: COMPONENTS, warn: (text) => void warnings.push(text) });
      print(`# Made from ${file} by bedrock-otel convert\n${stringify(shown, { lineWidth: 0, compat: "yaml-1.1" })}`);
      for (const warning of warnings) note(`warning: ${warning}\n`);
    });
};
