import {
  BedrockClient,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
} from "@aws-sdk/client-bedrock";
import { awsClientConfig } from "../../aws/client_config.ts";
import type { AwsSettings } from "../../aws/settings.ts";
import type { Events } from "../../component/events.ts";
import type { AwscloudwatchConfig } from "../../receivers/awscloudwatch/config.ts";
import { groupOfArn, ownGroup } from "../../receivers/awscloudwatch/log_group.ts";
import { CloudWatchLogs } from "../../receivers/awscloudwatch/logs.ts";
import { CloudWatchCalls } from "../../receivers/awscloudwatchmetrics/cloudwatch.ts";
import { type MetricsConfig, regionsOf } from "../../receivers/awscloudwatchmetrics/config.ts";
import type { AwsPlace } from "./caller_checks.ts";
import { askAws, failed, type Finding, ok, TIMEOUT_MS, unknown } from "./check.ts";

/** The log group is there, and its events may be filtered. */
export async function logGroupChecks(
  id: string,
  { config, events }: { config: AwscloudwatchConfig; events: Events },
): Promise<readonly Finding[]> {
  const check = `${id}: log group`;
  const logs = new CloudWatchLogs(config, events);
  const { log_group_arn, log_group_name, log_group_name_prefix } = config;
  try {
    if (log_group_name_prefix !== undefined) {
      return await askAws(check, {
        action: "logs:DescribeLogGroups",
        ask: async (signal) => {
          const { groups } = await logs.groups(log_group_name_prefix, { signal });
          return groups.length > 0 ? [ok(check, `${groups.length} groups begin with ${log_group_name_prefix}`)] : [
            failed(
              check,
              `no group begins with ${log_group_name_prefix}: correct log_group_name_prefix or the region`,
            ),
          ];
        },
      });
    }
    return await askAws(check, {
      action: "logs:FilterLogEvents",
      orElse: "correct the group's name or region",
      ask: async (signal) => {
        const group = log_group_arn === undefined
          ? ownGroup(log_group_name ?? "", { region: await logs.region() })
          : groupOfArn(log_group_arn);
        if (group === undefined) return [failed(check, "log_group_arn is no ARN of a log group: correct it")];
        const endMs = Date.now();
        await logs.events(group, { startMs: endMs - 60_000, endMs, limit: 1, signal });
        return [ok(check, `${group.name} can be read`)];
      },
    });
  } finally {
    logs.close();
  }
}

/** CloudWatch may be asked for metrics, and has some of Bedrock. */
export async function metricsChecks(
  id: string,
  { config, events }: { config: MetricsConfig; events: Events },
): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    regionsOf(config).map(async (region) => {
      const check = `${id}: metrics in ${region}`;
      const calls = new CloudWatchCalls(config, { region, events });
      try {
        return await askAws(check, {
          action: "cloudwatch:ListMetrics",
          ask: async (signal) => {
            const { Metrics = [] } = await calls.listMetrics({ Namespace: "AWS/Bedrock" }, signal);
            return Metrics.length > 0
              ? [ok(check, "CloudWatch has metrics of AWS/Bedrock")]
              : [unknown(check, "CloudWatch has none of AWS/Bedrock: was a model called there within two weeks?")];
          },
        });
      } finally {
        calls.close();
      }
    }),
  );
  return findings.flat();
}

/** Where a configuration expects Bedrock's logs. */
export interface Expected {
  /** Undefined: any. */
  readonly bucket?: string | undefined;
  readonly group?: string | undefined;
  readonly kind: "s3" | "cloudwatch";
}

/** Where Bedrock logs; undefined: nowhere. */
export async function loggingConfig(
  settings: AwsSettings,
  { region, signal }: { region: string | undefined; signal: AbortSignal },
): Promise<LoggingConfig | undefined> {
  const client = new BedrockClient(awsClientConfig(settings, { region }));
  try {
    const command = new GetModelInvocationLoggingConfigurationCommand({});
    return (await client.send(command, { abortSignal: signal })).loggingConfig;
  } finally {
    client.destroy();
  }
}

/** The bucket that Bedrock logs to, if any, as far as it may be asked: {@linkcode bedrockChecks} tells why not. */
export async function loggingBuckets({ settings, region }: AwsPlace): Promise<string[]> {
  try {
    const config = await loggingConfig(settings, { region, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return config?.s3Config?.bucketName === undefined ? [] : [config.s3Config.bucketName];
  } catch {
    return [];
  }
}

/** Bedrock logs, with texts, and where the configuration reads. */
export async function bedrockChecks(
  id: string,
  { settings, region, expected }: { settings: AwsSettings; region: string | undefined; expected: Expected },
): Promise<readonly Finding[]> {
  const check = `${id}: Bedrock's logging`;
  return await askAws(check, {
    action: "bedrock:GetModelInvocationLoggingConfiguration",
    onlyDoctor: true,
    ask: async (signal) => [found(check, await loggingConfig(settings, { region, signal }), expected)],
  });
}

function found(check: string, config: LoggingConfig | undefined, { kind, bucket, group }: Expected): Finding {
  if (config === undefined) {
    return failed(check, "is off in this region: aws bedrock put-model-invocation-logging-configuration turns it on");
  }
  const { s3Config, cloudWatchConfig, textDataDeliveryEnabled } = config;
  if (kind === "s3" && s3Config?.bucketName === undefined) {
    return failed(check, "goes to no bucket: set s3Config there");
  }
  if (kind === "cloudwatch" && cloudWatchConfig?.logGroupName === undefined) {
    return failed(check, "goes to no log group: set cloudWatchConfig there, or read the bucket with awss3");
  }
  if (bucket !== undefined && s3Config?.bucketName !== bucket) {
    return failed(check, `goes to the bucket ${s3Config?.bucketName}, and ${bucket} is read: correct one of them`);
  }
  if (group !== undefined && cloudWatchConfig?.logGroupName !== group) {
    return failed(
      check,
      `goes to the group ${cloudWatchConfig?.logGroupName}, and ${group} is read: correct one of them`,
    );
  }
  if (textDataDeliveryEnabled === false) {
    return failed(check, "leaves out texts: set textDataDeliveryEnabled, or records arrive without messages");
  }
  return ok(check, `goes to ${s3Config?.bucketName ?? cloudWatchConfig?.logGroupName}`);
}

/** The group that a receiver reads, by name; undefined: several. */
export function groupOf({ log_group_arn, log_group_name }: AwscloudwatchConfig): string | undefined {
  return log_group_name ?? (log_group_arn === undefined ? undefined : groupOfArn(log_group_arn)?.name);
}
