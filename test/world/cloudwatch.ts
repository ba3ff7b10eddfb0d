/**
 * CloudWatch, STS and the resource tagging API on loopback, as AWS's SDKs speak to them: CloudWatch and tagging in AWS
 * JSON, STS in AWS Query. It aggregates samples as CloudWatch does, lists, pages, and fails when it is told to.
 */

export interface Sample {
  readonly region?: string;
  readonly account?: string;
  readonly namespace?: string;
  readonly metric: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly timeMs: number;
  readonly value: number;
  /** CloudWatch knows it from this time on; default: at once. */
  readonly visibleMs?: number;
}

export interface CloudWatchRequest {
  readonly operation: string;
  readonly region: string;
  readonly input: Record<string, unknown>;
}

interface Query {
  readonly Id: string;
  readonly AccountId?: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
export const NAMESPACE = "AWS/Bedrock";
const THREE_HOURS_MS = 3 * 3_600_000;
const LIST_PAGE = 500;

export class FakeCloudWatch implements AsyncDisposable {
  readonly requests: CloudWatchRequest[] = [];
  /** Most data points in an answer of GetMetricData. */
  maxDatapoints = 100_800;
  /** An answer in place of the usual one. */
  fault: (request: CloudWatchRequest) => Response | undefined | Promise<Response | undefined> = () => undefined;
  /** Status of a query's result in place of `Complete`. */
  statusOf: (query: Query) => string = () => "Complete";
  messages: { Code: string; Value: string }[] = [];
  /** ARNs by tag, as `key=value`. */
  readonly tagged = new Map<string, string[]>();
  /** Accounts that are linked to ours. */
  readonly linked = new Set<string>();
  /** Its clock; what it does not know yet is not there. */
  nowMs: () => number = () => Date.now();
  readonly #series = new Map<string, Sample[]>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
      const response = await this.#handle(request);
      response.headers.set("date", new Date(this.nowMs()).toUTCString());
      return response;
    });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  put(...samples: readonly Sample[]): void {
    for (const sample of samples) {
      const key = keyOf(sample);
      const found = this.#series.get(key);
      if (found === undefined) this.#series.set(key, [sample]);
      else found.push(sample);
    }
  }

  /** Requests of one operation. */
  of(operation: string): CloudWatchRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const text = await request.text();
    const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
    const target = request.headers.get("x-amz-target");
    const operation = target?.split(".").at(-1) ?? new URLSearchParams(text).get("Action") ?? "";
    const input = target === null ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text);
    const received = { operation, region, input };
    this.requests.push(received);
    const fault = await this.fault(received);
    if (fault !== undefined) return fault;
    switch (operation) {
      case "GetCallerIdentity":
        return callerIdentity();
      case "ListMetrics":
        return this.#listMetrics(received);
      case "GetMetricData":
        return this.#getMetricData(received);
      case "GetResources":
        return this.#getResources(received);
      default:
        return awsError("InvalidAction", `no ${operation}`);
    }
  }

  #visible(samples: readonly Sample[]): Sample[] {
    return samples.filter(({ timeMs, visibleMs = timeMs }) => visibleMs <= this.nowMs() && timeMs <= this.nowMs());
  }

  #listMetrics({ region, input }: CloudWatchRequest): Response {
    const { Namespace, RecentlyActive, IncludeLinkedAccounts, OwningAccount, NextToken } = input;
    const listed = [...this.#series.values()].flatMap((samples) => {
      const visible = this.#visible(samples);
      const [first] = samples as [Sample, ...Sample[]];
      const { account = ACCOUNT } = first;
      const isWanted = visible.length > 0 && (first.region ?? REGION) === region &&
        (first.namespace ?? NAMESPACE) === Namespace &&
        (OwningAccount === undefined || OwningAccount === account) &&
        (account === ACCOUNT || (IncludeLinkedAccounts === true && this.linked.has(account))) &&
        (RecentlyActive === undefined || visible.some(({ timeMs }) => timeMs > this.nowMs() - THREE_HOURS_MS));
      return isWanted ? [first] : [];
    });
    const from = Number(NextToken ?? 0);
    const page = listed.slice(from, from + LIST_PAGE);
    return json({
      Metrics: page.map(({ namespace = NAMESPACE, metric, dimensions = {} }) => ({
        Namespace: namespace,
        MetricName: metric,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
      ...IncludeLinkedAccounts === true && { OwningAccounts: page.map(({ account = ACCOUNT }) => account) },
      ...from + LIST_PAGE < listed.length && { NextToken: String(from + LIST_PAGE) },
    });
  }

  #getMetricData({ region, input }: CloudWatchRequest): Response {
    const queries = input["MetricDataQueries"] as Query[];
    if (queries.length > 500) return awsError("ValidationError", "at most 500 queries");
    if (new Set(queries.map(({ Id }) => Id)).size < queries.length) return awsError("ValidationError", "Id twice");
    const startMs = Number(input["StartTime"]) * 1000;
    const endMs = Number(input["EndTime"]) * 1000;
    if (queries.some(({ MetricStat }) => MetricStat.Period % 60 !== 0)) return awsError("ValidationError", "Period");
    if (!(startMs < endMs)) return awsError("ValidationError", "StartTime must be less than EndTime");
    const all = queries.flatMap((query) =>
      this.#aggregated(query, { region, startMs, endMs }).map((point) => ({ id: query.Id, ...point }))
    );
    const from = Number(input["NextToken"] ?? 0);
    const page = Map.groupBy(all.slice(from, from + this.maxDatapoints), ({ id }) => id);
    const isLast = from + this.maxDatapoints >= all.length;
    const later = new Set(isLast ? [] : all.slice(from + this.maxDatapoints).map(({ id }) => id));
    return json({
      MetricDataResults: queries.map((query) => ({
        Id: query.Id,
        Label: query.MetricStat.Metric.MetricName,
        Timestamps: (page.get(query.Id) ?? []).map(({ timeMs }) => timeMs / 1000),
        Values: (page.get(query.Id) ?? []).map(({ value }) => value),
        StatusCode: later.has(query.Id) ? "PartialData" : this.statusOf(query),
      })),
      Messages: this.messages,
      ...!isLast && { NextToken: String(from + this.maxDatapoints) },
    });
  }

  #aggregated(
    { AccountId, MetricStat: { Metric, Period, Stat } }: Query,
    { region, startMs, endMs }: { region: string; startMs: number; endMs: number },
  ): { timeMs: number; value: number }[] {
    const key = keyOf({
      region,
      account: AccountId ?? ACCOUNT,
      namespace: Metric.Namespace,
      metric: Metric.MetricName,
      dimensions: Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
    });
    const samples = this.#visible(this.#series.get(key) ?? []).filter(({ timeMs }) =>
      timeMs >= startMs && timeMs < endMs
    );
    const periodMs = Period * 1000;
    const periods = Map.groupBy(samples, ({ timeMs }) => Math.floor(timeMs / periodMs) * periodMs);
    return [...periods].sort(([a], [b]) => a - b).map(([timeMs, members]) => ({
      timeMs,
      value: aggregate(Stat, members.map(({ value }) => value)),
    }));
  }

  #getResources({ input }: CloudWatchRequest): Response {
    const filters = input["TagFilters"] as { Key: string; Values: string[] }[];
    const arns = filters.map(({ Key, Values }) => Values.flatMap((value) => this.tagged.get(`${Key}=${value}`) ?? []));
    const all = (arns[0] ?? []).filter((arn) => arns.every((list) => list.includes(arn)));
    const from = Number(input["PaginationToken"] ?? 0);
    // One a page, to see that pages are read.
    return json({
      ResourceTagMappingList: all.slice(from, from + 1).map((arn) => ({ ResourceARN: arn, Tags: [] })),
      PaginationToken: from + 1 < all.length ? String(from + 1) : "",
    });
  }
}

function keyOf(
  { region = REGION, account = ACCOUNT, namespace = NAMESPACE, metric, dimensions = {} }: Omit<
    Sample,
    "timeMs" | "value"
  >,
): string {
  return JSON.stringify([region, account, namespace, metric, Object.entries(dimensions).sort()]);
}

function aggregate(statistic: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const sorted = [...values].sort((a, b) => a - b);
  switch (statistic) {
    case "Sum":
      return sum;
    case "Average":
      return sum / values.length;
    case "SampleCount":
      return values.length;
    case "Minimum":
      return sorted[0] as number;
    case "Maximum":
      return sorted.at(-1) as number;
    default: {
      const rank = Math.ceil(Number(statistic.slice(1)) / 100 * sorted.length);
      return sorted[Math.max(0, rank - 1)] as number;
    }
  }
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "content-type": "application/x-amz-json-1.0" } });
}

/** An error as CloudWatch writes it: the code of the Query protocol is in a header. */
export function awsError(code: string, message: string, { status = 400 } = {}): Response {
  return new Response(JSON.stringify({ __type: `com.amazonaws.cloudwatch#${code}`, message }), {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-query-error": `${code};Sender` },
  });
}

function callerIdentity(): Response {
  return new Response(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
      `<Arn>arn:aws:iam::${ACCOUNT}:user/reader</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>` +
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>` +
      `</GetCallerIdentityResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
}
