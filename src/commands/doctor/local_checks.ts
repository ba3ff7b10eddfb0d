import { access, constants, open, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { LoadedConfig } from "../../config/load.ts";
import { needsStorage } from "../../service/graph.ts";
import type { FileReceiverConfig } from "../../receivers/file/config.ts";
import { basesOf, Globs } from "../../receivers/file/globs.ts";
import { permissionsNeeded } from "../permission_flags.ts";
import { failed, type Finding, judged, ok, unknown } from "./check.ts";

/** The state directory can be written, or made. Nothing is written. */
export async function stateChecks(config: LoadedConfig): Promise<readonly Finding[]> {
  if (!needsStorage(config)) return [];
  const check = "state directory";
  const directory = resolve(config.service.storage.directory);
  const problem = await folderProblem(directory);
  return [problem === undefined ? ok(check, directory) : failed(check, problem)];
}

/** A file that is appended to can be written, or made: its exporter makes no directory. */
export async function fileChecks(id: string, path: string): Promise<readonly Finding[]> {
  return [judged(`${id}: file`, { problem: await fileProblem(resolve(path)), fine: path })];
}

async function fileProblem(file: string): Promise<string | undefined> {
  const directory = dirname(file);
  const existing = await stat(file).catch(() => undefined);
  if (existing === undefined) {
    const isMissing = await stat(directory).then(() => false, (error: { code?: string }) => error.code === "ENOENT");
    return isMissing ? `${directory} does not exist: make it, or correct path` : await folderProblem(directory);
  }
  if (existing.isDirectory()) return `${file} is a directory: name a file in it`;
  return await isWritable(file) ? undefined : `${file} may not be written: give the program's user the right to`;
}

async function isWritable(path: string): Promise<boolean> {
  return await access(path, constants.W_OK).then(() => true, () => false);
}

/** What the receiver `file` reads: each place is there, and the files can be read, and removed where that is asked for. */
export async function readFileChecks(id: string, config: FileReceiverConfig): Promise<readonly Finding[]> {
  const check = `${id}: files`;
  const problems: string[] = [];
  const onUnreadable = (path: string, error: unknown) => problems.push(`${path} cannot be read: ${messageOf(error)}`);
  for (const base of basesOf(config.include)) {
    await stat(base).catch(() => problems.push(`${base} does not exist: correct include, or mount it`));
  }
  const files = await new Globs(config).find({ onUnreadable });
  for (const file of files) {
    await open(file).then((opened) => opened.close()).catch((error) => onUnreadable(file, error));
  }
  if (config.delete_after_read) {
    for (const folder of new Set(files.map((file) => dirname(file)))) {
      const problem = await folderProblem(folder);
      if (problem !== undefined) problems.push(`${problem} (delete_after_read)`);
    }
  }
  if (problems.length > 0) return problems.map((problem) => failed(check, problem));
  if (files.length > 0) return [ok(check, `${files.length} can be read`)];
  return [unknown(check, `none is there yet: correct include and exclude, unless some are to come`)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
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
