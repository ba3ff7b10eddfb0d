import type { ReceiverResult } from "../../component/component.ts";
import { LinkedAbort, sleep } from "../../async/abortable.ts";
import { TaskPool } from "../../async/task_pool.ts";
import { type FileState, isUnchanged } from "./checkpoint.ts";
import type { FileReceiverConfig } from "./config.ts";
import { deliverFile, type FileContext } from "./deliver_file.ts";
import { Failures } from "./failures.ts";
import { FileProblem, problemOf } from "./file_problem.ts";
import { StorageError, UnreadableEntryError } from "../../storage/storage_error.ts";
import { Globs } from "./globs.ts";
import { Settling } from "./settling.ts";
import { RunLoop, type StopSignals } from "../run_loop.ts";

const PRUNE_EVERY_MS = 3_600_000;
/** Looking at a hundred thousand files takes seconds: it takes at most a twentieth of the time. */
const PAUSE_FACTOR = 20;

/** What the receiver is made of, beside what it makes itself. */
export type FileReceiverOptions = Omit<FileContext, "config" | keyof StopSignals> & {
  readonly config: FileReceiverConfig;
  readonly once: boolean;
};

interface ReadyFile {
  readonly path: string;
  /** Undefined where it could not be looked at: opening it will tell why. */
  readonly state: FileState | undefined;
}

/** What a look at the files found. */
interface Scan {
  readonly ready: readonly ReadyFile[];
  /** How long until the files that changed a short while ago may be read; undefined: there are none. */
  readonly settlesInMs: number | undefined;
}

/** The receiver `file`: delivers the files that its patterns name, each once. */
export function fileReceiver(options: FileReceiverOptions): RunLoop {
  return new RunLoop({ begin: (signals) => new FileTask(options, signals) });
}

class FileTask {
  readonly #options: FileReceiverOptions;
  readonly #context: FileContext;
  readonly #stopping: AbortSignal;
  readonly #globs: Globs;
  readonly #failures: Failures;
  readonly #settling: Settling;
  /** Files that were seen and are neither delivered nor failed. */
  #left = 0;

  constructor(options: FileReceiverOptions, signals: StopSignals) {
    this.#options = options;
    this.#context = { ...options, ...signals };
    this.#stopping = signals.stopping;
    this.#globs = new Globs(options.config);
    this.#failures = new Failures(options);
    this.#settling = new Settling(options.config.settle_time);
  }

  get undelivered(): number {
    return this.#left + this.#failures.count;
  }

  async run(): Promise<ReceiverResult> {
    const { config, once, checkpoints } = this.#options;
    let prunedMs = -Infinity;
    let hasWaited = false;
    while (!this.#stopping.aborted) {
      if (performance.now() - prunedMs > PRUNE_EVERY_MS) {
        await checkpoints.prune().catch(unlessReported);
        prunedMs = performance.now();
      }
      const startedMs = performance.now();
      const { ready, settlesInMs } = await this.#scan();
      const scanMs = performance.now() - startedMs;
      await this.#deliver(ready);
      if (once && (settlesInMs === undefined || hasWaited)) break;
      hasWaited = true;
      const pauseMs = once ? settlesInMs ?? 0 : Math.max(config.poll_interval, scanMs * PAUSE_FACTOR);
      await sleep(pauseMs, this.#stopping).catch(() => {});
    }
    return { undelivered: this.undelivered };
  }

  async #scan(): Promise<Scan> {
    const { events } = this.#options;
    const unreadable = new Set<string>();
    const paths = await this.#globs.find({
      onUnreadable: (path, error) => {
        unreadable.add(path);
        if (!this.#failures.isWaiting(path, undefined)) this.#failures.add(path, problemOf(error, path));
      },
    });
    if (paths.length === 0 && unreadable.size === 0) events.emit("file.none_found");
    this.#failures.keepOnly(new Set([...paths, ...unreadable]));
    this.#settling.begin();
    const ready: ReadyFile[] = [];
    let settlesInMs: number | undefined;
    this.#left = 0;
    for (const path of paths) {
      const state = await stateOf(path);
      if (this.#isSettled(path, state)) continue;
      this.#left++;
      const waitMs = state === undefined ? 0 : this.#settling.waitMs(path, state);
      if (waitMs === 0) ready.push({ path, state });
      else settlesInMs = Math.max(waitMs, settlesInMs ?? 0);
    }
    return { ready, settlesInMs };
  }

  /** Whether nothing is to be done with a file now: it was delivered as it is, or failed a short while ago. */
  #isSettled(path: string, state: FileState | undefined): boolean {
    const { checkpoints, config } = this.#options;
    if (this.#failures.isWaiting(path, state)) return true;
    try {
      const before = checkpoints.get(path);
      if (state === undefined || before?.isDone !== true || !isUnchanged(state, before)) return false;
      return before.isKept || !config.delete_after_read;
    } catch (error) {
      if (!(error instanceof UnreadableEntryError)) throw error;
      // Delivering the file reports it.
      return false;
    }
  }

  async #deliver(files: readonly ReadyFile[]): Promise<void> {
    const { config, flowControl: { gate } } = this.#options;
    const pool = new TaskPool({ size: config.number_of_workers, gate });
    using halt = new LinkedAbort(this.#stopping);
    try {
      for (const file of files) {
        await pool.begin(() => this.#deliverOne(file, () => halt.abort(new Error("Halted"))), halt.signal);
      }
    } catch {
      // Halted, or a file failed for a reason that is the same for all: `idle` tells.
    }
    await pool.idle();
  }

  /** `halt`: no other file is to be begun. What it throws is the same for all files. */
  async #deliverOne({ path, state }: ReadyFile, halt: () => void): Promise<void> {
    try {
      const outcome = await deliverFile(path, this.#context);
      this.#failures.clear(path);
      if (outcome === "done") this.#left--;
      else this.#options.events.emit("file.changed", { source: path });
    } catch (error) {
      if (this.#stopping.aborted) return;
      // The storage has reported it. Every other file would fail the same way: the next look tries again.
      if (error instanceof StorageError) return halt();
      if (!(error instanceof FileProblem)) throw error;
      this.#left--;
      if (error.cause instanceof Deno.errors.NotFound) return this.#failures.clear(path);
      this.#failures.add(path, error, state);
      // The next file would only wait for the same endpoint unsuccessfully.
      if (this.#options.once && error.reason === "not_delivered") halt();
    }
  }
}

function unlessReported(error: unknown): void {
  if (!(error instanceof StorageError)) throw error;
}

async function stateOf(path: string): Promise<FileState | undefined> {
  const info = await Deno.stat(path).catch(() => undefined);
  return info && { inode: info.ino, sizeBytes: info.size, mtimeMs: info.mtime?.getTime() ?? 0 };
}
