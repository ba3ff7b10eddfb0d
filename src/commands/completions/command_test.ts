import assert from "node:assert/strict";
import { runCli } from "../../../test/world/program.ts";
import { TestFolder } from "../../../test/world/folder.ts";

/** Why a shell cannot be asked. */
function isMissing(shell: string): boolean {
  try {
    return !new Deno.Command(shell, { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return true;
  }
}

/** What a shell prints after it has read the script in `$1`. */
async function inShell(shell: string, commands: string): Promise<string> {
  const { code, stdout: script, stderr: problem } = await runCli(["completions", shell]);
  assert.equal(code, 0, problem);
  using folder = TestFolder.of({ script, commands });
  const { success, stdout, stderr } = await new Deno.Command(shell, {
    args: [folder.file("commands"), folder.file("script")],
    cwd: folder.path,
  }).output();
  const text = new TextDecoder();
  assert.ok(success, text.decode(stderr));
  assert.equal(text.decode(stderr), "");
  return text.decode(stdout);
}

Deno.test({ name: "bash completes commands, options and their values", ignore: isMissing("bash") }, async () => {
  const stdout = await inShell(
    "bash",
    `. "$1"
offered() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _bedrock_otel; echo "\${COMPREPLY[*]}"; }
offered bedrock-otel do
offered bedrock-otel init --to ela
offered bedrock-otel init --q
offered bedrock-otel setup elastic
offered bedrock-otel setup elasticsearch --api
offered bedrock-otel run --config ""
offered bedrock-otel completions --h
`,
  );
  assert.deepEqual(stdout.split("\n"), [
    "doctor",
    "elasticsearch elastic",
    "--queue-url",
    "elasticsearch",
    "--api-key-env",
    // Files are bash's own.
    "",
    "--help",
    "",
  ]);
});

Deno.test({ name: "fish completes commands, options and their values", ignore: isMissing("fish") }, async () => {
  const stdout = await inShell(
    "fish",
    `source $argv[1]
complete -C 'bedrock-otel do'
complete -C 'bedrock-otel init --to ela'
complete -C 'bedrock-otel setup elasticsearch --api'
`,
  );
  const names = stdout.trim().split("\n").map((line) => line.split("\t")[0]);
  assert.deepEqual(names, ["doctor", "elastic", "elasticsearch", "--api-key-env"]);
});

Deno.test({ name: "zsh takes its script", ignore: isMissing("zsh") }, async () => {
  const stdout = await inShell(
    "zsh",
    `autoload -Uz compinit && compinit -u -D -d $PWD/dump
. "$1"
print -r -- $_comps[bedrock-otel] $+functions[_bedrock_otel_init] $+functions[_bedrock_otel_setup_elasticsearch]
`,
  );
  assert.equal(stdout, "_bedrock_otel 1 1\n");
});

Deno.test("completions names the shells that it knows", async () => {
  const { code, stderr } = await runCli(["completions", "tcsh"]);
  assert.equal(code, 2);
  assert.match(stderr, /Allowed choices are bash, zsh, fish/);
});
