import { z } from "zod";
import { exists } from "./globs.ts";
import { placeId } from "../../decode/log_records.ts";
import type { CheckpointStore, ReceiverStorage } from "../../component/checkpoints.ts";

const schema = z.object({
  /** Null where the system has none. */
  inode: z.number().nullable(),
  sizeBytes: z.number(),
  mtimeMs: z.number(),
  /** Its first bytes: they tell an appended file from another one with the same name and inode. */
  head: z.object({ bytes: z.number(), hash: z.string() }),
  /** First part of its records' ids; stays when the file grows. */
  id: z.string(),
  /** Every record that begins before this byte of the uncompressed file was delivered. */
  position: z.number(),
  /** Every record was delivered, as far as the file went. */
  isDone: z.boolean(),
  /** Some of it did not leave whole: the file is never deleted. */
  isKept: z.boolean().default(false),
});

/** What is remembered of a file. */
export type FileCheckpoint = Readonly<z.output<typeof schema>>;

/** How a file looks from outside. */
export type FileState = Pick<FileCheckpoint, "inode" | "sizeBytes" | "mtimeMs">;

export type Head = FileCheckpoint["head"];

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
      if (!await exists(path)) gone.push(path);
    }
    this.#checkpoints.forget(gone);
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
