import { createHash } from "node:crypto";
import type { FoundFile, Head } from "./checkpoint.ts";
import { FileProblem, problemOf } from "./file_problem.ts";

const CHUNK_BYTES = 64 * 1024;

/** A file that is open for reading, as it was when it was opened; dispose of it to close it. */
export class OpenedFile implements FoundFile, Disposable {
  readonly path: string;
  readonly inode: number | null;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly #file: Deno.FsFile;

  private constructor(path: string, { file, info }: { file: Deno.FsFile; info: Deno.FileInfo }) {
    this.path = path;
    this.#file = file;
    this.inode = info.ino;
    this.sizeBytes = info.size;
    this.mtimeMs = info.mtime?.getTime() ?? 0;
  }

  /** @throws {FileProblem} it cannot be read, or an exporter of ours is writing it. */
  static async open(path: string): Promise<OpenedFile> {
    try {
      // Opening a pipe would wait for somebody to write to it.
      if (!(await Deno.stat(path)).isFile) throw new FileProblem(`${path} is no file`, { reason: "no_file" });
      using opened = new DisposableStack();
      const file = opened.use(await Deno.open(path));
      const info = await file.stat();
      if (await isLocked(file)) {
        throw new FileProblem(`${path} is being written by an exporter: stop that program, or copy the file`, {
          reason: "being_written",
        });
      }
      opened.move();
      return new OpenedFile(path, { file, info });
    } catch (error) {
      throw problemOf(error, path);
    }
  }

  async readHead(bytes: number): Promise<Head> {
    const hash = createHash("sha256");
    for await (const chunk of this.#read(bytes)) hash.update(chunk);
    return { bytes, hash: hash.digest("hex").slice(0, 32) };
  }

  /** The bytes that it had when it was opened; what was added since is left for later. Throws the signal's reason. */
  async *bytes(signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of this.#read(this.sizeBytes)) {
      signal.throwIfAborted();
      yield chunk;
    }
  }

  /** What became of it since it was opened: it was changed or replaced, or there is no such file any more. */
  async change(): Promise<"changed" | "gone" | undefined> {
    let now: Deno.FileInfo;
    try {
      now = await Deno.stat(this.path);
    } catch (error) {
      return error instanceof Deno.errors.NotFound ? "gone" : "changed";
    }
    const isSame = now.ino === this.inode && now.size === this.sizeBytes && now.mtime?.getTime() === this.mtimeMs;
    return isSame ? undefined : "changed";
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** The first `bytes`, as far as they go. */
  async *#read(bytes: number): AsyncGenerator<Uint8Array, void, void> {
    await this.#file.seek(0, Deno.SeekMode.Start);
    for (let left = bytes; left > 0;) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, left));
      const read = await this.#file.read(chunk);
      if (read === null) return;
      left -= read;
      yield chunk.subarray(0, read);
    }
  }
}

/** Whether an exporter `file`, of this or another program, has the file open. Where locks are not to be had: no. */
async function isLocked(file: Deno.FsFile): Promise<boolean> {
  try {
    if (!await file.tryLock(false)) return true;
    // Held only to look: a program that wants to write the file must not be kept from it.
    await file.unlock();
  } catch {
    return false;
  }
  return false;
}
