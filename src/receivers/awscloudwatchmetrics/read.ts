import type { MessageData, MetricDataQuery, MetricDataResult } from "@aws-sdk/client-cloudwatch";
import { pagesByToken } from "../../aws/paging.ts";
import type { Measure } from "./catalogue.ts";
import type { CloudWatchCalls } from "./cloudwatch.ts";
import type { Query } from "./listing.ts";
import type { DimensionSet } from "./dimension_set.ts";
import type { Window } from "./window.ts";

/** CloudWatch takes so many queries in one call. */
const MAX_QUERIES = 500;

export interface ReadOptions {
  readonly namespace: string;
  /** Account of the credentials. */
  readonly account: string;
  readonly window: Window;
  readonly signal: AbortSignal;
}

/** The values of each set of dimensions. */
export type ValuesBySet = Map<DimensionSet, Map<Measure, number>>;

/** What CloudWatch has. */
export interface Reading {
  /** By the start of their period, in ms since the epoch. */
  readonly values: ReadonlyMap<number, ValuesBySet>;
  /** Sets of which CloudWatch did not give all that it has. */
  readonly incomplete: ReadonlySet<DimensionSet>;
  /** What CloudWatch says is missing, of calls as a whole. */
  readonly messages: readonly string[];
}

/**
 * Asks for all queries with the fewest calls, and reads every page.
 *
 * @throws {Error} of the AWS SDK.
 */
export async function readValues(
  cloudWatch: Pick<CloudWatchCalls, "getMetricData">,
  queries: readonly Query[],
  options: ReadOptions,
): Promise<Reading> {
  const { window, signal } = options;
  const values = new Map<number, ValuesBySet>();
  const incomplete = new Set(queries);
  const messages: string[] = [];
  for (let first = 0; first < queries.length; first += MAX_QUERIES) {
    const asked = new Map(queries.slice(first, first + MAX_QUERIES).map((query, index) => [`q${index}`, query]));
    const input = {
      MetricDataQueries: Array.from(asked, ([id, query]) => metricDataQuery(query, { id, ...options })),
      StartTime: new Date(window.fromMs),
      EndTime: new Date(window.endMs),
      ScanBy: "TimestampAscending" as const,
    };
    const ask = (token: string | undefined) =>
      cloudWatch.getMetricData({ ...input, ...token !== undefined && { NextToken: token } }, signal);
    const pages = pagesByToken(ask, { what: "metric data", tokenOf: ({ NextToken }) => NextToken });
    for await (const page of pages) {
      messages.push(...(page.Messages ?? []).map(textOf));
      for (const result of page.MetricDataResults ?? []) {
        const query = asked.get(result.Id ?? "");
        if (query === undefined) continue;
        addValues(values, { query, result, window });
        // Each page has its own; the last one that tells of a query counts.
        if ((result.StatusCode ?? "Complete") === "Complete") incomplete.delete(query);
        else incomplete.add(query);
      }
    }
  }
  return { values, incomplete: new Set(Array.from(incomplete, ({ set }) => set)), messages };
}

/** The query as CloudWatch wants it; an account is named only where it is another than that of the credentials. */
function metricDataQuery(
  { set, metric, measure }: Query,
  { id, namespace, account }: ReadOptions & { readonly id: string },
): MetricDataQuery {
  const dimensions = set.dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metric, Dimensions: dimensions },
      Period: measure.periodMs / 1000,
      Stat: measure.statistic,
    },
    ...set.account !== account && { AccountId: set.account },
  };
}

/** Values come in any order, and more than once. */
function addValues(
  byTime: Map<number, ValuesBySet>,
  { query: { set, measure }, result: { Timestamps = [], Values = [] }, window: { fromMs, endMs } }: {
    readonly query: Query;
    readonly result: MetricDataResult;
    readonly window: Window;
  },
): void {
  for (const [index, time] of Timestamps.entries()) {
    const timeMs = time.getTime();
    const value = Values[index] ?? NaN;
    // Also of a time that is none.
    const isInWindow = timeMs >= fromMs && timeMs < endMs;
    if (!Number.isFinite(value) || !isInWindow) continue;
    const bySet = byTime.getOrInsertComputed(timeMs, () => new Map());
    const values = bySet.getOrInsertComputed(set, () => new Map());
    values.set(measure, measure.type === "int" ? Math.round(value) : value);
  }
}

function textOf({ Code = "no code", Value = "" }: MessageData): string {
  return Value === "" ? Code : `${Code}: ${Value}`;
}
