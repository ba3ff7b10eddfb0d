import type { EventName } from "../telemetry/events.ts";
import type { Signal, SignalItems } from "./batch.ts";

/** How items of a signal are counted, and the events that count them. */
export interface Counting<T> {
  readonly delivered: EventName;
  readonly deadLetter: EventName;
  /** Records, or data points. */
  units(item: T): number;
}

export const COUNTING: { readonly [S in Signal]: Counting<SignalItems[S]> } = {
  logs: { delivered: "export.delivered", deadLetter: "dead_letter.written", units: () => 1 },
  metrics: {
    delivered: "export.delivered_points",
    deadLetter: "dead_letter.written_points",
    units: ({ metrics }) => metrics.reduce((sum, { dataPoints }) => sum + dataPoints.length, 0),
  },
};

/** Over several items. */
export function unitsOf<T>(items: readonly T[], { units }: Counting<T>): number {
  return items.reduce((sum, item) => sum + units(item), 0);
}
