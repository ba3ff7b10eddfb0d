import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataInput,
  type GetMetricDataOutput,
  ListMetricsCommand,
  type ListMetricsInput,
  type ListMetricsOutput,
} from "@aws-sdk/client-cloudwatch";
import {
  GetResourcesCommand,
  type GetResourcesInput,
  type GetResourcesOutput,
  ResourceGroupsTaggingAPIClient,
} from "@aws-sdk/client-resource-groups-tagging-api";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { awsClientConfig } from "../../aws/client_config.ts";
import { countCalls } from "../../aws/count_calls.ts";
import { renewingCredentials } from "../../aws/renewing_credentials.ts";
import type { AwsSettings } from "../../aws/settings.ts";
import type { Events } from "./events.ts";

/** The calls of CloudWatch and the tagging API in one region. */
export class CloudWatchCalls {
  readonly #cloudWatch: CloudWatchClient;
  readonly #tagging: ResourceGroupsTaggingAPIClient;

  constructor(settings: AwsSettings, { region, events }: { region: string; events: Events }) {
    const config = awsClientConfig(settings, { region });
    this.#cloudWatch = countCalls(renewingCredentials(new CloudWatchClient(config)), events);
    this.#tagging = countCalls(renewingCredentials(new ResourceGroupsTaggingAPIClient(config)), events);
  }

  listMetrics(input: ListMetricsInput, signal: AbortSignal): Promise<ListMetricsOutput> {
    return this.#cloudWatch.send(new ListMetricsCommand(input), { abortSignal: signal });
  }

  getMetricData(input: GetMetricDataInput, signal: AbortSignal): Promise<GetMetricDataOutput> {
    return this.#cloudWatch.send(new GetMetricDataCommand(input), { abortSignal: signal });
  }

  /** Resources with tags. */
  getResources(input: GetResourcesInput, signal: AbortSignal): Promise<GetResourcesOutput> {
    return this.#tagging.send(new GetResourcesCommand(input), { abortSignal: signal });
  }

  /** The service's time, as near as it is known; a wrong clock of this machine is put right by the next call. */
  nowMs(): number {
    return Date.now() + this.#cloudWatch.config.systemClockOffset;
  }

  close(): void {
    this.#cloudWatch.destroy();
    this.#tagging.destroy();
  }
}

/**
 * The account that the credentials belong to: the one of `role_arn`, else what STS says.
 *
 * @throws {Error} of the AWS SDK.
 */
export async function callerAccount(
  settings: AwsSettings,
  { region, events, signal }: { region: string; events: Events; signal: AbortSignal },
): Promise<string> {
  const ofRole = settings.role_arn?.split(":")[4];
  if (ofRole !== undefined) return ofRole;
  const { endpoint, sts_endpoint = endpoint } = settings;
  const config = awsClientConfig(settings, { region });
  const at = sts_endpoint === undefined ? undefined : { endpoint: sts_endpoint };
  const client = countCalls(renewingCredentials(new STSClient({ ...config, ...at })), events);
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
    if (Account === undefined) throw new Error("Cannot tell the account: STS named none");
    return Account;
  } finally {
    client.destroy();
  }
}
