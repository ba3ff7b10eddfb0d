/** CloudWatch in this process: keeps what is put into it, and answers the calls that the receiver makes. */

/** One value that a service has put in. */
export interface Datum {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly value: number;
}

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly Dimension[];
}

interface ListMetricsInput {
  readonly Namespace: string;
}

interface GetMetricDataInput {
  /** In seconds since the epoch. */
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly {
    readonly Id: string;
    readonly MetricStat: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
  }[];
}

const OPERATIONS: Readonly<Record<string, (data: readonly Datum[], input: never) => unknown>> = {
  ListMetrics: listMetrics,
  GetMetricData: getMetricData,
};

/** Starts the server with these data. It speaks CloudWatch's JSON protocol, and tells the account as STS does. */
export function startCloudWatch(
  data: readonly Datum[],
  { accountId }: { accountId: string },
): { url: string; server: Deno.HttpServer<Deno.NetAddr> } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.text();
    if (body.includes("Action=GetCallerIdentity")) return new Response(callerIdentity(accountId));
    const operation = OPERATIONS[request.headers.get("x-amz-target")?.split(".").at(-1) ?? ""];
    if (operation === undefined) return new Response("This is ListMetrics and GetMetricData only\n", { status: 400 });
    return Response.json(operation(data, JSON.parse(body) as never), {
      headers: { "content-type": "application/x-amz-json-1.0" },
    });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, server };
}

function callerIdentity(accountId: string): string {
  return `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Account>${accountId}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`;
}

function listMetrics(data: readonly Datum[], { Namespace }: ListMetricsInput): { Metrics: Metric[] } {
  const ofNamespace = data.filter(({ namespace }) => namespace === Namespace);
  const [...groups] = Map.groupBy(ofNamespace, ({ metric, dimensions }) => seriesKey(metric, dimensions)).values();
  return {
    Metrics: groups.flatMap(([first]) =>
      first === undefined ? [] : [{
        Namespace,
        MetricName: first.metric,
        Dimensions: Object.entries(first.dimensions).map(([Name, Value]) => ({ Name, Value })),
      }]
    ),
  };
}

function getMetricData(data: readonly Datum[], { StartTime, EndTime, MetricDataQueries }: GetMetricDataInput) {
  const inTime = data.filter(({ timeMs }) => timeMs >= StartTime * 1000 && timeMs < EndTime * 1000);
  const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat: { Metric, Period, Stat } }) => {
    const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
    const key = seriesKey(Metric.MetricName, dimensions);
    const own = inTime.filter(({ namespace, ...datum }) =>
      namespace === Metric.Namespace && seriesKey(datum.metric, datum.dimensions) === key
    );
    const periods = [...Map.groupBy(own, ({ timeMs }) => Math.floor(timeMs / 1000 / Period) * Period)]
      .sort(([a], [b]) => a - b);
    return {
      Id,
      Label: Metric.MetricName,
      StatusCode: "Complete",
      Timestamps: periods.map(([time]) => time),
      Values: periods.map(([, members]) => statisticOf(members.map(({ value }) => value), Stat)),
    };
  });
  return { MetricDataResults, Messages: [] };
}

function seriesKey(metric: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([metric, ...Object.entries(dimensions).sort(([a], [b]) => a < b ? -1 : 1)]);
}

/** Of the statistics that the tables ask for. */
function statisticOf(values: readonly number[], statistic: string): number {
  const sum = values.reduce((total, value) => total + value, 0);
  return statistic === "Sum" ? sum : sum / values.length;
}
