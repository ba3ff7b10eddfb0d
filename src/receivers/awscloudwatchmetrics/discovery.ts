import { metricNamed, type MetricStream } from "../../mappings/metric.ts";
import type { CloudWatch } from "./cloudwatch.ts";
import type { MetricsConfig } from "./config.ts";
import { taggedResources } from "./tagged_resources.ts";

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** One metric of one set of dimensions. */
export interface Series {
  /** Name of the metric in CloudWatch. */
  readonly metric: string;
  /** Account that it is of. */
  readonly account: string;
  /** In the order of their names. */
  readonly dimensions: readonly Dimension[];
}

export interface DiscoveryOptions {
  readonly namespace: string;
  readonly stream: MetricStream;
  /** Account of the credentials. */
  readonly account: string;
  readonly config: MetricsConfig;
  /** Leave out what had no data for three hours. */
  readonly recentlyActive: boolean;
  readonly signal: AbortSignal;
}

/**
 * The series of a namespace that are to be read.
 *
 * @throws {Error} of the AWS SDK.
 */
export async function discover(cloudWatch: CloudWatch, options: DiscoveryOptions): Promise<Series[]> {
  const { config, signal } = options;
  const listed = await listSeries(cloudWatch, options);
  const wanted = config.account_totals ? listed : withoutTotals(listed, options.stream);
  if (config.tags_filter === undefined || wanted.length === 0) return wanted;
  const tagged = await taggedResources(cloudWatch, { filter: config.tags_filter, signal });
  return wanted.filter(({ dimensions }) => dimensions.some(({ value }) => tagged.has(value)));
}

async function listSeries(
  cloudWatch: CloudWatch,
  { namespace, account, config, recentlyActive, signal }: DiscoveryOptions,
): Promise<Series[]> {
  const { include_linked_accounts, owning_account } = config;
  const series: Series[] = [];
  let token: string | undefined;
  do {
    const page = await cloudWatch.listMetrics({
      Namespace: namespace,
      ...recentlyActive && { RecentlyActive: "PT3H" },
      ...include_linked_accounts && { IncludeLinkedAccounts: true },
      ...owning_account !== undefined && { OwningAccount: owning_account },
      ...token !== undefined && { NextToken: token },
    }, signal);
    for (const [index, { MetricName, Dimensions = [] }] of (page.Metrics ?? []).entries()) {
      if (MetricName === undefined) continue;
      series.push({
        metric: MetricName,
        account: page.OwningAccounts?.[index] ?? account,
        dimensions: Dimensions.map(({ Name = "", Value = "" }) => ({ name: Name, value: Value })).sort(byName),
      });
    }
    token = page.NextToken;
  } while (token !== undefined);
  return series;
}

function byName({ name: a }: Dimension, { name: b }: Dimension): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A metric without dimensions is the total of those with: of what the table does not know, where there are such. */
function withoutTotals(series: readonly Series[], stream: MetricStream): Series[] {
  const withDimensions = new Set(series.flatMap(({ metric, dimensions }) => dimensions.length > 0 ? [metric] : []));
  return series.filter(({ metric, dimensions }) => {
    if (dimensions.length > 0) return true;
    const known = metricNamed(stream, metric);
    return known === undefined ? !withDimensions.has(metric) : known.withoutDimensions;
  });
}
