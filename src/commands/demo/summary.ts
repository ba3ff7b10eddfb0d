/** What has arrived, summed up by model. */
import type { Arrival, PointArrival } from "./endpoint.ts";
import { type Column, countText, durationText, type Table } from "./table.ts";

const MODEL: Column = { title: "MODEL", align: "left", width: 42, minWidth: 20, rank: 2 };
const MEAN_LATENCY: Column = { title: "MEAN LATENCY", align: "right", width: 12, rank: 1 };

const INVOCATION_COLUMNS: readonly Column[] = [
  MODEL,
  { title: "CALLS", align: "right", width: 5, rank: 3 },
  { title: "ERRORS", align: "right", width: 6, rank: 3 },
  { title: "BLOCKED", align: "right", width: 7, rank: 3 },
  { title: "IN", align: "right", width: 8, rank: 3 },
  { title: "OUT", align: "right", width: 8, rank: 3 },
  MEAN_LATENCY,
];

const METRIC_COLUMNS: readonly Column[] = [
  MODEL,
  { title: "INVOCATIONS", align: "right", width: 11, rank: 3 },
  { title: "THROTTLES", align: "right", width: 9, rank: 3 },
  { title: "IN", align: "right", width: 8, rank: 3 },
  { title: "OUT", align: "right", width: 8, rank: 3 },
  MEAN_LATENCY,
];

/** A line for each model, those with most calls first. */
export function invocationTable(arrivals: readonly Arrival[]): Table {
  const models = [...Map.groupBy(arrivals, ({ model }) => model)].sort(([, one], [, other]) =>
    other.length - one.length
  );
  return {
    columns: INVOCATION_COLUMNS,
    rows: models.map(([model, group]) => invocationTotals(model, group)),
    total: invocationTotals("all models", arrivals),
  };
}

function invocationTotals(name: string, arrivals: readonly Arrival[]): Record<string, string> {
  const latencies = arrivals.flatMap(({ latencyMs }) => latencyMs === undefined ? [] : [latencyMs]);
  const having = (outcome: Arrival["outcome"]) => arrivals.filter((arrival) => arrival.outcome === outcome).length;
  return {
    MODEL: name,
    CALLS: countText(arrivals.length),
    ERRORS: countText(having("error")),
    BLOCKED: countText(having("blocked")),
    IN: countText(sumOf(arrivals.map(({ inputTokens }) => inputTokens ?? 0))),
    OUT: countText(sumOf(arrivals.map(({ outputTokens }) => outputTokens ?? 0))),
    "MEAN LATENCY": durationText(latencies.length === 0 ? undefined : sumOf(latencies) / latencies.length),
  };
}

/** A line for each model, those with most invocations first. */
export function metricTable(points: readonly PointArrival[]): Table {
  const ofModels = points.filter(({ model }) => model !== undefined);
  const invocationsOf = (group: readonly PointArrival[]) => sumOf(valuesOf(group, "invocations"));
  const models = [...Map.groupBy(ofModels, ({ model }) => model)].sort(([, one], [, other]) =>
    invocationsOf(other) - invocationsOf(one)
  );
  return {
    columns: METRIC_COLUMNS,
    rows: models.map(([model, group]) => metricTotals(model ?? "", group)),
    total: metricTotals("all models", ofModels),
  };
}

function metricTotals(name: string, points: readonly PointArrival[]): Record<string, string> {
  const count = (metric: string) => countText(sumOf(valuesOf(points, metric)));
  return {
    MODEL: name,
    INVOCATIONS: count("invocations"),
    THROTTLES: count("invocation_throttles"),
    IN: count("input_token_count"),
    OUT: count("output_token_count"),
    "MEAN LATENCY": durationText(meanLatency(points)),
  };
}

/** CloudWatch has the mean of each period: those of periods with more invocations weigh more. */
function meanLatency(points: readonly PointArrival[]): number | undefined {
  const key = ({ model, time }: PointArrival) => `${model} ${time.getTime()}`;
  const invocations = new Map(pointsOf(points, "invocations").map((point) => [key(point), point.value]));
  const totals = pointsOf(points, "invocation_latency").map((point) =>
    point.value * (invocations.get(key(point)) ?? 0)
  );
  return totals.length === 0 ? undefined : sumOf(totals) / sumOf([...invocations.values()]);
}

/** What Bedrock says of its own delivery of logs: `16 delivered, 0 lost`. */
export function logDelivery(points: readonly PointArrival[]): string {
  const [delivered, lost] = ["success", "failure"].map((end) => sumOf(valuesOf(points, `log_delivery.s3_${end}`)));
  return `${countText(delivered)} delivered, ${countText(lost)} lost`;
}

function valuesOf(points: readonly PointArrival[], metric: string): number[] {
  return pointsOf(points, metric).map(({ value }) => value);
}

function pointsOf(points: readonly PointArrival[], metric: string): PointArrival[] {
  return points.filter((point) => point.metric === `aws_bedrock.runtime.${metric}`);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
