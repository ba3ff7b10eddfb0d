import type { MetricGroup } from "../../component/batch.ts";
import { printable, timeText, valueText } from "./text.ts";

/** A group for people, in one line: its time, where it was read, and its metrics with their values. */
export function groupLine({ metrics, origin }: MetricGroup): string {
  const values = metrics.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ value }) => `${descriptor.name}=${value}${descriptor.unit === "ms" ? "ms" : ""}`)
  );
  const time = metrics[0]?.dataPoints[0]?.endTime ?? [0, 0];
  return printable([timeText(time), origin.source.name, origin.position, ...values].join("  "));
}

/** The line, and below it the attributes that all points of the group have. */
export function groupDetails(group: MetricGroup): string {
  const attributes = Object.entries(group.metrics[0]?.dataPoints[0]?.attributes ?? {});
  return [groupLine(group), ...attributes.map(([name, value]) => `    ${printable(name)}: ${valueText(value)}`)]
    .join("\n");
}
