import type { Measure } from "./catalogue.ts";
import type { Memory, SentEntry } from "./progress.ts";
import type { SeriesGroup } from "./queries.ts";
import type { Range } from "./range.ts";
import type { Reading } from "./read.ts";

export interface Value {
  readonly measure: Measure;
  readonly value: number;
}

/** What one group has at one time and was not sent. */
export interface Planned {
  readonly group: SeriesGroup;
  /** Start of the period. */
  readonly timeMs: number;
  readonly values: readonly Value[];
  /** Other values of this group and time were sent before. */
  readonly isAddition: boolean;
  /** To be remembered once it is delivered. */
  readonly entry: SentEntry;
}

export interface Plan {
  readonly planned: readonly Planned[];
  /** Values that were sent and are others now: they are remembered, not sent. */
  readonly changed: readonly SentEntry[];
  /** How many of the planned values are of periods that were delivered before. */
  readonly lateValues: number;
  readonly changedValues: number;
  /** Groups that wait, as CloudWatch did not give all of a series. */
  readonly incompleteGroups: number;
}

/** Compares what was read with what was sent. A group of which anything is missing is left for later as a whole. */
export function planOf(readings: readonly Reading[], { memory, range }: { memory: Memory; range: Range }): Plan {
  const planned: Planned[] = [];
  const changed: SentEntry[] = [];
  let lateValues = 0;
  let changedValues = 0;
  let incompleteGroups = 0;
  for (const [group, members] of Map.groupBy(readings, ({ query }) => query.group)) {
    if (members.some(({ isComplete }) => !isComplete)) {
      incompleteGroups++;
      continue;
    }
    for (const [timeMs, values] of byTime(members)) {
      const before = memory.sentAt(timeMs, group.key);
      const fresh = values.filter(({ measure }) => before?.[measure.key] === undefined);
      const others = values.filter(({ measure, value }) => {
        const sent = before?.[measure.key];
        return sent !== undefined && sent !== value;
      });
      if (fresh.length === 0 && others.length === 0) continue;
      const sent = { ...before, ...Object.fromEntries(values.map(({ measure, value }) => [measure.key, value])) };
      const entry = { groupKey: group.key, timeMs, sent };
      changedValues += others.length;
      if (fresh.length === 0) changed.push(entry);
      else {
        planned.push({ group, timeMs, values: fresh, isAddition: before !== undefined, entry });
        if (timeMs < range.startMs) lateValues += fresh.length;
      }
    }
  }
  return { planned, changed, lateValues, changedValues, incompleteGroups };
}

/** The values of a group at each time, in order. */
function byTime(readings: readonly Reading[]): [number, Value[]][] {
  const times = new Map<number, Value[]>();
  for (const { query: { measure }, values } of readings) {
    for (const [timeMs, value] of values) {
      const found = times.get(timeMs);
      if (found === undefined) times.set(timeMs, [{ measure, value }]);
      else found.push({ measure, value });
    }
  }
  return [...times].sort(([a], [b]) => a - b);
}
