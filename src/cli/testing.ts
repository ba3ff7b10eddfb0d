/** Running the program as its users do. */
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a process of its own. */
export async function runCli(
  args: readonly string[],
  { env = {}, flags = ["-A"] }: { env?: Record<string, string>; flags?: readonly string[] } = {},
): Promise<CliResult> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--quiet", ...flags, MAIN, ...args],
    env: { ...env, NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Writes files (name -> text) into a directory of their own, which goes away when it is disposed. */
export async function tempFiles(
  files: Record<string, string>,
): Promise<AsyncDisposable & { path: (name: string) => string }> {
  const directory = await Deno.makeTempDir();
  const path = (name: string) => `${directory}/${name}`;
  await Promise.all(Object.entries(files).map(([name, text]) => Deno.writeTextFile(path(name), text)));
  return { path, [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }) };
}
