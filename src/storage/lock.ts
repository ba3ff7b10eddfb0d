import { StorageError } from "./storage_error.ts";

/**
 * Holds a file locked for this process until it is disposed of; the system lets go of it when the process dies.
 * @throws {StorageError} another process holds it.
 * @throws {Error} it cannot be written: nothing holds it then.
 */
export function lockFile(path: string): Disposable {
  const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 });
  if (!file.tryLockSync(true)) {
    const holder = readPid(file);
    file.close();
    const message =
      `Cannot open state: ${path} is locked by ${holder}: stop it, or set another service.storage.directory`;
    throw new StorageError(message, { fault: "in_use" });
  }
  const release = () => {
    // Closing alone would leave it to a process that is being started just now, which has the file too for a moment.
    file.unlockSync();
    file.close();
  };
  try {
    file.truncateSync();
    file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch (error) {
    release();
    throw error;
  }
  return { [Symbol.dispose]: release };
}

function readPid(file: Deno.FsFile): string {
  const buffer = new Uint8Array(16);
  try {
    const length = file.readSync(buffer) ?? 0;
    const pid = new TextDecoder().decode(buffer.subarray(0, length)).trim();
    return /^\d+$/.test(pid) ? `process ${pid}` : "another process";
  } catch {
    // Windows does not let others read what is locked.
    return "another process";
  }
}
