import { Argument } from "commander";
import type { AddCommand } from "../command.ts";
import { print } from "../terminal.ts";
import { completionScript, type Shell, SHELLS } from "./scripts.ts";
import { completedOf } from "./tree.ts";

/** `completions`: a script with which a shell completes commands, options and their values. */
export const addCompletions: AddCommand = (program) => {
  program.command("completions")
    .description("print a script with which a shell completes commands and options")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .addHelpText(
      "after",
      `
Put one of these into the file that the shell reads at its start:
  bash  ~/.bashrc                   eval "$(bedrock-otel completions bash)"
  zsh   ~/.zshrc, behind compinit   eval "$(bedrock-otel completions zsh)"
  fish  ~/.config/fish/config.fish  bedrock-otel completions fish | source
`,
    )
    .action((shell: Shell) => {
      print(completionScript(shell, completedOf(program)));
    });
};
