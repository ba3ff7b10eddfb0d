/**
 * The standalone binary for tests. Deno's runtime for binaries is downloaded from a host that not every machine
 * reaches; this one comes from a package that ships a binary made with Deno 2.7.14, so it is made with that Deno.
 */
import { dirname, join } from "node:path";
import { compileArgs, makeBundle } from "../../packaging/compile.ts";
import { cacheFolder, exists } from "./machine.ts";
import { run } from "./run.ts";

/** The version of the runtime that `denort/get-denort.sh` finds. */
const DENO_VERSION = "2.7.14";
const HERE = import.meta.dirname as string;

/** Makes the binary at `output`; returns the reason where that is not possible. */
export async function compileBinary(output: string): Promise<{ skipped: string } | undefined> {
  if (Deno.build.target !== "x86_64-unknown-linux-gnu") return { skipped: `no runtime for ${Deno.build.target}` };
  const folder = join(cacheFolder(), `denort-${DENO_VERSION}`);
  const denort = join(folder, "denort");
  const deno = join(folder, "node_modules", "deno", "bin.cjs");
  await Deno.mkdir(folder, { recursive: true });
  const problem = await run("bash", [join(HERE, "denort", "get-denort.sh"), denort]) ??
    (await exists(deno)
      ? undefined
      : await run("npm", ["install", "--no-save", "--prefix", folder, `deno@${DENO_VERSION}`]));
  if (problem !== undefined) return { skipped: `no runtime (${problem})` };
  const bundle = await makeBundle(join(dirname(output), "bundle"));
  await runOrThrow("node", [deno, ...compileArgs({ bundle, output })], { DENORT_BIN: denort });
  await Deno.remove(bundle, { recursive: true });
  return undefined;
}

async function runOrThrow(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const problem = await run(program, args, { env });
  if (problem !== undefined) throw new Error(`Cannot make the binary: ${problem}`);
}
