import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  type FilteredLogEvent,
  FilterLogEventsCommand,
  type LogGroup as SdkLogGroup,
} from "@aws-sdk/client-cloudwatch-logs";
import { listIn } from "../../aws/answer.ts";
import { awsClientConfig } from "../../aws/client_config.ts";
import { countCalls } from "../../aws/count_calls.ts";
import { renewingCredentials } from "../../aws/renewing_credentials.ts";
import type { Events } from "./events.ts";
import { type AwscloudwatchConfig, regionOf } from "./config.ts";
import { groupOfArn, type LogGroup, ownGroup } from "./log_group.ts";

/** One event of a log stream. Times are ms since the epoch. */
export interface LogEvent {
  readonly id: string;
  readonly message: string;
  /** When it happened, as its writer says. */
  readonly timeMs: number;
  readonly ingestionTimeMs: number | undefined;
  readonly stream: string;
}

/** Some of the events of a window; with a token there are more, even when it has none itself. */
export interface EventPage {
  readonly events: LogEvent[];
  readonly token: string | undefined;
}

export interface EventQuery {
  /** Both ends belong to it: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the page before; it expires. */
  readonly token?: string | undefined;
  /** Most events of the page. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

export interface GroupPage {
  readonly groups: readonly LogGroup[];
  readonly token: string | undefined;
}

/** The calls that the receiver makes. All reject with the SDK's errors (see `aws_error.ts`). */
export interface Logs {
  /** One page of the events of a group. */
  events(group: LogGroup, query: EventQuery): Promise<EventPage>;
  /** One page of the groups whose names begin so. */
  groups(prefix: string, query: { token?: string | undefined; signal: AbortSignal }): Promise<GroupPage>;
  /** @throws {Error} no region is known. */
  region(): Promise<string>;
  /** The service's time, as near as it is known; a wrong clock of this machine is put right by the next call. */
  nowMs(): number;
}

/** CloudWatch Logs as it is reached with the AWS SDK. */
export class CloudWatchLogs implements Logs {
  readonly #client: CloudWatchLogsClient;
  readonly #config: AwscloudwatchConfig;

  constructor(config: AwscloudwatchConfig, events: Events) {
    this.#config = config;
    const client = new CloudWatchLogsClient(awsClientConfig(config, { region: regionOf(config) }));
    this.#client = countCalls(renewingCredentials(client), events);
  }

  async events(group: LogGroup, { startMs, endMs, token, limit, signal }: EventQuery): Promise<EventPage> {
    const { log_streams, log_stream_prefix } = this.#config;
    const command = new FilterLogEventsCommand({
      ...(group.arn === undefined ? { logGroupName: group.name } : { logGroupIdentifier: group.arn }),
      ...(log_streams === undefined ? {} : { logStreamNames: log_streams }),
      ...(log_stream_prefix === undefined ? {} : { logStreamNamePrefix: log_stream_prefix }),
      startTime: startMs,
      // A window without length may be refused; what is found too much is only found early.
      endTime: Math.max(endMs, startMs + 1),
      ...(token === undefined ? {} : { nextToken: token }),
      ...(limit === undefined ? {} : { limit }),
    });
    const answer = await this.#client.send(command, { abortSignal: signal });
    return { events: listIn(answer.events, "events").map(toEvent), token: answer.nextToken };
  }

  async groups(
    prefix: string,
    { token, signal }: { token?: string | undefined; signal: AbortSignal },
  ): Promise<GroupPage> {
    const linked = this.#config.include_linked_accounts_for_prefix_mode;
    const command = new DescribeLogGroupsCommand({
      logGroupNamePrefix: prefix,
      ...(linked ? { includeLinkedAccounts: true } : {}),
      ...(token === undefined ? {} : { nextToken: token }),
    });
    const answer = await this.#client.send(command, { abortSignal: signal });
    const region = await this.region();
    const groups = listIn(answer.logGroups, "logGroups").flatMap((group) => toGroup(group, { linked, region }) ?? []);
    return { groups, token: answer.nextToken };
  }

  async region(): Promise<string> {
    return await this.#client.config.region();
  }

  nowMs(): number {
    // What the SDK learns from the answers' Date header, so that its signatures are accepted.
    return Date.now() + this.#client.config.systemClockOffset;
  }

  close(): void {
    this.#client.destroy();
  }
}

function toEvent({ eventId, message, timestamp, ingestionTime, logStreamName }: FilteredLogEvent): LogEvent {
  // Without one it could not be told from others.
  if (eventId === undefined || eventId === "") throw new Error("Cannot read log events: one has no eventId");
  return {
    id: eventId,
    message: message ?? "",
    timeMs: timestamp ?? 0,
    ingestionTimeMs: ingestionTime,
    stream: logStreamName ?? "",
  };
}

/** Groups of several accounts may have one name, so there the ARN names them. */
function toGroup(
  { logGroupName, logGroupArn, arn }: SdkLogGroup,
  { linked, region }: { linked: boolean; region: string },
): LogGroup | undefined {
  if (linked) return groupOfArn(logGroupArn ?? arn ?? "");
  return logGroupName === undefined ? undefined : ownGroup(logGroupName, { region });
}
