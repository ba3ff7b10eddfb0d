import { ACCOUNT, type AwsService, inputOf, jsonAnswer, REGION, regionOf, SdkError, targetOf } from "./aws_service.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";

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

export const NAMESPACE = "AWS/Bedrock";
const THREE_HOURS_MS = 3 * 3_600_000;
const LIST_PAGE = 500;

/**
 * CloudWatch, and what a reader of it needs of STS and the resource tagging API, as AWS's SDKs speak to them: CloudWatch
 * and tagging in AWS JSON, STS in AWS Query. It aggregates samples as CloudWatch does, lists and pages.
 */
export class CloudWatch implements AwsService {
  readonly requests: CloudWatchRequest[] = [];
  /** What goes wrong with a request; undefined: nothing. */
  fault: (request: CloudWatchRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  /** Most data points in an answer of GetMetricData. */
  maxDatapoints = 100_800;
  /** Status of a query's result in place of `Complete`; only the first half of its values comes with another one. */
  statusOf: (query: Query) => string = () => "Complete";
  /** Called when it is settled what an answer has, before it gets its date: time may pass meanwhile. */
  onSettled: (request: CloudWatchRequest) => void = () => {};
  messages: { Code: string; Value: string }[] = [];
  /** ARNs by tag, as `key=value`. */
  readonly tagged = new Map<string, string[]>();
  /** Accounts that are linked to ours. */
  readonly linked = new Set<string>();
  /** Its clock; what it does not know yet is not there. */
  nowMs: () => number = () => Date.now();
  readonly #series = new Map<string, Sample[]>();

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

  isFor(request: HttpRequest): boolean {
    const { service, operation } = targetOf(request);
    return /^GraniteServiceVersion|^ResourceGroupsTaggingAPI/.test(service) || operation === "GetCallerIdentity";
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const { service, operation } = targetOf(request);
    const input = service === "" ? {} : inputOf(request);
    const received = { operation, region: regionOf(request), input };
    this.requests.push(received);
    return await answerUnder(await this.fault(received), () => {
      const response = this.#respond(received);
      this.onSettled(received);
      response.headers.set("date", new Date(this.nowMs()).toUTCString());
      return response;
    });
  }

  #respond(request: CloudWatchRequest): Response {
    switch (request.operation) {
      case "GetCallerIdentity":
        return callerIdentity();
      case "ListMetrics":
        return this.#listMetrics(request);
      case "GetMetricData":
        return this.#getMetricData(request);
      case "GetResources":
        return this.#getResources(request);
      default:
        throw new SdkError("InvalidAction", `no ${request.operation}`);
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
    return jsonAnswer({
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
    if (queries.length > 500) throw new SdkError("ValidationError", "at most 500 queries");
    if (new Set(queries.map(({ Id }) => Id)).size < queries.length) throw new SdkError("ValidationError", "Id twice");
    const startMs = Number(input["StartTime"]) * 1000;
    const endMs = Number(input["EndTime"]) * 1000;
    if (queries.some(({ MetricStat }) => MetricStat.Period % 60 !== 0)) throw new SdkError("ValidationError", "Period");
    if (!(startMs < endMs)) throw new SdkError("ValidationError", "StartTime must be less than EndTime");
    const all = queries.flatMap((query) =>
      this.#aggregated(query, { region, startMs, endMs }).map((point) => ({ id: query.Id, ...point }))
    );
    const from = Number(input["NextToken"] ?? 0);
    const page = Map.groupBy(all.slice(from, from + this.maxDatapoints), ({ id }) => id);
    const isLast = from + this.maxDatapoints >= all.length;
    const later = new Set(isLast ? [] : all.slice(from + this.maxDatapoints).map(({ id }) => id));
    return jsonAnswer({
      MetricDataResults: queries.map((query) => {
        const status = this.statusOf(query);
        const points = page.get(query.Id) ?? [];
        const given = status === "Complete" ? points : points.slice(0, points.length >> 1);
        return {
          Id: query.Id,
          Label: query.MetricStat.Metric.MetricName,
          Timestamps: given.map(({ timeMs }) => timeMs / 1000),
          Values: given.map(({ value }) => value),
          StatusCode: later.has(query.Id) ? "PartialData" : status,
        };
      }),
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
    return jsonAnswer({
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

function callerIdentity(): Response {
  return new Response(
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
      `<Arn>arn:aws:iam::${ACCOUNT}:user/reader</Arn><UserId>AIDA</UserId><Account>${ACCOUNT}</Account>` +
      `</GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>` +
      `</GetCallerIdentityResponse>`,
    { headers: { "content-type": "text/xml" } },
  );
}
