import { groupOfArn, type LogGroup, ownGroup } from "../../src/receivers/awscloudwatch/log_group.ts";
import {
  ACCOUNT,
  awsError,
  type AwsService,
  inputOf,
  jsonAnswer,
  REGION,
  regionOf,
  SdkError,
  targetOf,
} from "./aws_service.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest } from "./http_server.ts";
import { MemoryLogs, type PutEvent } from "./memory_logs.ts";

export const GROUP = "/aws/bedrock/invocations";

export const THROTTLED: Fault = awsError("ThrottlingException", "Rate exceeded");
export const EXPIRED_TOKEN: Fault = awsError("InvalidParameterException", "The specified nextToken is invalid.");

/** A request as it came. */
export interface LogsRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * CloudWatch Logs as its SDK speaks to it (JSON 1.1), with its groups in memory: pages that are empty and still have a
 * token, pages of at most a megabyte, groups of one region.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
export class CloudWatchLogs implements AwsService {
  /** The groups; {@linkcode GROUP} is there from the beginning. */
  readonly memory = new MemoryLogs();
  readonly requests: LogsRequest[] = [];
  /** What goes wrong with a request; undefined: nothing. */
  fault: (request: LogsRequest) => Fault | undefined | Promise<Fault | undefined> = () => undefined;

  constructor() {
    this.memory.create(GROUP);
  }

  /** Puts records as Bedrock does: each is one event. */
  putRecords(records: readonly unknown[], event: Partial<PutEvent> = {}, group = GROUP): string[] {
    return records.map((record) =>
      this.memory.put({ timeMs: Date.now() - 5 * 60_000, ...event, message: JSON.stringify(record) }, group)
    );
  }

  isFor(request: HttpRequest): boolean {
    return targetOf(request).service === "Logs_20140328";
  }

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const { operation } = targetOf(request);
    const [input, region] = [inputOf(request), regionOf(request)];
    this.requests.push({ operation, input });
    const fault = await this.fault({ operation, input });
    return await answerUnder(fault, async () => jsonAnswer(await this.#call(operation, { input, region })));
  }

  async #call(
    operation: string,
    { input, region }: { input: Record<string, unknown>; region: string },
  ): Promise<unknown> {
    const token = input["nextToken"] as string | undefined;
    const { signal } = new AbortController();
    switch (operation) {
      case "FilterLogEvents": {
        const group = groupOf(input);
        const known = region === REGION ? group : { ...group, name: "of another region" };
        const page = await this.memory.events(known, {
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
        const page = await this.memory.groups(String(input["logGroupNamePrefix"] ?? ""), { token, signal });
        const logGroups = page.groups.map(({ name }) => ({
          logGroupName: name,
          logGroupArn: arnOf(name),
          arn: `${arnOf(name)}:*`,
        }));
        return { logGroups, nextToken: page.token };
      }
      default:
        throw new SdkError("UnknownOperationException", `no ${operation}`);
    }
  }
}

export function arnOf(group: string): string {
  return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}`;
}

function groupOf({ logGroupName, logGroupIdentifier }: Record<string, unknown>): LogGroup {
  if ((logGroupName === undefined) === (logGroupIdentifier === undefined)) {
    throw new SdkError("InvalidParameterException", "logGroupName or logGroupIdentifier");
  }
  return groupOfArn(String(logGroupIdentifier)) ??
    ownGroup(String(logGroupName ?? logGroupIdentifier), { region: REGION });
}
