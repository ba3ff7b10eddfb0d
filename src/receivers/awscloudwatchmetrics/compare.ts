import type { MetricGroup } from "../../component/batch.ts";
import type { MetricCheckpoints, SentEntry } from "./checkpoints.ts";
import type { GroupMaker } from "./group_maker.ts";
import type { Reading } from "./read.ts";
import type { Window } from "./window.ts";

export interface Comparison {
  /** Groups to deliver, each with the sent checkpoint to write once it is delivered. */
  readonly unsent: ReadonlyMap<MetricGroup, SentEntry>;
  /** Sent checkpoints with values that are others now: they are written, not sent. */
  readonly changed: readonly SentEntry[];
  /** How many unsent values are of periods that were delivered before. */
  readonly lateValues: number;
  readonly changedValues: number;
}

/** Compares what was read with what was sent. A set of which anything is missing is left for later as a whole. */
export function compareWithSent(
  { values, incomplete }: Reading,
  { checkpoints, maker, window }: { checkpoints: MetricCheckpoints; maker: GroupMaker; window: Window },
): Comparison {
  const unsent = new Map<MetricGroup, SentEntry>();
  const changed: SentEntry[] = [];
  let lateValues = 0;
  let changedValues = 0;
  for (const [set, byTime] of values) {
    if (incomplete.has(set)) continue;
    for (const [timeMs, current] of [...byTime].sort(([a], [b]) => a - b)) {
      const before = checkpoints.sentOf(set, timeMs);
      const added = new Map([...current].filter(([{ key }]) => before?.[key] === undefined));
      const others = [...current].filter(([measure, value]) => !added.has(measure) && before?.[measure.key] !== value);
      if (added.size === 0 && others.length === 0) continue;
      const sent = checkpoints.sentEntry(set, {
        timeMs,
        sent: { ...before, ...Object.fromEntries(Array.from(current, ([{ key }, value]) => [key, value])) },
      });
      changedValues += others.length;
      if (added.size === 0) changed.push(sent);
      else {
        unsent.set(maker.groupOf(set, { timeMs, values: added, isAddition: before !== undefined }), sent);
        if (timeMs < window.startMs) lateValues += added.size;
      }
    }
  }
  return { unsent, changed, lateValues, changedValues };
}
