import { unwritableReason } from "../../component/file_reasons.ts";

/** What a {@linkcode LineFile} needs of an open file. */
export type FileHandle = Pick<Deno.FsFile, "write" | "truncate" | "stat" | "sync" | "close">;

const LINE_FEED = 0x0a;

/** A file of whole lines: a line is there in full and on disk, or not at all. */
export class LineFile {
  readonly #file: FileHandle;
  /** Whether the last write may have left a part of a line, and where that begins. */
  #brokenAt: number | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Appends `line` and a line feed, and returns once they are on disk. Lines are written one after the other. */
  append(line: string): Promise<void> {
    const bytes = new TextEncoder().encode(line + "\n");
    return this.#inTurn(() => this.#write(bytes));
  }

  /** Waits for the lines under way, then closes the file. */
  close(): Promise<void> {
    // deno-lint-ignore require-await
    return this.#inTurn(async () => this.#file.close());
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    await this.#repair();
    this.#brokenAt = (await this.#file.stat()).size;
    try {
      for (let written = 0; written < bytes.length;) written += await this.#file.write(bytes.subarray(written));
      await this.#file.sync();
      this.#brokenAt = undefined;
    } catch (error) {
      // When even that fails, the next line tries again before it is written.
      await this.#repair().catch(() => {});
      throw error;
    }
  }

  async #repair(): Promise<void> {
    if (this.#brokenAt === undefined) return;
    await this.#file.truncate(this.#brokenAt);
    this.#brokenAt = undefined;
  }
}

/**
 * Opens a file for appending lines; creates it with mode 0600 where it does not exist. A half line that a crash has
 * left at its end is ended, so that it does not spoil the next one.
 *
 * @throws {Error} when the file cannot be opened, or is being written by another exporter or program.
 */
export async function openLineFile(path: string): Promise<LineFile> {
  const file = await open(path);
  try {
    if (!await file.tryLock(true)) throw new Error(`Cannot open ${path}: another exporter or program writes it`);
    if (await endsInHalfLine(file)) await file.write(new Uint8Array([LINE_FEED]));
    return new LineFile(file);
  } catch (error) {
    file.close();
    throw error;
  }
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { create: true, read: true, append: true, mode: 0o600 });
  } catch (error) {
    throw new Error(`Cannot open ${path}: ${unwritableReason(error)}`, { cause: error });
  }
}

async function endsInHalfLine(file: Deno.FsFile): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = new Uint8Array(1);
  await file.seek(-1, Deno.SeekMode.End);
  await file.read(last);
  return last[0] !== LINE_FEED;
}
