import { type AddCommand, DONE } from "../command.ts";
import { note, print } from "../terminal.ts";

/** `convert`: an Elastic Agent policy as a configuration. */
export const addConvert: AddCommand = (program, exit) => {
  program.command("convert")
    .description(
      "turn a standalone Elastic Agent policy into a configuration, and name every setting that is not in it",
    )
    .argument("<policy>", "elastic-agent.yml, or what Fleet shows as a policy")
    .action(async (file: string) => {
      const { stringify } = await import("yaml");
      const { COMPONENTS } = await import("../../components.ts");
      const { readYamlFiles, withoutLoss } = await import("../../config/yaml_files.ts");
      const { convertPolicy } = await import("./agent_policy/convert.ts");
      const { withoutSecrets } = await import("./agent_policy/secrets.ts");
      const policy = withoutLoss(await readYamlFiles([file]));
      const conversion = convertPolicy(policy, COMPONENTS);
      const warnings = [...conversion.warnings];
      const shown = withoutSecrets(conversion.config, { table: COMPONENTS, warn: (text) => void warnings.push(text) });
      print(`# Made from ${file} by bedrock-otel convert\n${stringify(shown, { lineWidth: 0, compat: "yaml-1.1" })}`);
      for (const warning of warnings) note(`warning: ${warning}\n`);
      exit(DONE);
    });
};
