/** What Elastic checks and tries its own rules with, from PyPI: a parser of ES|QL, and a parser and an engine of EQL. */
import { join } from "node:path";
import { installPythonProgram } from "./python_program.ts";
import type { Peer } from "./peer.ts";

/** The Python that has them, or the reason why there is none. */
export function setUpQueryParsers(): Promise<Peer> {
  return installPythonProgram({
    name: "detection-rules-esql-py",
    version: "0.1.0",
    program: "python",
    besides: ["eql==1.0.1"],
    // It asks for Python 3.12, and runs with 3.11.
    anyPython: true,
  });
}

/** What a script beside this file prints for its input; both are JSON. */
export async function runPython(
  { path }: { path: string },
  { script, input }: { script: string; input: unknown },
): Promise<unknown> {
  const args = [join(import.meta.dirname as string, script)];
  const process = new Deno.Command(path, { args, stdin: "piped", stdout: "piped", stderr: "inherit" }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(input)));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error(`${script} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}
