/** Running the program as its users do. */
import { fileURLToPath } from "node:url";

/** The program's entry point. */
export const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Record<string, string>;
  /** Deno's permission flags. */
  readonly flags?: readonly string[];
  /** Standard input; empty by default. */
  readonly stdin?: string;
}

/** Runs the command line in a process of its own. */
export async function runCli(
  args: readonly string[],
  { env = {}, flags = ["-A"], stdin = "" }: CliOptions = {},
): Promise<CliResult> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--quiet", ...flags, MAIN, ...args],
    env: { ...env, NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ code, stdout, stderr }] = await Promise.all([process.output(), write(process.stdin, stdin)]);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The flags that `permissions` prints for a configuration, without the one that {@linkcode runCli} gives itself. */
export async function permissionFlags(configArgs: readonly string[]): Promise<string[]> {
  const { stdout } = await runCli(["permissions", ...configArgs]);
  return stdout.trim().split(" ").filter((flag) => flag !== "--no-prompt");
}

async function write(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // The program ended without reading it.
  }
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
