/**
 * CloudWatch Logs for tests, over HTTP as AWS speaks it (JSON 1.1): pages that are empty and still have a token, pages
 * of at most a megabyte, tokens that expire, throttling, keys that may not read, groups of one region.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import { groupOfArn, type LogGroup, ownGroup } from "../../src/receivers/awscloudwatch/log_group.ts";
import { positionSchema } from "../../src/receivers/awscloudwatch/position.ts";
import { FakeLogs, type PutEvent, REGION } from "../../src/receivers/awscloudwatch/testing.ts";
import { openStorage } from "../../src/storage/open.ts";
import type { OtlpEndpoint } from "./otlp_endpoint.ts";
import { type Config, type ConfigOptions, configWith } from "./program.ts";

export { REGION } from "../../src/receivers/awscloudwatch/testing.ts";

export const ACCOUNT_ID = "123456789012";
export const GROUP = "/aws/bedrock/invocations";

/** Answers with this error instead. */
export interface Fault {
  readonly type: string;
  readonly message: string;
  readonly status?: number;
}

export const THROTTLED: Fault = { type: "ThrottlingException", message: "Rate exceeded" };
export const EXPIRED_TOKEN: Fault = {
  type: "InvalidParameterException",
  message: "The specified nextToken is invalid.",
};

/** A request as it came. */
export interface LogsRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Event time up to which the only group of a state is delivered. */
export function doneMsIn(directory: string): number {
  using storage = openStorage({ directory, readOnly: true });
  const [entry] = storage.of("awscloudwatch").checkpoints("groups").entries();
  return positionSchema.parse(entry?.value).doneMs;
}

export class CloudWatchLogsServer implements AsyncDisposable {
  readonly logs = new FakeLogs();
  readonly requests: LogsRequest[] = [];
  /** The fault that a request meets; the default is none. */
  fault: (request: LogsRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;
  /** What answers requests to other services. */
  others: (request: Request) => Response | Promise<Response> = () => new Response(null, { status: 501 });
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#answer(request));
    this.logs.create(GROUP);
  }

  static start(): CloudWatchLogsServer {
    return new CloudWatchLogsServer();
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Puts records as Bedrock does: each is one event. */
  putRecords(records: readonly unknown[], event: Partial<PutEvent> = {}, group = GROUP): string[] {
    return records.map((record) =>
      this.logs.put({ timeMs: Date.now() - 5 * 60_000, ...event, message: JSON.stringify(record) }, group)
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const [, operation] = /^Logs_20140328\.(\w+)$/.exec(request.headers.get("x-amz-target") ?? "") ?? [];
    if (operation === undefined) return await this.others(request);
    const input = await request.json() as Record<string, unknown>;
    this.requests.push({ operation, input });
    const fault = await this.fault({ operation, input });
    if (fault !== undefined) return this.#respond({ __type: fault.type, message: fault.message }, fault.status ?? 400);
    // A service's region is in the signature's scope.
    const region = /Credential=\w+\/\d+\/([\w-]+)\/logs\//.exec(request.headers.get("authorization") ?? "")?.[1];
    try {
      return this.#respond(await this.#call(operation, { input, region }));
    } catch (error) {
      const { name, message } = error as Error;
      return this.#respond({ __type: `com.amazonaws.logs#${name}`, message }, 400);
    }
  }

  async #call(
    operation: string,
    { input, region }: { input: Record<string, unknown>; region: string | undefined },
  ): Promise<unknown> {
    const token = input["nextToken"] as string | undefined;
    const { signal } = new AbortController();
    switch (operation) {
      case "FilterLogEvents": {
        const group = groupOf(input);
        const known = region === REGION ? group : { ...group, name: "of another region" };
        const page = await this.logs.events(known, {
          startMs: Number(input["startTime"] ?? 0),
          endMs: Number(input["endTime"] ?? Infinity),
          token,
          ...(input["limit"] === undefined ? {} : { limit: Number(input["limit"]) }),
          signal,
        });
        const streams = input["logStreamNames"] as string[] | undefined;
        const prefix = String(input["logStreamNamePrefix"] ?? "");
        const events = page.events
          .filter(({ stream }) => streams?.includes(stream) !== false && stream.startsWith(prefix))
          .map(({ id, message, timeMs, ingestionTimeMs, stream }) => ({
            eventId: id,
            message,
            timestamp: timeMs,
            ingestionTime: ingestionTimeMs,
            logStreamName: stream,
          }));
        return { events, nextToken: page.token, searchedLogStreams: [] };
      }
      case "DescribeLogGroups": {
        const page = await this.logs.groups(String(input["logGroupNamePrefix"] ?? ""), { token, signal });
        const logGroups = page.groups.map(({ name }) => ({
          logGroupName: name,
          logGroupArn: arnOf(name),
          arn: `${arnOf(name)}:*`,
        }));
        return { logGroups, nextToken: page.token };
      }
      default:
        throw Object.assign(new Error(`no ${operation}`), { name: "UnknownOperationException" });
    }
  }

  #respond(body: unknown, status = 200): Response {
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/x-amz-json-1.1" },
    });
  }
}

export function arnOf(group: string): string {
  return `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${group}`;
}

function groupOf({ logGroupName, logGroupIdentifier }: Record<string, unknown>): LogGroup {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw Object.assign(new Error("logGroupName or logGroupIdentifier"), { name: "InvalidParameterException" });
  }
  return groupOfArn(String(logGroupIdentifier)) ??
    ownGroup(String(logGroupName ?? logGroupIdentifier), { region: REGION });
}

/** A configuration that reads the group of `server`; its state is kept in `directory`. */
export function logsConfig(
  server: Pick<CloudWatchLogsServer, "endpoint">,
  { endpoint, directory, ...options }: ConfigOptions & {
    endpoint: Pick<OtlpEndpoint, "url">;
    directory: string;
  },
): Config {
  const { log_group_arn: arn, log_group_name_prefix: prefix } = options.receiver ?? {};
  const awscloudwatch = {
    ...(arn === undefined && prefix === undefined ? { log_group_name: GROUP } : {}),
    endpoint: server.endpoint,
    region: REGION,
    access_key_id: "test",
    secret_access_key: "test",
    api_sleep: "0s",
    scan_frequency: "1s",
    ...options.receiver,
  };
  const service = { storage: { directory }, ...options.service };
  return configWith({ awscloudwatch }, endpoint, { ...options, service });
}
