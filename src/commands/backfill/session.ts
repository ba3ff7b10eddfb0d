import type { ReceiverStorage } from "../../component/checkpoints.ts";
import { type BackfillObject, Job } from "./job.ts";
import { counted, Progress } from "./progress.ts";
import { RateLimit } from "../../async/rate_limit.ts";
import type { Source } from "./source.ts";
import { type Unit, workThrough } from "./work.ts";

/** How a backfill talks to the person who started it. */
export interface Console {
  /** To stdout. */
  readonly print: (text: string) => void;
  /** To stderr. */
  readonly note: (text: string) => void;
  /** Whether stderr is a terminal. */
  readonly isTerminal: boolean;
}

export interface SessionOptions {
  readonly source: Source;
  /** What tells the target from others. */
  readonly target: readonly unknown[];
  readonly storage: ReceiverStorage;
  /** Most objects a second; undefined: any number. */
  readonly rate: number | undefined;
  readonly console: Console;
}

/** One run of a backfill: from where the last one ended, with its progress shown. */
export class Session {
  readonly #options: SessionOptions;
  readonly #job: Job;
  readonly #progress: Progress;
  /** What failed, once everything was tried. */
  #ended: { readonly failed: number } | undefined;

  constructor(options: SessionOptions) {
    const { source, target, storage, console: { note, isTerminal } } = options;
    this.#options = options;
    this.#job = new Job(storage, [...target, ...source.description]);
    const { done: before, after } = this.#job;
    if (after !== undefined) note(`Going on behind ${after}: ${counted(before.objects, "object")} done\n`);
    this.#progress = new Progress({ before, isTerminal, write: note });
  }

  get failedCount(): number {
    return this.#job.failed().length;
  }

  /** Deals with everything that is left. Rejects when that was stopped before its end. */
  async work<U extends Unit>(
    { unitsOf, handle, workers, signal }: {
      unitsOf: (objects: AsyncIterable<BackfillObject>) => AsyncIterable<U>;
      handle: (unit: U) => Promise<ReadonlySet<BackfillObject>>;
      workers: number;
      signal: AbortSignal;
    },
  ): Promise<void> {
    const { source, rate } = this.#options;
    const over = new AbortController();
    const counting = this.#count(over.signal).catch(() => {
      // Listing for the work itself tells what is wrong.
    });
    try {
      await workThrough(unitsOf(this.#job.objects(source.objects(this.#job.after))), {
        handle,
        workers,
        rate: new RateLimit(rate),
        job: this.#job,
        progress: this.#progress,
        signal,
      });
      await counting;
      this.#ended = { failed: this.failedCount };
      if (this.#ended.failed === 0) this.#job.forget();
    } finally {
      over.abort();
      this.#progress.stop();
    }
  }

  log(line: string): void {
    this.#progress.log(line);
  }

  /** Says what is left, without the storage; true when nothing is. */
  end(): boolean {
    const { source: { others, archived }, console: { print, note } } = this.#options;
    if (this.#ended === undefined) {
      note("Not finished: the same command goes on where this one ended\n");
      return false;
    }
    const { failed } = this.#ended;
    if (failed > 0) print(`Failed: ${counted(failed, "object")}; the same command tries again\n`);
    if (others > 0) print(`Left: ${counted(others, "letter")} about anything but an object of S3\n`);
    if (archived > 0) print(`Left: ${counted(archived, "object")} in an archive, to be restored first\n`);
    print(`Done: ${counted(this.#job.done.objects, "object")}\n`);
    return failed + others + archived === 0;
  }

  /** How much there is in all, while the work is under way. */
  async #count(over: AbortSignal): Promise<void> {
    let objects = 0;
    let bytes = 0;
    for await (const { sizeBytes } of this.#options.source.objects()) {
      if (over.aborted) return;
      objects++;
      bytes += sizeBytes;
    }
    this.#progress.setTotal({ objects, bytes });
  }
}
