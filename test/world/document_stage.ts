/** Runs the shell commands of a document as a reader would, with stand-ins for the programs that need the world. */
import { join } from "node:path";
import { TestFolder } from "./folder.ts";
import { HttpServer } from "./http_server.ts";

const ROOT = join(import.meta.dirname as string, "..", "..");

/** Code of a document. */
export interface CodeBlock {
  /** What stands behind the fence; empty for an indented block. */
  readonly language: string;
  readonly code: string;
}

/** Blocks of code, fenced or indented, in order. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const fenced = /^( *)```(\S*)\n([^]*?)^\1```$|^\n((?: {4}.*\n)+)/gm;
  return [...markdown.matchAll(fenced)].map(([, indent = "", language = "", code, indented = ""]) => ({
    language,
    code: code === undefined ? indented : code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The commands of a document, in the order in which a reader comes to them. */
export function commandsOf(markdown: string): string {
  return codeBlocks(markdown).filter(({ language }) => language === "sh").map(({ code }) => code).join("\n");
}

/** Answers for a program with these arguments: what it prints. Throws for what it does not know. */
export type StandIn = (args: readonly string[]) => string | Promise<string>;

export interface Commands {
  /** What the reader fills in, by the name of an exported variable; each has to be in the document. */
  readonly set?: Readonly<Record<string, string>>;
  /** What the environment has besides. */
  readonly env?: Readonly<Record<string, string>>;
  /** Programs that are not run: `aws`, `docker`. */
  readonly standIns?: Readonly<Record<string, StandIn>>;
  /** Whether a program that runs until it is stopped has done its part. */
  readonly mayStop?: () => boolean;
}

export interface CommandsResult {
  readonly code: number;
  /** What all commands printed, with each command before it as `bash -v` prints it. */
  readonly output: string;
}

/**
 * A program whose arguments go to the test, and that prints what it answers. https://curl.se/docs/manpage.html#--fail-with-body
 */
const ASKS_THE_TEST = `#!/usr/bin/env bash
printf '%s\\0' "$@" | curl -sS --fail-with-body --data-binary @- "$STAND_INS/$(basename "$0")"
`;

/** Deno of this machine, from any folder; a `run` without `--once` ends as soon as the test lets it. */
const DENO = `#!/usr/bin/env bash
set -euo pipefail
ask() { printf '%s\\0' "$@" | curl -sS --fail-with-body --data-binary @- "$STAND_INS/deno"; }
[ "$1" = task ] || { ask "$@"; exit; }
shift
[ "$1" != -q ] || shift
task=$1; shift
case "$task" in
  start) run=("$DENO" run -q --no-prompt --config "$ROOT/deno.json" -P=start "$ROOT/src/main.ts" "$@") ;;
  demo) run=("$DENO" run -q --no-prompt --config "$ROOT/deno.json" -P=demo "$ROOT/src/main.ts" demo "$@") ;;
  *) ask task "$task" "$@"; exit ;;
esac
case "\${1-}" in run|doctor) run+=(--config "$OWN_PORT") ;; esac
case " $* " in *" --once "*|*" --keep "*) exec "\${run[@]}" ;; esac
[ "\${1-}" = run ] || exec "\${run[@]}"
log=$(mktemp "$PWD/run-XXXXXX.log")
"\${run[@]}" 2>"$log" &
until grep -q service.started "$log"; do kill -0 $! || { cat "$log" >&2; exit 1; }; /bin/sleep 0.1; done
until curl -sf "$STAND_INS/may-stop"; do kill -0 $! || { cat "$log" >&2; exit 1; }; /bin/sleep 0.1; done
kill -TERM $!
wait $!
cat "$log" >&2
`;

const NPX = `#!/usr/bin/env bash
[ "$1 $2" = "-y deno@2.9.6" ] || { echo "npx: $*: unknown to the test" >&2; exit 127; }
shift 2
exec deno "$@"
`;

/** Nothing here takes time to be found; a real service does. */
const SLEEP = `#!/usr/bin/env bash
[ -z "\${REAL_TIME-}" ] || exec /bin/sleep "$@"
`;

/** Runs all commands of a document, one after the other, until one fails; nothing is left out. */
export async function runCommands(
  markdown: string,
  { set = {}, env = {}, standIns = {}, mayStop = () => true }: Commands,
): Promise<CommandsResult> {
  using folder = new TestFolder();
  await using server = await HttpServer.start(async ({ url, body }) => {
    const args = new TextDecoder().decode(body).split("\0").slice(0, -1);
    const name = url.pathname.slice(1);
    if (name === "may-stop") return new Response("", { status: mayStop() ? 200 : 404 });
    try {
      const answer = await standIns[name]?.(args);
      if (answer === undefined) throw new Error("no stand-in knows it");
      return new Response(answer);
    } catch (error) {
      return new Response(`${name} ${args.join(" ")}: ${error}\n`, { status: 400 });
    }
  });
  const bin = folder.file("bin");
  await Deno.mkdir(bin);
  const programs = { deno: DENO, npx: NPX, sleep: SLEEP, aws: ASKS_THE_TEST, docker: ASKS_THE_TEST };
  for (const [name, text] of Object.entries(programs)) await Deno.writeTextFile(join(bin, name), text, { mode: 0o755 });
  for (const name of ["examples", "docs", "Dockerfile", "packaging"]) {
    await Deno.symlink(join(ROOT, name), folder.file(name));
  }
  // Tests run side by side: each has a port for health of its own.
  await Deno.writeTextFile(folder.file("own_port.yaml"), 'extensions: { health_check: { endpoint: "localhost:0" } }');
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-euo", "pipefail", "-v", "-c", withValues(commandsOf(markdown), set)],
    cwd: folder.path,
    env: {
      NO_COLOR: "1",
      ...env,
      PATH: `${bin}:${Deno.env.get("PATH")}`,
      DENO: Deno.execPath(),
      ROOT,
      STAND_INS: server.url,
      OWN_PORT: folder.file("own_port.yaml"),
      NO_PROXY: "127.0.0.1",
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

function withValues(script: string, values: Readonly<Record<string, string>>): string {
  let result = script;
  for (const [name, value] of Object.entries(values)) {
    const line = new RegExp(`^export ${name}=.*$`, "m");
    if (!line.test(result)) throw new Error(`The document sets no ${name}`);
    result = result.replace(line, () => `export ${name}='${value}'`);
  }
  return result;
}
