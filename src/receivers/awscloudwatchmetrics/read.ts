import type { MessageData } from "@aws-sdk/client-cloudwatch";
import type { CloudWatch, GetMetricDataInput } from "./cloudwatch.ts";
import { metricDataQuery, type Query } from "./queries.ts";

/** CloudWatch takes so many queries in one call. */
const MAX_QUERIES = 500;

export interface ReadOptions {
  readonly namespace: string;
  /** Account of the credentials. */
  readonly account: string;
  /** Times of the first point and behind the last one, both multiples of `granularityMs`. */
  readonly fromMs: number;
  readonly endMs: number;
  readonly granularityMs: number;
  readonly signal: AbortSignal;
}

/** What CloudWatch has for one query. */
export interface Reading {
  readonly query: Query;
  /** Start of a period in ms -> value. */
  readonly values: ReadonlyMap<number, number>;
  /** Whether CloudWatch gave all that it has. */
  readonly isComplete: boolean;
}

/** All readings, and what CloudWatch said of the calls as a whole. */
export interface ReadResult {
  readonly readings: readonly Reading[];
  /** Codes of messages that tell of something missing. */
  readonly messages: readonly string[];
}

/**
 * Asks for all queries with the fewest calls, and reads every page.
 *
 * @throws {Error} of the AWS SDK.
 */
export async function readQueries(
  cloudWatch: CloudWatch,
  queries: readonly Query[],
  options: ReadOptions,
): Promise<ReadResult> {
  const readings: Reading[] = [];
  const messages: string[] = [];
  for (let first = 0; first < queries.length; first += MAX_QUERIES) {
    const batch = await readBatch(cloudWatch, queries.slice(first, first + MAX_QUERIES), options);
    readings.push(...batch.readings);
    messages.push(...batch.messages);
  }
  return { readings, messages };
}

async function readBatch(
  cloudWatch: CloudWatch,
  queries: readonly Query[],
  { namespace, account, fromMs, endMs, granularityMs, signal }: ReadOptions,
): Promise<ReadResult> {
  const found = queries.map((query) => ({ query, values: new Map<number, number>(), status: "" }));
  const messages: string[] = [];
  const input: GetMetricDataInput = {
    MetricDataQueries: queries.map((query, index) =>
      metricDataQuery(query, { id: `q${index}`, namespace, periodMs: granularityMs, account })
    ),
    StartTime: new Date(fromMs),
    EndTime: new Date(endMs),
    ScanBy: "TimestampAscending",
  };
  let token: string | undefined;
  do {
    const page = await cloudWatch.getMetricData({ ...input, ...token !== undefined && { NextToken: token } }, signal);
    messages.push(...(page.Messages ?? []).map(textOf));
    for (const { Id, Timestamps = [], Values = [], StatusCode } of page.MetricDataResults ?? []) {
      const reading = found[Number(Id?.slice(1))];
      if (reading === undefined) continue;
      for (const [index, time] of Timestamps.entries()) {
        const timeMs = time.getTime();
        const value = Values[index] ?? NaN;
        if (Number.isFinite(value) && timeMs >= fromMs && timeMs < endMs) reading.values.set(timeMs, value);
      }
      // Each page has its own; the last one that tells of a query counts.
      reading.status = StatusCode ?? "Complete";
    }
    token = page.NextToken;
  } while (token !== undefined);
  return {
    readings: found.map(({ query, values, status }) => ({ query, values, isComplete: status === "Complete" })),
    messages,
  };
}

function textOf({ Code = "no code", Value = "" }: MessageData): string {
  return Value === "" ? Code : `${Code}: ${Value}`;
}
