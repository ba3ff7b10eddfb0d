import type { AddCommand } from "../command.ts";
import { note, print } from "../terminal.ts";
import type { ComponentTable } from "../../config/component_table.ts";
import type { Tree } from "../../config/yaml_files.ts";

/** `convert`: an Elastic Agent policy as a configuration. */
export const addConvert: AddCommand = (program) => {
  program.command("convert")
    .description(
      "turn a standalone Elastic Agent policy into a configuration, and name every setting that is not in it",
    )
    .argument(
      "<policy>",
      "elastic-agent.yml, what Fleet shows or its API answers, or a manifest of Kubernetes that holds it; - is standard input",
    )
    .action(async (file: string) => {
      const { stringify } = await import("yaml");
      const { COMPONENTS } = await import("../../components.ts");
      const { convertPolicy } = await import("./agent_policy/convert.ts");
      const { readPolicy } = await import("./agent_policy/read_policy.ts");
      const { withoutSecrets } = await import("./agent_policy/secrets.ts");
      const conversion = convertPolicy(await readPolicy(file), COMPONENTS);
      const warnings = [...conversion.warnings, ...await mistakesIn(conversion.config, COMPONENTS)];
      const shown = withoutSecrets(conversion.config, { table: COMPONENTS, warn: (text) => void warnings.push(text) });
      print(`# Made from ${file} by bedrock-otel convert\n${stringify(shown, { lineWidth: 0, compat: "yaml-1.1" })}`);
      for (const warning of warnings) note(`warning: ${warning}\n`);
    });
};

/** What is wrong with the configuration, whatever the environment holds: the policy had it so. */
async function mistakesIn(config: Tree, components: ComponentTable): Promise<string[]> {
  const { ConfigError, loadConfig } = await import("../../config/load.ts");
  try {
    const base = { file: "", config, warnings: [] };
    await loadConfig([], { base, components: () => components, environment: () => undefined });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.filter(({ message }) => !message.startsWith("environment variable "))
      .map(({ path, message }) => `${path}: ${message}`);
  }
}
