import { retryDelayMs } from "../../async/retry.ts";
import type { Events } from "./events.ts";
import { type FileState, isUnchanged } from "./checkpoint.ts";
import { FileProblem } from "./file_problem.ts";

const POLICY = { initialMs: 60_000, factor: 2, maxMs: 15 * 60_000 };

interface Failure {
  readonly state: FileState | undefined;
  /** How often in a row. */
  readonly tries: number;
  /** By `performance.now()`. */
  readonly againAtMs: number;
}

/** Files that could not be delivered to their end: each is tried again when it changes, or after a growing delay. */
export class Failures {
  readonly #events: Events;
  readonly #once: boolean;
  readonly #failed = new Map<string, Failure>();

  constructor({ events, once }: { events: Events; once: boolean }) {
    this.#events = events;
    this.#once = once;
  }

  get count(): number {
    return this.#failed.size;
  }

  /** Whether it failed before and is not to be tried yet. */
  isWaiting(path: string, state: FileState | undefined): boolean {
    const failure = this.#failed.get(path);
    if (failure === undefined || performance.now() >= failure.againAtMs) return false;
    return state === undefined || failure.state === undefined
      ? state === failure.state
      : isUnchanged(state, failure.state);
  }

  /** @throws what is no problem of the file's. */
  add(path: string, error: unknown, state?: FileState): void {
    if (!(error instanceof FileProblem)) throw error;
    const tries = (this.#failed.get(path)?.tries ?? 0) + 1;
    const delayMs = retryDelayMs(POLICY, tries);
    this.#failed.set(path, { state, tries, againAtMs: performance.now() + delayMs });
    this.#events.emit("file.failed", {
      source: path,
      reason: error.reason,
      error: error.message,
      // Where the run has an end, the next one tries.
      ...this.#once ? {} : { delay_ms: delayMs },
    });
  }

  /** The file is well. */
  clear(path: string): void {
    if (this.#failed.delete(path) && this.count === 0) this.#events.emit("file.recovered");
  }

  /** What is gone does not fail any more. */
  keepOnly(paths: ReadonlySet<string>): void {
    for (const path of this.#failed.keys()) if (!paths.has(path)) this.clear(path);
  }
}
