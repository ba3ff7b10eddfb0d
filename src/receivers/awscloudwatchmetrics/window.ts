import type { Watermark } from "./checkpoints.ts";
import { granularityOf, type MetricsConfig } from "./config.ts";

/** A series may be listed so long after its first point. */
const LISTING_DELAY_MS = 15 * 60_000;
/** What CloudWatch is asked for, and what is in memory, at once. */
const MAX_VALUES = 50_000;

/** Periods to read; times in ms since the epoch, multiples of the granularity. */
export interface Window {
  /** From here on series are read again for what was not there. */
  readonly fromMs: number;
  /** From here on nothing was delivered. */
  readonly startMs: number;
  readonly endMs: number;
  /** What is before this was never read. */
  readonly sinceMs: number;
  readonly granularityMs: number;
  /** How much is left out because it is older than `max_lookback`. */
  readonly skippedMs: number;
}

/** Where reading begins: with the last period that is complete. */
export function firstWatermark(config: MetricsConfig, nowMs: number): Watermark {
  const granularityMs = granularityOf(config);
  const startMs = floor(nowMs - config.latency, granularityMs) - config.period;
  return { endMs: startMs, sinceMs: startMs, granularityMs, listedMs: startMs };
}

/**
 * What is to be read now: the complete periods since the last delivered one. `isListed`: the metrics were listed anew,
 * so that what began since the last listing is read too.
 */
export function windowOf(
  watermark: Watermark,
  { config, nowMs, isListed }: { config: MetricsConfig; nowMs: number; isListed: boolean },
): Window {
  const granularityMs = granularityOf(config);
  const oldestMs = ceil(nowMs - config.max_lookback, granularityMs);
  const deliveredMs = ceil(watermark.endMs, granularityMs);
  const startMs = Math.max(deliveredMs, oldestMs);
  // Points of another granularity are no points of these series.
  const isSame = watermark.granularityMs === granularityMs && startMs === deliveredMs;
  const sinceMs = isSame ? watermark.sinceMs : startMs;
  const rereadMs = rereadFrom({ endMs: startMs, listedMs: watermark.listedMs }, { config, isListed });
  return {
    fromMs: Math.max(rereadMs, sinceMs, oldestMs),
    startMs,
    endMs: Math.max(floor(nowMs - config.latency, granularityMs), startMs),
    sinceMs,
    granularityMs,
    skippedMs: startMs - deliveredMs,
  };
}

/** Where reading begins again: what was sent of this time and later has to be kept. */
export function rereadFrom(
  { endMs, listedMs }: Pick<Watermark, "endMs" | "listedMs">,
  { config, isListed }: { config: MetricsConfig; isListed: boolean },
): number {
  const rereadMs = endMs - config.reread_periods * config.period;
  if (!isListed || config.reread_periods === 0) return rereadMs;
  return Math.min(rereadMs, floor(listedMs - LISTING_DELAY_MS, granularityOf(config)));
}

/** Windows of which each is read at once, the oldest first. */
export function* slicesOf(
  window: Window,
  { queries, config }: { queries: number; config: MetricsConfig },
): Generator<Window> {
  const points = Math.floor(MAX_VALUES / Math.max(1, queries));
  const sliceMs = Math.max(config.period, points * window.granularityMs);
  let { fromMs, startMs } = window;
  while (startMs < window.endMs) {
    const endMs = Math.min(startMs + sliceMs, window.endMs);
    yield { ...window, fromMs, startMs, endMs };
    fromMs = startMs = endMs;
  }
}

function floor(ms: number, stepMs: number): number {
  return Math.floor(ms / stepMs) * stepMs;
}

function ceil(ms: number, stepMs: number): number {
  return Math.ceil(ms / stepMs) * stepMs;
}
