import { basename, dirname, join } from "node:path";
import type { Companion, CompanionPlace } from "../component/batch.ts";
import { ObjectMissingError, ObjectUnreadableError } from "./object_error.ts";

const CHUNK_BYTES = 64 * 1024;

/** The folder beside a log file in which its bodies are, as Bedrock lays them out and a download of a bucket keeps them. */
export function bodyFolderOf(path: string): string {
  return join(dirname(path), "data");
}

/**
 * Begins to read the file that stands for an object beside a log file: in the folder `data` there, by the last part of
 * its key. Links are not followed.
 *
 * @throws {ObjectMissingError} there is none.
 * @throws {ObjectUnreadableError} it may not be read, or is no file.
 * @throws {unknown} anything else is transient.
 */
export async function openFileCompanion(logPath: string, { key }: CompanionPlace): Promise<Companion> {
  const path = join(bodyFolderOf(logPath), basename(key));
  try {
    const { isFile, size } = await Deno.lstat(path);
    if (!isFile) throw new ObjectUnreadableError(`Cannot read file: ${path} is no file`, { reason: "unavailable" });
    const file = await Deno.open(path);
    return { sizeBytes: size, body: chunksOf(file), [Symbol.dispose]: () => file.close() };
  } catch (error) {
    throw classified(error, path);
  }
}

async function* chunksOf(file: Deno.FsFile): AsyncGenerator<Uint8Array, void, void> {
  for (;;) {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const read = await file.read(chunk);
    if (read === null) return;
    yield chunk.subarray(0, read);
  }
}

function classified(error: unknown, path: string): unknown {
  if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
    return new ObjectMissingError(`Cannot read file: ${path} does not exist`, { cause: error });
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new ObjectUnreadableError(`Cannot read file: ${path}: ${error.message}`, {
      reason: "forbidden",
      cause: error,
    });
  }
  return error;
}
