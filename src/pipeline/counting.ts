import type { HrTime } from "@opentelemetry/api";
import type { PIPELINE_EVENTS } from "./events.ts";
import type { Signal, SignalItems } from "../component/batch.ts";

type EventName = keyof typeof PIPELINE_EVENTS;

/** How items of a signal are counted, and the events that count them. */
export interface Counting<T> {
  readonly accepted: EventName;
  readonly notAccepted: EventName;
  readonly delivered: EventName;
  readonly failed: EventName;
  readonly refused: EventName;
  readonly deadLetter: EventName;
  /** Records, or data points. */
  units(item: T): number;
  /** When it happened; undefined when that is not known. */
  timeOf(item: T): HrTime | undefined;
}

export const COUNTING: { readonly [S in Signal]: Counting<SignalItems[S]> } = {
  logs: {
    accepted: "receive.accepted",
    notAccepted: "receive.refused",
    delivered: "export.delivered",
    failed: "export.failed",
    refused: "export.refused",
    deadLetter: "dead_letter.written",
    units: () => 1,
    timeOf: ({ hrTime }) => hrTime,
  },
  metrics: {
    accepted: "receive.accepted_points",
    notAccepted: "receive.refused_points",
    delivered: "export.delivered_points",
    failed: "export.failed_points",
    refused: "export.refused_points",
    deadLetter: "dead_letter.written_points",
    units: ({ values }) => values.size,
    timeOf: ({ endTime }) => endTime,
  },
};

/** Over several items. */
export function unitsOf<T>(items: readonly T[], { units }: Counting<T>): number {
  return items.reduce((sum, item) => sum + units(item), 0);
}
