import type { BackfillObject, Job } from "./job.ts";
import type { Progress } from "./progress.ts";
import type { RateLimit } from "../../async/rate_limit.ts";

/** Objects that are dealt with together. */
export interface Unit {
  readonly objects: readonly BackfillObject[];
}

export interface WorkOptions<U extends Unit> {
  /** Deals with a unit; gives those of its objects that failed for good. What it throws stops the work. */
  readonly handle: (unit: U) => Promise<ReadonlySet<BackfillObject>>;
  readonly workers: number;
  readonly rate: RateLimit;
  readonly job: Job;
  readonly progress: Pick<Progress, "advance">;
  /** Ends the work: nothing new is begun. */
  readonly signal: AbortSignal;
}

/** Deals with all units, several at a time, and remembers each. Rejects with the first error when one stopped the work. */
export async function workThrough<U extends Unit>(
  units: AsyncIterable<U>,
  { handle, workers, rate, job, progress, signal }: WorkOptions<U>,
): Promise<void> {
  const iterator = units[Symbol.asyncIterator]();
  let isHalted = false;
  const worker = async () => {
    try {
      while (!isHalted && !signal.aborted) {
        const { done, value: unit } = await iterator.next();
        if (done === true) return;
        await rate.take(unit.objects.length, signal);
        const failed = await handle(unit);
        job.finish(unit.objects, failed);
        await job.written(signal);
        progress.advance(unit.objects, failed);
      }
    } catch (error) {
      isHalted = true;
      throw error;
    }
  };
  const results = await Promise.allSettled(Array.from({ length: workers }, worker));
  const failure = results.find((result) => result.status === "rejected");
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.reason;
}
