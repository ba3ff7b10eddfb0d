/**
 * How far a log group is delivered. Events come late and in no order, so there are two marks:
 *
 *     ─────────────┬──────────────────────────────┬───────── event time
 *        final      finalMs   delivered so far     doneMs   not read yet
 *
 * Before `finalMs` nothing can come any more; of what lies behind it each delivered event is remembered by its id. A
 * scan begins `overlap` before `doneMs`, a sweep at `finalMs`.
 */
import { z } from "zod";
import type { AwscloudwatchConfig } from "./config.ts";

const windowSchema = z.object({ startMs: z.number(), endMs: z.number() }).readonly();

/** A span of event time in ms; both ends belong to it, as for CloudWatch Logs. */
export type Window = z.infer<typeof windowSchema>;

export const positionSchema = z.object({
  doneMs: z.number(),
  finalMs: z.number(),
  /** When the last sweep began. */
  sweptMs: z.number(),
  /** What the endpoint refuses for now, ordered. */
  deferred: z.array(windowSchema).readonly(),
}).readonly();

/** What is remembered of a group beside the ids of its events. Times are ms since the epoch, by the service's clock. */
export type Position = z.infer<typeof positionSchema>;

export type Timing = Pick<AwscloudwatchConfig, "start_position" | "latency" | "overlap" | "sweep">;

/** Where a group begins that has no checkpoint; it was not there before `sinceMs`. */
export function firstPosition(
  nowMs: number,
  { sinceMs = nowMs, timing: { start_position, latency } }: { sinceMs?: number | undefined; timing: Timing },
): Position {
  if (start_position !== "end") return { doneMs: 0, finalMs: 0, sweptMs: 0, deferred: [] };
  const beginMs = Math.floor(Math.min(sinceMs, nowMs) - latency);
  return { doneMs: beginMs, finalMs: beginMs, sweptMs: nowMs, deferred: [] };
}

/** What a pass over a group has to read. */
export interface PassRange extends Window {
  readonly isSweep: boolean;
}

/** The position by a clock that was put right: nothing is done or swept in its future. */
export function inTime(position: Position, nowMs: number, { latency }: Timing): Position {
  const doneMs = Math.min(position.doneMs, Math.floor(nowMs - latency));
  const sweptMs = Math.min(position.sweptMs, nowMs);
  const isInTime = doneMs === position.doneMs && sweptMs === position.sweptMs;
  return isInTime ? position : { ...position, doneMs, sweptMs };
}

/** The next pass; undefined when there is nothing to read yet. */
export function nextRange(
  position: Position,
  { nowMs, untilMs, timing }: { nowMs: number; untilMs: number; timing: Timing },
): PassRange | undefined {
  const { latency, overlap, sweep } = timing;
  const endMs = Math.floor(Math.min(nowMs - latency, untilMs));
  const isSweep = nowMs - position.sweptMs >= sweep.every;
  const scanMs = Math.floor(position.doneMs - overlap);
  const startMs = isSweep ? position.finalMs : Math.max(position.finalMs, scanMs);
  return startMs > endMs ? undefined : { startMs, endMs, isSweep };
}

/** Up to so much the machine's clock may be wrong without anybody noticing: AWS takes such signatures. */
export const CLOCK_TOLERANCE_MS = 300_000;

/** The position once `window`, a part of a pass, is delivered; `readMs` is when reading for the pass began. */
export function advanced(
  position: Position,
  { window, isSweep, readMs, timing }: { window: Window; isSweep: boolean; readMs: number; timing: Timing },
): Position {
  const { latency, sweep } = timing;
  // What is still to come is at most so late that the next sweep finds it, also by a clock that is ahead.
  const finalMs = Math.min(window.endMs, Math.floor(readMs - (sweep.window - sweep.every) - CLOCK_TOLERANCE_MS));
  return {
    ...position,
    doneMs: Math.max(position.doneMs, Math.min(window.endMs, Math.floor(readMs - latency))),
    finalMs: isSweep ? Math.max(position.finalMs, finalMs) : position.finalMs,
  };
}

/** So many deferred windows are told apart. */
const MAX_DEFERRED = 100;

/** The windows in order, those that touch made one; of very many also those that lie near each other. */
export function mergedWindows(windows: readonly Window[]): Window[] {
  for (let gapMs = 1;; gapMs *= 2) {
    const merged = mergedWithin(windows, gapMs);
    if (merged.length <= MAX_DEFERRED) return merged;
  }
}

function mergedWithin(windows: readonly Window[], gapMs: number): Window[] {
  const merged: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1);
    if (last === undefined || window.startMs > last.endMs + gapMs) merged.push(window);
    else merged[merged.length - 1] = { ...last, endMs: Math.max(last.endMs, window.endMs) };
  }
  return merged;
}
