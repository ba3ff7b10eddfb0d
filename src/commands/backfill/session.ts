import { RateLimit } from "../../async/rate_limit.ts";
import type { ReceiverStorage } from "../../component/checkpoints.ts";
import { type BackfillObject, Job } from "./job.ts";
import { counted } from "../counted.ts";
import { Progress } from "./progress.ts";
import type { Console } from "./request.ts";
import type { Source } from "./source.ts";

export interface SessionOptions {
  readonly source: Source;
  /** What distinguishes the target from others. */
  readonly target: readonly unknown[];
  readonly storage: ReceiverStorage;
  /** Most objects a second; undefined: any number. */
  readonly rate: number | undefined;
  readonly console: Console;
}

/** One run of a backfill: from where the last one ended, with its progress shown. Dispose of it at the end. */
export class Session implements Disposable {
  readonly #options: SessionOptions;
  readonly #job: Job;
  readonly #progress: Progress;
  readonly #rate: RateLimit;
  readonly #over = new AbortController();
  /** Objects that were given and are not finished. */
  #open = 0;
  #areAllGiven = false;
  /** What failed, once everything was tried. */
  #ended: { readonly failed: number } | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: SessionOptions) {
    const { source, target, storage, rate, console: { note, isTerminal } } = options;
    this.#options = options;
    this.#rate = new RateLimit(rate);
    this.#job = new Job(storage, [...target, ...source.description]);
    const { done: before, after } = this.#job;
    if (after !== undefined) note(`Going on after ${after}: ${counted(before.objects, "object")} done\n`);
    this.#progress = new Progress({ before, isTerminal, write: note });
  }

  /** Everything that is left. Throws what listing throws. */
  async *objects(): AsyncGenerator<BackfillObject, void, void> {
    const { source } = this.#options;
    const counting = this.#count().catch(() => {
      // Listing for the work itself reports what is wrong.
    });
    for await (const object of this.#job.objects(source.objects(this.#job.after))) {
      this.#open++;
      yield object;
    }
    await counting;
    this.#areAllGiven = true;
    this.#endWhenDone();
  }

  /** Waits until `count` more objects may be dealt with. Rejects with the signal's reason. */
  async take(count: number, signal: AbortSignal): Promise<void> {
    await this.#rate.take(count, signal);
  }

  /**
   * Objects are dealt with; `failed`: those of them unsuccessfully.
   *
   * @throws {StorageError} that cannot be remembered.
   */
  async finish(objects: readonly BackfillObject[], failed: ReadonlySet<BackfillObject>): Promise<void> {
    this.#job.finish(objects, failed);
    await this.#job.written(this.#over.signal);
    this.#progress.advance(objects, failed);
    this.#open -= objects.length;
    this.#endWhenDone();
  }

  /** The run cannot go on; the first reason is reported at its end. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  log(line: string): void {
    this.#progress.log(line);
  }

  /** Says what is left, without the storage; true when nothing is. */
  end(): boolean {
    const { source: { others, archived }, console: { print, note } } = this.#options;
    this[Symbol.dispose]();
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      note(`${error instanceof Error ? error.message : error}\n`);
    }
    if (this.#ended === undefined) {
      note("Not finished: the same command goes on where this one ended\n");
      return false;
    }
    const { failed } = this.#ended;
    if (failed > 0) print(`Failed: ${counted(failed, "object")}; the same command tries again\n`);
    if (others > 0) {
      print(
        `Left: ${counted(others, "dead-letter entry", "dead-letter entries")} about anything but an object of S3\n`,
      );
    }
    if (archived > 0) print(`Left: ${counted(archived, "object")} in an archive, to be restored first\n`);
    print(`Done: ${counted(this.#job.done.objects, "object")}\n`);
    return failed + others + archived === 0;
  }

  /** Shows no progress any more. */
  [Symbol.dispose](): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    this.#progress.stop();
  }

  #endWhenDone(): void {
    if (!this.#areAllGiven || this.#open > 0) return;
    const failed = this.#job.failed().length;
    if (failed === 0) this.#job.forget();
    this.#ended = { failed };
  }

  /** How much there is in all, while the work is under way. */
  async #count(): Promise<void> {
    let objects = 0;
    let bytes = 0;
    for await (const { sizeBytes } of this.#options.source.objects()) {
      if (this.#over.signal.aborted) return;
      objects++;
      bytes += sizeBytes;
    }
    this.#progress.setTotal({ objects, bytes });
  }
}
