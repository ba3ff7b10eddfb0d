import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { Catalogue, Measure } from "./catalogue.ts";
import type { Dimension, Series } from "./discovery.ts";

/** Series that share account and dimensions: their points of one time become one document. */
export interface SeriesGroup {
  readonly account: string;
  readonly dimensions: readonly Dimension[];
  /** Tells groups of a region and namespace apart. */
  readonly key: string;
}

/** One measure of one series: what is asked for, and billed. */
export interface Query {
  readonly group: SeriesGroup;
  readonly metric: string;
  readonly measure: Measure;
}

/** What to ask for: every measure of every series, each once. */
export function queriesOf(series: readonly Series[], catalogue: Catalogue): Query[] {
  const groups = new Map<string, { group: SeriesGroup; measures: Map<string, Query> }>();
  for (const { account, dimensions, metric } of [...series].sort(byMetric)) {
    const key = keyOf(account, dimensions);
    let found = groups.get(key);
    if (found === undefined) {
      groups.set(key, found = { group: { account, dimensions, key }, measures: new Map() });
    }
    for (const measure of catalogue.measuresOf(metric)) {
      // CloudWatch may know a metric by two names.
      if (!found.measures.has(measure.key)) found.measures.set(measure.key, { group: found.group, metric, measure });
    }
  }
  return [...groups.values()].flatMap(({ measures }) => [...measures.values()]);
}

function keyOf(account: string, dimensions: readonly Dimension[]): string {
  return [account, ...dimensions.map(({ name, value }) => `${name}=${value}`)].join("|");
}

function byMetric({ metric: a }: Series, { metric: b }: Series): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The query as CloudWatch wants it; an account is named only where it is another than that of the credentials. */
export function metricDataQuery(
  { group, metric, measure }: Query,
  { id, namespace, periodMs, account }: { id: string; namespace: string; periodMs: number; account: string },
): MetricDataQuery {
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metric,
        Dimensions: group.dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      },
      Period: periodMs / 1000,
      Stat: measure.statistic,
    },
    ...group.account !== account && { AccountId: group.account },
  };
}
