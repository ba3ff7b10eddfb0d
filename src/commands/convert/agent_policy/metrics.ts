import { NAMESPACES } from "../../../mappings/metric_streams.ts";
import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { METRIC_STREAMS } from "../../../mappings/generated/metric_streams.ts";
import { metricNamed } from "../../../mappings/metric.ts";

/**
 * `metrics` of an input `aws/metrics` as `namespaces` and `metrics` of ours: only statistics that differ from the
 * table's are named, as all metrics of a namespace are read.
 */
export function metricsSettings(
  metrics: unknown,
  { path, warn }: { path: string; warn: (warning: string) => void },
): Tree {
  const namespaces = new Set<string>();
  const statistics = new Map<string, Set<string>>();
  for (const [index, entry] of (Array.isArray(metrics) ? metrics as unknown[] : [metrics]).entries()) {
    const { namespace, name: names, statistic, ...others } = isTree(entry) ? entry : {};
    if (typeof namespace !== "string") {
      warn(`${path}[${index}]: not carried over: it names no namespace`);
      continue;
    }
    if (!NAMESPACES.includes(namespace) && !namespace.includes("$")) {
      warn(`${path}[${index}]: not carried over: the namespace ${namespace} is none of ${NAMESPACES.join(", ")}`);
      continue;
    }
    namespaces.add(namespace);
    if (names === undefined && statistic !== undefined) {
      warn(`${path}[${index}].statistic: not carried over: it names no metrics; each has the statistic of the table`);
    }
    for (const name of listOf(names)) {
      const asked = statistics.get(name) ?? new Set();
      statistics.set(name, asked);
      for (const each of listOf(statistic)) asked.add(statisticName(each));
    }
    for (const other of Object.keys(others)) {
      warn(`${path}[${index}].${other}: not carried over: all resources and dimensions of a namespace are read`);
    }
  }
  if (statistics.size > 0) {
    warn(`${path}: names do not limit what is read: every metric of a namespace costs a query only while it has data`);
  }
  const changed = [...statistics].filter(([name, asked]) => !isDefault(name, { asked, namespaces }));
  return {
    ...namespaces.size > 0 && { namespaces: [...namespaces] },
    ...changed.length > 0 && { metrics: Object.fromEntries(changed.map(([name, asked]) => [name, [...asked]])) },
  };
}

function isDefault(
  name: string,
  { asked, namespaces }: { asked: ReadonlySet<string>; namespaces: ReadonlySet<string> },
): boolean {
  const stream = METRIC_STREAMS.find(({ namespace }) => namespaces.has(namespace));
  const metric = stream && metricNamed(stream, name);
  return asked.size === 0 || (asked.size === 1 && asked.has(metric?.statistics[0] ?? "Average"));
}

/** The Agent takes statistics in any case; CloudWatch has `Average`, `SampleCount` and `p99`. */
function statisticName(text: string): string {
  const known = ["Average", "Sum", "Maximum", "Minimum", "SampleCount"];
  return known.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text;
}

function listOf(value: unknown): string[] {
  return (Array.isArray(value) ? value as unknown[] : value === undefined ? [] : [value]).map(String);
}
