import type { MetricGroup } from "../../component/batch.ts";
import type { Catalogue, Measure } from "./catalogue.ts";
import type { MetricCheckpoints, PendingValues, Place, Values } from "./checkpoints.ts";
import type { GroupMaker } from "./group_maker.ts";
import type { Levels } from "./levels.ts";
import type { Reading } from "./read.ts";
import { setKey } from "./dimension_set.ts";
import type { Window } from "./window.ts";

/** What is to be delivered as one document, and what to remember of it. */
export interface Unsent {
  readonly place: Place;
  readonly group: MetricGroup;
  readonly pending: PendingValues;
}

export interface Comparison {
  readonly unsent: readonly Unsent[];
  /** Values that are others now than when they were sent: they are remembered, not sent. */
  readonly changed: readonly { place: Place; values: Values }[];
  /** How many unsent values are of periods that were delivered before. */
  readonly lateValues: number;
  readonly changedValues: number;
}

export interface CompareOptions {
  readonly checkpoints: MetricCheckpoints;
  readonly maker: GroupMaker;
  readonly catalogue: Catalogue;
  readonly levels: Levels;
  readonly window: Window;
}

/** What was to be sent before and is not known to be delivered, as it was. */
export function unsentBefore({ checkpoints, catalogue, maker }: CompareOptions): Unsent[] {
  return checkpoints.pending().flatMap(({ place, pending }) =>
    pending.map((one) => {
      const values = Object.entries(one.values).map(([key, value]) => [catalogue.measureOf(key), value] as const);
      return { place, group: maker.groupOf(place.set, { ...place, ...one, values: new Map(values) }), pending: one };
    })
  );
}

/** Compares what was read with what was sent. A set of which anything is missing is left for later as a whole. */
export function compareWithSent({ values, incomplete }: Reading, options: CompareOptions): Comparison {
  const { checkpoints, maker, levels, window } = options;
  const unsent = unsentBefore(options);
  const pending = Map.groupBy(unsent, ({ place: { timeMs } }) => timeMs);
  const changed: { place: Place; values: Values }[] = [];
  let lateValues = 0;
  let changedValues = 0;
  for (const [timeMs, sets] of [...values].sort(([a], [b]) => a - b)) {
    const sent = checkpoints.sentAt(timeMs);
    const known = new Map(sent);
    for (const { place, pending: { values } } of pending.get(timeMs) ?? []) {
      const key = setKey(place.set);
      known.set(key, { ...known.get(key), ...values });
    }
    let isCounted: ReturnType<Levels["countedIn"]> | undefined;
    for (const [set, current] of sets) {
      if (incomplete.has(set)) continue;
      const place = { set, timeMs };
      const key = setKey(set);
      const [sentBefore, before] = [sent.get(key), known.get(key)];
      const others = [...current].filter(([{ key }, value]) =>
        sentBefore !== undefined && (sentBefore[key] ?? value) !== value
      );
      if (others.length > 0) changed.push({ place, values: valuesOf(others) });
      changedValues += others.length;
      const missing = [...current].filter(([{ key }]) => before?.[key] === undefined);
      // Of another level that was not listed then nothing is added: it would count the same again.
      const added = known.size === 0 || missing.length === 0
        ? missing
        : missing.filter(([{ key }]) => !(isCounted ??= levels.countedIn(known))(set, key));
      for (const [periodMs, values] of Map.groupBy(added, ([{ periodMs }]) => periodMs)) {
        // A document of a shorter period may have the same time as one of the others.
        const isAddition = before !== undefined || periodMs < window.granularityMs;
        const group = maker.groupOf(set, { timeMs, periodMs, values: new Map(values), isAddition });
        unsent.push({ place, group, pending: { periodMs, isAddition, values: valuesOf(values) } });
      }
      if (timeMs < window.startMs) lateValues += added.length;
    }
  }
  return { unsent, changed, lateValues, changedValues };
}

/** What is left to be sent of each place. */
export function pendingOf(
  unsent: readonly Unsent[],
  { isLeft }: { isLeft: (unsent: Unsent) => boolean },
): { place: Place; pending: PendingValues[] }[] {
  const places = Map.groupBy(unsent, ({ place: { set, timeMs } }) => `${timeMs}|${setKey(set)}`);
  return Array.from(places.values(), (all) => ({
    place: (all[0] as Unsent).place,
    pending: all.filter(isLeft).map(({ pending }) => pending),
  }));
}

function valuesOf(values: readonly (readonly [Measure, number])[]): Values {
  return Object.fromEntries(values.map(([{ key }, value]) => [key, value]));
}
