import { StorageError, type StorageFault } from "./storage_error.ts";

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const FAULTS_BY_CODE: Readonly<Record<number, StorageFault>> = {
  5: "in_use",
  8: "read_only",
  11: "damaged",
  13: "full",
  26: "damaged",
};

/** What SQLite says without a code, and the file system. */
const FAULTS_BY_TEXT: readonly (readonly [RegExp, StorageFault])[] = [
  [/not a database|malformed/i, "damaged"],
  [/readonly|read-only|permission denied/i, "read_only"],
  [/disk is full|no space left|quota/i, "full"],
  [/is locked/i, "in_use"],
];

const ADVICE: Readonly<Partial<Record<StorageFault, string>>> = {
  damaged: "restore it, or move it away to begin anew (what was delivered may be delivered again)",
  full: "make room on the disk",
  read_only: "service.storage.directory must be writable",
};

/**
 * The error for what SQLite or the file system threw. `action` is what could not be done (`open`, `read`, `write`),
 * `path` the file in the way.
 */
export function storageError(error: unknown, { action, path }: { action: string; path: string }): Error {
  if (error instanceof StorageError || error instanceof Deno.errors.NotCapable) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const fault = faultOf(error, reason);
  const advice = ADVICE[fault];
  const hint = advice === undefined ? "" : `: ${advice}`;
  return new StorageError(`Cannot ${action} state ${path}: ${reason}${hint}`, { fault, cause: error });
}

/** Whether the disk has no room for a change. */
export function isDiskFull(error: unknown): boolean {
  return faultOf(error, error instanceof Error ? error.message : String(error)) === "full";
}

function faultOf(error: unknown, reason: string): StorageFault {
  const { errcode } = error as { errcode?: number };
  const byCode = errcode === undefined ? undefined : FAULTS_BY_CODE[errcode & 0xff];
  return byCode ?? FAULTS_BY_TEXT.find(([pattern]) => pattern.test(reason))?.[1] ?? "unavailable";
}
