/** Completion scripts, one a shell; all that they know stands in them, so that a key press starts no program. */
import { allOf, type Completed, type CompletedOption, nameOf } from "./tree.ts";

/** The shells. */
export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = typeof SHELLS[number];

/** The script for a shell. */
export function completionScript(shell: Shell, program: Completed): string {
  return { bash, zsh, fish }[shell](program);
}

/** Where nothing is offered, bash itself completes files. */
function bash(program: Completed): string {
  const all = allOf(program);
  const steps = all.filter(({ path }) => path !== "").map(({ path }) =>
    `      ${quoted(path)}) command=${quoted(path)} ;;\n`
  );
  const values = all.flatMap((command) =>
    command.options.filter(({ value }) => value !== undefined).map((option) => {
      const names = namesOf(option).map((name) => quoted(`${command.path} ${name}`)).join("|");
      const reply = Array.isArray(option.value)
        ? ` COMPREPLY=($(compgen -W ${quoted(option.value.join(" "))} -- "$cur"));`
        : "";
      return `    ${names})${reply} return ;;\n`;
    })
  );
  const words = all.map(({ path, subcommands, options }) => {
    const offered = [...subcommands.map(nameOf), ...options.flatMap(namesOf)];
    return `    ${quoted(path)}) words=${quoted(offered.join(" "))} ;;\n`;
  });
  return `# Completion for bash: eval "$(bedrock-otel completions bash)"
_bedrock_otel() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command="" words="" word
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${command:+$command }$word" in
${steps.join("")}    esac
  done
  case "$command $prev" in
${values.join("")}  esac
  case "$command" in
${words.join("")}  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _bedrock_otel bedrock-otel
`;
}

function zsh(program: Completed): string {
  return `#compdef bedrock-otel
# Completion for zsh: eval "$(bedrock-otel completions zsh)", behind compinit
${allOf(program).map(zshFunction).join("")}compdef _bedrock_otel bedrock-otel
`;
}

function zshFunction(command: Completed): string {
  const { subcommands } = command;
  const options = command.options.map((option) => `    ${zshOption(option)} \\\n`).join("");
  if (subcommands.length === 0) return `${zshName(command)}() {\n  _arguments \\\n${options}    '*:file:_files'\n}\n`;
  const described = subcommands.map((below) => {
    return `        ${quoted(`${nameOf(below)}:${below.description.replaceAll(":", "\\:")}`)}\n`;
  });
  const cases = subcommands.map((below) => `        ${nameOf(below)}) ${zshName(below)} ;;\n`);
  return `${zshName(command)}() {
  local state line
  _arguments -C \\
${options}    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands=(
${described.join("")}      )
      _describe command commands
      ;;
    argument)
      case $line[1] in
${cases.join("")}      esac
      ;;
  esac
}
`;
}

function zshName({ path }: Completed): string {
  return ["_bedrock_otel", ...path.split(/[ -]/).filter((word) => word !== "")].join("_");
}

function zshOption(option: CompletedOption): string {
  const { description, value } = option;
  const text = `[${description.replace(/[[\]\\:]/g, "\\$&")}]`;
  const argument = value === undefined ? "" : Array.isArray(value) ? `:value:(${value.join(" ")})` : ":value:_files";
  const names = namesOf(option);
  // Each may be given again: some options are repeatable.
  const each = names.map((name) => quoted(`*${name}${text}${argument}`));
  return each.join(" ");
}

function fish(program: Completed): string {
  const lines = allOf(program).flatMap((command) => {
    const condition = `-n ${quoted(fishCondition(command))}`;
    return [
      ...command.subcommands.map((below) =>
        `complete -c bedrock-otel -f ${condition} -a ${nameOf(below)} -d ${quoted(below.description)}\n`
      ),
      ...command.options.map(({ long, short, description, value }) => {
        const names = [`-l ${long.slice(2)}`, ...short === undefined ? [] : [`-s ${short.slice(1)}`]].join(" ");
        const argument = value === undefined ? "" : Array.isArray(value) ? ` -x -a ${quoted(value.join(" "))}` : " -r";
        return `complete -c bedrock-otel ${condition} ${names}${argument} -d ${quoted(description)}\n`;
      }),
    ];
  });
  return `# Completion for fish: bedrock-otel completions fish | source\n${lines.join("")}`;
}

/** True where the words so far lead to this command, and not to one below it. */
function fishCondition({ path, subcommands }: Completed): string {
  const seen = path === ""
    ? ["__fish_use_subcommand"]
    : path.split(" ").map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = path === "" || subcommands.length === 0
    ? []
    : [`not __fish_seen_subcommand_from ${subcommands.map(nameOf).join(" ")}`];
  return [...seen, ...below].join("; and ");
}

function namesOf({ long, short }: CompletedOption): string[] {
  return [long, ...short === undefined ? [] : [short]];
}

/** For every shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
