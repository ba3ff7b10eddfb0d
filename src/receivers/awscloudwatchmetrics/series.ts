import { listIn } from "../../aws/answer.ts";
import { pagesByToken } from "../../aws/paging.ts";
import type { MetricStream } from "../../mappings/metric.ts";
import type { CloudWatchCalls } from "./cloudwatch.ts";
import type { MetricsConfig } from "./config.ts";
import { type DimensionSet, type Series, setKey } from "./dimension_set.ts";
import type { Levels } from "./levels.ts";

export interface SeriesOptions {
  readonly stream: MetricStream;
  readonly levels: Levels;
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
export async function seriesToRead(cloudWatch: CloudWatchCalls, options: SeriesOptions): Promise<Series[]> {
  const { config, stream: { resourceTypes }, levels, signal } = options;
  const wanted = levels.choose(await listSeries(cloudWatch, options));
  if (config.tags_filter === undefined || wanted.length === 0) return wanted;
  const tagged = await taggedResources(cloudWatch, { filter: config.tags_filter, resourceTypes, signal });
  return wanted.filter(({ set }) => set.dimensions.some(({ value }) => tagged.has(value)));
}

async function listSeries(
  cloudWatch: CloudWatchCalls,
  { stream, account, config, recentlyActive, signal }: SeriesOptions,
): Promise<Series[]> {
  const { include_linked_accounts, owning_account } = config;
  const sets = new Map<string, DimensionSet>();
  const series: Series[] = [];
  const ask = (token: string | undefined) =>
    cloudWatch.listMetrics({
      Namespace: stream.namespace,
      ...recentlyActive && { RecentlyActive: "PT3H" },
      ...include_linked_accounts && { IncludeLinkedAccounts: true },
      ...owning_account !== undefined && { OwningAccount: owning_account },
      ...token !== undefined && { NextToken: token },
    }, signal);
  for await (const page of pagesByToken(ask, { what: "the list of metrics", tokenOf: ({ NextToken }) => NextToken })) {
    for (const [index, { MetricName: metric, Dimensions = [] }] of listIn(page.Metrics, "Metrics").entries()) {
      if (metric === undefined) continue;
      const dimensions = Dimensions.map(({ Name = "", Value = "" }) => ({ name: Name, value: Value }))
        .sort(({ name: a }, { name: b }) => compare(a, b));
      const set = { account: page.OwningAccounts?.[index] ?? account, dimensions };
      series.push({ metric, set: sets.getOrInsert(setKey(set), set) });
    }
  }
  return series.sort(({ metric: a }, { metric: b }) => compare(a, b));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The ARNs of Bedrock's resources that have all these tags, and the ids at their ends: what dimensions name them by. */
async function taggedResources(
  cloudWatch: CloudWatchCalls,
  { filter, resourceTypes, signal }: {
    filter: NonNullable<MetricsConfig["tags_filter"]>;
    resourceTypes: readonly string[];
    signal: AbortSignal;
  },
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const ask = (token: string | undefined) =>
    cloudWatch.getResources({
      ResourceTypeFilters: [...resourceTypes],
      TagFilters: filter.map(({ key, value }) => ({ Key: key, Values: [value].flat() })),
      ...token !== undefined && { PaginationToken: token },
    }, signal);
  const pages = pagesByToken(ask, { what: "the tags of resources", tokenOf: ({ PaginationToken }) => PaginationToken });
  for await (const page of pages) {
    for (const { ResourceARN: arn } of listIn(page.ResourceTagMappingList, "ResourceTagMappingList")) {
      if (arn !== undefined) names.add(arn).add(arn.slice(arn.lastIndexOf("/") + 1));
    }
  }
  return names;
}
