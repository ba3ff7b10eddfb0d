/** Programs from PyPI, each in a virtual environment of its own. */
import { join } from "node:path";
import { cacheFolder, exists } from "./machine.ts";
import { run } from "./run.ts";
import type { Peer } from "./peer.ts";

export interface PythonProgram {
  /** Of the distribution. */
  readonly name: string;
  readonly version: string;
  /** Of the distribution, in brackets: `[server]`. */
  readonly extras?: string;
  /** The program's file in `bin`. */
  readonly program: string;
  /** What is installed beside it: `eql==1.0.1`. */
  readonly besides?: readonly string[];
  /** Installs it for a Python that it does not name. */
  readonly anyPython?: boolean;
}

/** Installs the program once into the cache folder: its path, or the reason why there is none. */
export async function installPythonProgram(
  { name, version, extras = "", program, besides = [], anyPython = false }: PythonProgram,
): Promise<Peer> {
  const cache = cacheFolder();
  const folder = join(cache, `${name}-${version}`);
  const path = join(folder, "bin", program);
  // Written last: an installation that was interrupted is made anew.
  const complete = join(folder, "complete");
  if (await exists(complete)) return { path };
  if ((await run("python3", ["--version"])) !== undefined) return { skipped: "python3 is not installed" };
  await Deno.mkdir(cache, { recursive: true });
  const problem = await run("python3", ["-m", "venv", "--clear", folder]) ??
    await run(join(folder, "bin", "python"), [
      ...["-m", "pip", "install", "-q", ...anyPython ? ["--ignore-requires-python"] : []],
      ...[`${name}${extras}==${version}`, ...besides],
    ]);
  if (problem !== undefined) return { skipped: `${name} cannot be installed (${problem})` };
  await Deno.writeTextFile(complete, "");
  return { path };
}

/** Waits until a server that was started answers at `url`. */
export async function answers(url: string): Promise<boolean> {
  for (let attempt = 0; attempt < 400; attempt++) {
    try {
      const response = await fetch(url);
      await response.body?.cancel();
      if (response.ok) return true;
    } catch {
      // Not listening yet.
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return false;
}
