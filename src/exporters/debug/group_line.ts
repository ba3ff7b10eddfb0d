import type { MetricGroup } from "../../component/batch.ts";
import { printable } from "../../telemetry/printable.ts";
import { timeText, valueText } from "./text.ts";

/** A group for people, in one line: its time, where it was read, and its metrics with their values. */
export function groupLine({ endTime, values, origin }: MetricGroup): string {
  const texts = Array.from(values, ([{ name, unit }, value]) => `${name}=${value}${unit === "ms" ? "ms" : ""}`);
  return printable([timeText(endTime), origin.source.name, origin.position, ...texts].join("  "));
}

/** The line, and below it the attributes that all points of the group have. */
export function groupDetails(group: MetricGroup): string {
  const attributes = Object.entries(group.attributes);
  return [groupLine(group), ...attributes.map(([name, value]) => `    ${printable(name)}: ${valueText(value)}`)]
    .join("\n");
}
