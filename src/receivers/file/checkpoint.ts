import { z } from "zod";
import { placeId } from "../../decode/log_records.ts";
import type { CheckpointStore, ReceiverStorage } from "../../component/checkpoints.ts";

/** How a file looks from outside. */
export interface FileState {
  /** Undefined where the system has none. */
  readonly inode: number | null;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** The first bytes of a file: tells an appended file from another one with the same name and inode. */
export interface Head {
  readonly bytes: number;
  readonly hash: string;
}

const schema = z.object({
  inode: z.number().nullable(),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  head: z.object({ bytes: z.number(), hash: z.string() }),
  id: z.string(),
  position: z.number(),
  isDone: z.boolean(),
  isKept: z.boolean().default(false),
});

/** What is remembered of a file. */
export interface FileCheckpoint extends FileState {
  readonly head: Head;
  /** First part of its records' ids; stays when the file grows. */
  readonly id: string;
  /** Every record that begins before this byte of the uncompressed file was delivered. */
  readonly position: number;
  /** Every record was delivered, as far as the file went. */
  readonly isDone: boolean;
  /** Some of it was left out as too large: the file is never deleted. */
  readonly isKept: boolean;
}

/** A file that was found, of which more is known when it is needed. */
export interface FoundFile extends FileState {
  readonly path: string;
  readHead(bytes: number): Promise<Head>;
}

/** So many bytes are enough to tell files apart. */
const HEAD_BYTES = 1024;
/** A file that is gone is remembered for so long: a volume may be away for a while. */
const KEEP_MS = 7 * 24 * 3_600_000;

/** What one receiver remembers of its files, by path. */
export class FileCheckpoints {
  readonly #storage: ReceiverStorage;
  readonly #checkpoints: CheckpointStore<FileCheckpoint>;

  constructor(storage: ReceiverStorage) {
    this.#storage = storage;
    this.#checkpoints = storage.checkpoints("files", schema);
  }

  /** See {@linkcode ReceiverStorage}. */
  caughtUp(options: { signal: AbortSignal; once: boolean }): Promise<void> {
    return this.#storage.caughtUp(options);
  }

  /** What is remembered under a path. @throws {StorageError} it cannot be read. */
  get(path: string): FileCheckpoint | undefined {
    return this.#checkpoints.get(path)?.value;
  }

  put(path: string, checkpoint: FileCheckpoint): void {
    this.#checkpoints.write({ put: [{ key: path, value: checkpoint, timeMs: Date.now() }] });
  }

  forget(path: string): void {
    this.#checkpoints.write({ delete: [path] });
  }

  /** Forgets files that are gone and were last read a week ago. @throws {StorageError} */
  async prune(): Promise<void> {
    const gone: string[] = [];
    for (const path of this.#checkpoints.keys({ beforeMs: Date.now() - KEEP_MS })) {
      if (await isGone(path)) gone.push(path);
    }
    this.#checkpoints.forget(gone);
  }
}

async function isGone(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** Whether a file looks as it did when it was remembered. */
export function isUnchanged(file: FileState, before: FileState): boolean {
  return file.sizeBytes === before.sizeBytes && file.mtimeMs === before.mtimeMs;
}

/**
 * Where to go on in a file. One that looks the same goes on where it was; so does one that has **grown** (same inode,
 * same first bytes, no shorter), under the ids that it had. Any other has **replaced** what was there, and begins anew.
 */
export async function checkpointFor(file: FoundFile, before: FileCheckpoint | undefined): Promise<FileCheckpoint> {
  const { path, inode, sizeBytes, mtimeMs } = file;
  const state = { inode, sizeBytes, mtimeMs };
  if (before !== undefined) {
    if (isUnchanged(file, before)) return { ...before, inode };
    const isSameFile = inode === before.inode && sizeBytes >= before.sizeBytes &&
      (await file.readHead(before.head.bytes)).hash === before.head.hash;
    if (isSameFile) return { ...before, ...state, isDone: before.isDone && sizeBytes === before.sizeBytes };
  }
  const head = await file.readHead(Math.min(HEAD_BYTES, sizeBytes));
  return {
    ...state,
    head,
    id: placeId(["file", path, String(sizeBytes), String(mtimeMs)]),
    position: 0,
    isDone: false,
    isKept: false,
  };
}
