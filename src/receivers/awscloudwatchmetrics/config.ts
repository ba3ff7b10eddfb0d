import { z } from "zod";
import { environmentRegion } from "../../aws/environment.ts";
import { isAwsRegion, regionProblem, regionSetting } from "../../aws/region.ts";
import { awsProblems, awsShape } from "../../aws/settings.ts";
import type { Problem } from "../../component/component.ts";
import { duration, formatDuration } from "../../config/settings.ts";
import { allLevels, METRIC_MODES, type MetricStream } from "../../mappings/metric.ts";
import { METRIC_STREAMS } from "../../mappings/generated/metric_streams.ts";
import { type KnownField, staticFieldProblems } from "../../mappings/static_fields.ts";
import { DEFAULT_NAMESPACES, NAMESPACES, streamOf } from "../../mappings/metric_streams.ts";
import { isStatistic, STATISTICS_TEXT } from "../../mappings/statistic.ts";
import { BEDROCK_REGIONS } from "../../aws/bedrock_regions.ts";

const MINUTE_MS = 60_000;

const statistics = z.array(z.string().refine(isStatistic, { error: `expected a statistic: ${STATISTICS_TEXT}` })).min(1)
  .describe("Statistics to ask for, instead of the table's one.");

const tagFilter = z.strictObject({
  key: z.string().min(1).describe("Key of the tag."),
  value: z.union([z.string(), z.array(z.string()).min(1)]).describe("Its value, or several of which one must match."),
});

/** Settings of the receiver `awscloudwatchmetrics`; durations in ms. */
export const awscloudwatchmetricsSchema = z.strictObject({
  regions: z.array(regionSetting()).min(1).optional().describe(
    "Regions to read, side by side; [all]: every region that Bedrock is offered in. Unset: default_region.",
  ),
  namespaces: z.array(z.enum(NAMESPACES)).min(1).default([...DEFAULT_NAMESPACES]).describe(
    "Namespaces of CloudWatch to read, by their short names or CloudWatch's. One without data costs a ListMetrics an hour.",
  ),
  period: duration({ min: "1m", max: "1h" }).prefault("5m").describe("How often to read; a multiple of 1m."),
  data_granularity: duration({ min: "1m" }).optional().describe(
    "Time from one data point to the next: a multiple of 1m that divides period. Unset: period.",
  ),
  latency: duration().prefault("2m").describe(
    "How long after its end a period is read, as CloudWatch completes it late.",
  ),
  // As long as the templates keep a time series open.
  max_lookback: duration({ min: "1m", max: "168h" }).prefault("6h").describe(
    "How far back reading goes on after an outage; what is older is left out.",
  ),
  reread_periods: z.int().min(0).max(24).default(1).describe(
    "How many periods before the last one to read again: what was not there is sent, what has changed is counted.",
  ),
  metrics: z.record(z.string().min(1), z.union([statistics, z.strictObject({ statistics })])).default({}).describe(
    "Statistics of single metrics, by their names in CloudWatch: InvocationLatency: [Average, p99]. What is not the " +
      "table's statistic gets its name as a suffix.",
  ),
  statistics: z.enum(["default", "percentiles"]).default("default").describe(
    "percentiles: also p50, p90 and p99 of latencies and other distributions. Each is a metric more to AWS's bill.",
  ),
  levels: z.record(z.string().min(1), z.array(z.string().min(1)).min(1)).default({}).describe(
    "Which dimensions metrics are read by, where CloudWatch has them by several: by namespace, names of its levels in " +
      "docs/fields. The first one is read in place of the default; each further one counts everything once more.",
  ),
  account_totals: z.boolean().default(false).describe(
    "Also send metrics without dimensions, the totals of the account. They double every sum.",
  ),
  include_linked_accounts: z.boolean().default(true).describe(
    "With the credentials of a monitoring account, also read the accounts that are linked to it.",
  ),
  owning_account: z.string().regex(/^\d{12}$/, { error: "expected an account id of 12 digits" }).optional().describe(
    "Read only this linked account.",
  ),
  tags_filter: z.array(tagFilter).min(1).optional().describe(
    "Read only metrics of resources (inference profiles, guardrails) of this account that have all these tags.",
  ),
  mapping: z.enum(METRIC_MODES).default("ecs").describe(
    "Names of metrics and attributes: as the integration has them (ecs, integration), or OpenTelemetry's (otel).",
  ),
  namespace: z.string().min(1).max(100).regex(/^[^-\\/*?"<>| ,#:A-Z]+$/, {
    error: 'expected lower case without \\ / * ? " < > | , # : -',
  }).default("default").describe("Namespace of the data stream."),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}).describe(
    "Attributes to add to every data point.",
  ),
  ...awsShape,
});

export type MetricsConfig = z.output<typeof awscloudwatchmetricsSchema>;

/** The regions to read; empty when none is known. */
export function regionsOf({ regions, default_region, region }: MetricsConfig): string[] {
  if (regions?.includes("all")) return [...BEDROCK_REGIONS];
  const fallback = default_region ?? region ?? environmentRegion();
  return [...new Set(regions ?? (fallback === undefined ? [] : [fallback]))];
}

/** What is to be read, each once. */
export function streamsOf({ namespaces }: MetricsConfig): MetricStream[] {
  return [...new Set(namespaces.flatMap((namespace) => streamOf(namespace) ?? []))];
}

/** Milliseconds from one data point to the next. */
export function granularityOf({ period, data_granularity }: MetricsConfig): number {
  return data_granularity ?? period;
}

/** The statistics that the configuration wants of a metric; undefined: the table's one. */
export function statisticsOf({ metrics }: MetricsConfig, name: string): readonly string[] | undefined {
  const setting = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return setting !== undefined && "statistics" in setting ? setting.statistics : setting;
}

/** Mistakes across settings. */
export function metricsProblems(config: MetricsConfig): Problem[] {
  return [
    ...regionProblems(config),
    ...levelProblems(config),
    ...timeProblems(config),
    ...fieldProblems(config),
    ...awsProblems(config),
  ];
}

function regionProblems(config: MetricsConfig): Problem[] {
  const { regions = [], endpoint } = config;
  if (regions.length > 1 && regions.includes("all")) {
    return [{ path: "regions", message: "expected either all or regions by name" }];
  }
  if (regionsOf(config).length === 0) {
    return [{ path: "regions", message: "expected at least one region, here or as default_region" }];
  }
  if (endpoint !== undefined) return [];
  return regions.filter((name) => name !== "all").flatMap((name) => {
    const message = regionProblem(name);
    if (message !== undefined) return [{ path: "regions", message }];
    return isAwsRegion(name) ? [] : [{ path: "regions", message: `expected regions such as us-east-1, got ${name}` }];
  });
}

function levelProblems({ levels }: MetricsConfig): Problem[] {
  return Object.entries(levels).flatMap(([namespace, names]) => {
    const stream = streamOf(namespace);
    if (stream === undefined) {
      return [{ path: `levels.${namespace}`, message: `expected a namespace: ${NAMESPACES.join(", ")}` }];
    }
    const known = allLevels(stream).map(({ name }) => name);
    return names.filter((name) => !known.includes(name)).map((name) => ({
      path: `levels.${namespace}`,
      message: `expected levels of ${stream.namespace} (${known.join(", ")}), got ${name}`,
    }));
  });
}

function timeProblems(config: MetricsConfig): Problem[] {
  const { period, data_granularity, latency, max_lookback, include_linked_accounts, owning_account } = config;
  const problems: Problem[] = [];
  const needsMinutes = (path: string, ms: number) => {
    if (ms % MINUTE_MS !== 0) {
      problems.push({ path, message: `expected a multiple of 1m, as CloudWatch has it, got ${formatDuration(ms)}` });
    }
  };
  needsMinutes("period", period);
  if (data_granularity !== undefined) {
    needsMinutes("data_granularity", data_granularity);
    if (period % data_granularity !== 0) {
      problems.push({
        path: "data_granularity",
        message: `expected a duration that divides period (${formatDuration(period)}), got ${
          formatDuration(data_granularity)
        }`,
      });
    }
  }
  const leastMs = period + granularityOf(config) + latency;
  if (max_lookback < leastMs) {
    problems.push({
      path: "max_lookback",
      message: `expected at least period, data_granularity and latency together (${formatDuration(leastMs)}), got ${
        formatDuration(max_lookback)
      }`,
    });
  }
  if (owning_account !== undefined && !include_linked_accounts) {
    problems.push({ path: "owning_account", message: "needs include_linked_accounts: true" });
  }
  return problems;
}

function fieldProblems({ fields }: MetricsConfig): Problem[] {
  return staticFieldProblems(fields, { reserved: reservedFor, known: knownFields(), isFlat: true });
}

/** Attributes that decide where a point goes. */
function reservedFor(name: string): string | undefined {
  if (name === "data_stream.namespace") return "set namespace";
  return /^(?:data_stream|elasticsearch)\./.test(name) ? "it is set by the receiver" : undefined;
}

/** What points have beside the fields of a configuration. */
function knownFields(): KnownField[] {
  const dimensions = METRIC_STREAMS.flatMap((stream) =>
    stream.dimensions.flatMap(({ attributes }) => Object.values(attributes).flat())
  );
  const attributes = dimensions.map(({ name }) => ({ name, otlp: "string" as const }));
  const metrics = METRIC_STREAMS.map(({ prefix }) => ({ name: `${prefix}*`, otlp: "any" as const }));
  const cloud = ["cloud.provider", "cloud.account.id", "cloud.region"];
  return [...attributes, ...metrics, ...cloud.map((name) => ({ name, otlp: "string" as const }))];
}
