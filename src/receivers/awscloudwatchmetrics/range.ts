import { granularityOf, type MetricsConfig } from "./config.ts";
import type { Progress } from "./progress.ts";

/** A series may be listed so long after its first point. */
const LISTING_DELAY_MS = 15 * 60_000;

/** Periods to read, of `granularity`; times in ms since the epoch, multiples of it. */
export interface Range {
  /** From here on series are read again for what was not there. */
  readonly fromMs: number;
  /** From here on nothing was delivered. */
  readonly startMs: number;
  readonly endMs: number;
  /** What is before this was never read. */
  readonly sinceMs: number;
  /** How much is left out because it is older than `max_lookback`. */
  readonly skippedMs: number;
}

/**
 * What is to be read now: the complete periods since the last delivered one, or the last `period` when there is none.
 * `isListed`: the metrics were listed anew, so that what began since the last listing is read too.
 */
export function rangeOf(
  progress: Progress | undefined,
  { config, nowMs, isListed }: { config: MetricsConfig; nowMs: number; isListed: boolean },
): Range {
  const granularityMs = granularityOf(config);
  const endMs = floor(nowMs - config.latency, granularityMs);
  if (progress === undefined) {
    const startMs = endMs - config.period;
    return { fromMs: startMs, startMs, endMs, sinceMs: startMs, skippedMs: 0 };
  }
  const oldestMs = ceil(nowMs - config.max_lookback, granularityMs);
  const goesOnMs = ceil(progress.endMs, granularityMs);
  const startMs = Math.max(goesOnMs, oldestMs);
  // Points of another granularity are no points of these series.
  const isSame = progress.granularityMs === granularityMs && startMs === goesOnMs;
  const sinceMs = isSame ? progress.sinceMs : startMs;
  const againMs = againFrom({ endMs: startMs, listedMs: progress.listedMs }, { config, isListed });
  return {
    fromMs: Math.max(againMs, sinceMs, oldestMs),
    startMs,
    endMs: Math.max(endMs, startMs),
    sinceMs,
    skippedMs: startMs - goesOnMs,
  };
}

/** Where reading begins again: what was sent of this time and later has to be remembered. */
export function againFrom(
  { endMs, listedMs }: Pick<Progress, "endMs" | "listedMs">,
  { config, isListed }: { config: MetricsConfig; isListed: boolean },
): number {
  const againMs = endMs - config.reread_periods * config.period;
  if (!isListed || config.reread_periods === 0) return againMs;
  return Math.min(againMs, floor(listedMs - LISTING_DELAY_MS, granularityOf(config)));
}

function floor(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}

function ceil(ms: number, stepMs: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}
