/** A log group in front of the program, an OTLP endpoint behind it. */
import { positionSchema } from "../../src/receivers/awscloudwatch/position.ts";
import { openStorage } from "../../src/storage/open.ts";
import { Aws } from "./aws.ts";
import { REGION } from "./aws_service.ts";
import { type CloudWatchLogs, GROUP } from "./cloudwatch_logs.ts";
import { type Config, type ConfigOptions, configWith } from "./config.ts";
import { OtlpEndpoint } from "./otlp_endpoint.ts";
import { AwsStage } from "./stage.ts";

export class LogsStage extends AwsStage {
  static async start(): Promise<LogsStage> {
    return new LogsStage(await Aws.start(), await OtlpEndpoint.start());
  }

  get logs(): CloudWatchLogs {
    return this.aws.logs;
  }

  config(options: ConfigOptions = {}): Config {
    return logsConfig(this.aws, { endpoint: this.endpoint, directory: this.stateDirectory, ...options });
  }
}

/** Event time up to which the only group of a state is delivered. */
export function doneMsIn(directory: string): number {
  using storage = openStorage({ directory, readOnly: true });
  const [row] = storage.table.rows({ receiver: "awscloudwatch", collection: "groups" }, { limit: 1 });
  return positionSchema.parse(JSON.parse(row?.json ?? "")).doneMs;
}

/** A configuration that reads the group of `aws`; its state is kept in `directory`. */
export function logsConfig(
  aws: { readonly endpoint: string },
  { endpoint, directory, ...options }: ConfigOptions & {
    endpoint: { readonly url: string };
    directory: string;
  },
): Config {
  const { log_group_arn: arn, log_group_name_prefix: prefix } = options.receiver ?? {};
  const awscloudwatch = {
    ...(arn === undefined && prefix === undefined ? { log_group_name: GROUP } : {}),
    endpoint: aws.endpoint,
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
