import { access, constants, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { needsStorage } from "../../service/graph.ts";
import { permissionsNeeded } from "../permission_flags.ts";
import { failed, type Finding, ok } from "./check.ts";

/** The state directory can be written, or made. Nothing is written. */
export async function stateChecks(config: LoadedConfig): Promise<readonly Finding[]> {
  if (!needsStorage(config)) return [];
  const check = "state directory";
  const directory = resolve(config.service.storage.directory);
  const problem = await folderProblem(directory);
  return [problem === undefined ? ok(check, directory) : failed(check, problem)];
}

/** Each file that is appended to lies in a folder that can be written. */
export async function fileChecks(id: string, path: string): Promise<readonly Finding[]> {
  const check = `${id}: file`;
  const problem = await folderProblem(dirname(resolve(path)));
  return [problem === undefined ? ok(check, path) : failed(check, problem)];
}

async function folderProblem(directory: string): Promise<string | undefined> {
  try {
    if (!(await stat(directory)).isDirectory()) {
      return `${directory} is no directory: move that file away, or name another`;
    }
    await access(directory, constants.W_OK);
    return undefined;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT") {
      return dirname(directory) === directory ? undefined : await folderProblem(dirname(directory));
    }
    if (code === "ENOTDIR") return `${directory} lies below a file: name another directory`;
    return `${directory} cannot be written: give the program's user the right to, or mount a writable volume`;
  }
}

/** Deno allows what the configuration needs. */
export async function permissionChecks(config: LoadedConfig): Promise<readonly Finding[]> {
  const missing: string[] = [];
  for (const { flag, descriptor } of permissionsNeeded(config)) {
    if ((await Deno.permissions.query(descriptor)).state !== "granted") missing.push(flag);
  }
  const check = "Deno's permissions";
  if (missing.length === 0) return [ok(check, "suffice")];
  return [failed(check, `are too tight: start Deno with ${missing.join(" ")} (bedrock-otel permissions prints all)`)];
}
