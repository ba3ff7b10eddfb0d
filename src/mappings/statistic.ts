/** The statistics that CloudWatch computes, and what each is as an OpenTelemetry metric. */

/** Statistics whose values add up over periods. */
const SUMS: ReadonlySet<string> = new Set(["Sum", "SampleCount"]);

/** Percentiles, trimmed and winsorized means, counts and sums between percentiles: `p99`, `tm90`, `p99.9`. */
const EXTENDED = /^(?:p|tm|wm|tc|ts)(?:100|\d{1,2}(?:\.\d{1,10})?)$/;
const SIMPLE: ReadonlySet<string> = new Set([...SUMS, "Average", "Minimum", "Maximum", "IQM"]);

/** For error messages. */
export const STATISTICS_TEXT =
  "Sum, Average, Minimum, Maximum, SampleCount, IQM or a percentile such as p99, p99.9, tm90";

export function isStatistic(text: string): boolean {
  return SIMPLE.has(text) || EXTENDED.test(text);
}

/** Whether its values add up over periods, so that it leaves as a Sum. */
export function isSum(statistic: string): boolean {
  return SUMS.has(statistic);
}

/** Whether its values are whole numbers where the metric counts things. */
export function isWhole(statistic: string): boolean {
  return isSum(statistic) || statistic === "Minimum" || statistic === "Maximum";
}

/** `InvocationLatency`, `SampleCount`, `p99.9` -> `invocation_latency`, `sample_count`, `p99_9`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/\W+/g, "_")
    .toLowerCase();
}
