import { z } from "zod";
import { misspeltRegions, regionSetting } from "../../aws/region.ts";
import { awsProblems, awsShape, bucketName, oneOfProblems } from "../../aws/settings.ts";
import type { Problem } from "../../component/component.ts";
import { duration } from "../../config/settings.ts";
import { parseGroupArn } from "./log_group.ts";

/** CloudWatch Logs takes no more names of streams in one call. */
const MAX_STREAMS = 100;

const sweep = z.strictObject({
  every: duration({ min: "1m" }).prefault("1h").describe("How often."),
  window: duration({ min: "1m" }).prefault("3h").describe(
    "How far back. An event that comes up to window less every after its time is found.",
  ),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
const name = z.string().min(1).regex(/^[\w.#/-]+$/, {
  error: (issue) =>
    String(issue.input).startsWith("arn:")
      ? "expected the name of a log group, and this is an ARN: set log_group_arn"
      : "expected the name of a log group: letters, digits and _ - / . #",
});

/** Settings of the receiver `awscloudwatch`; durations in ms. */
export const awscloudwatchSchema = z.strictObject({
  log_group_arn: z.string().refine((arn) => parseGroupArn(arn) !== undefined, {
    error: "expected the ARN of a log group, such as arn:aws:logs:us-east-1:123456789012:log-group:NAME",
  }).optional().describe("ARN of the log group; may be in another account that shares it with this one."),
  log_group_name: name.optional().describe("Name of the log group, in region_name."),
  log_group_name_prefix: name.optional().describe("Read all log groups whose names begin so."),
  include_linked_accounts_for_prefix_mode: z.boolean().default(false).describe(
    "With log_group_name_prefix: also groups of accounts that share theirs with this one.",
  ),
  region_name: regionSetting().optional().describe("Region of the log groups; region does the same."),
  log_streams: z.array(z.string().min(1)).min(1).max(MAX_STREAMS).optional().describe(
    "Read only these streams of the group. Unset: all.",
  ),
  log_stream_prefix: z.string().min(1).optional().describe("Read only streams whose names begin so."),
  start_position: z.enum(["beginning", "end", "lastSync"]).default("beginning").describe(
    "Where to begin in a group that has no checkpoint yet: with its first event (lastSync does the same), or with what " +
      "comes from now on. A checkpoint always takes precedence.",
  ),
  scan_frequency: duration({ min: "1s" }).prefault("1m").describe("How often each group is read."),
  latency: duration().prefault("1m").describe("Events are read once they are so old: most have arrived by then."),
  overlap: duration().prefault("10m").describe("Each scan reads so much of the one before again, for late events."),
  sweep: sweep.prefault({}).describe("Now and then more is read again, for events that come still later."),
  api_sleep: duration().prefault("200ms").describe(
    "Least time between two calls. More is left while CloudWatch Logs says that it is asked too often.",
  ),
  number_of_workers: z.int().min(1).default(1).describe("Groups that are read at once."),
  large_data_bucket: bucketName().optional().describe(
    "Bucket where Bedrock writes bodies that are too large for an event, for joining them.",
  ),
  ...awsShape,
});

export type AwscloudwatchConfig = z.output<typeof awscloudwatchSchema>;

const WAYS = ["log_group_arn", "log_group_name", "log_group_name_prefix"] as const;

/** Mistakes across settings. */
export function awscloudwatchProblems(config: AwscloudwatchConfig): Problem[] {
  return [...groupProblems(config), ...regionProblems(config), ...windowProblems(config), ...awsProblems(config)];
}

function groupProblems(config: AwscloudwatchConfig): Problem[] {
  const problems = oneOfProblems(config, WAYS);
  if (config.include_linked_accounts_for_prefix_mode && config.log_group_name_prefix === undefined) {
    problems.push({
      path: "include_linked_accounts_for_prefix_mode",
      message: "needs log_group_name_prefix beside it; a single group of another account is named by log_group_arn",
    });
  }
  if (config.log_streams !== undefined && config.log_stream_prefix !== undefined) {
    problems.push({ path: "log_stream_prefix", message: "excludes log_streams: set one of them" });
  }
  return problems;
}

function regionProblems({ log_group_arn, region_name, region, endpoint }: AwscloudwatchConfig): Problem[] {
  const problems: Problem[] = [];
  if (region_name !== undefined && region !== undefined && region_name !== region) {
    problems.push({ path: "region_name", message: `is ${region_name}, but region is ${region}: set only one` });
  }
  const named = region_name ?? region;
  const ofArn = log_group_arn === undefined ? undefined : parseGroupArn(log_group_arn)?.region;
  if (endpoint === undefined) problems.push(...misspeltRegions({ region_name, log_group_arn: ofArn }));
  if (ofArn !== undefined && named !== undefined && named !== ofArn) {
    const path = region_name === undefined ? "region" : "region_name";
    problems.push({ path, message: `is ${named}, but log_group_arn is in ${ofArn}: leave it out` });
  }
  return problems;
}

function windowProblems({ overlap, sweep }: AwscloudwatchConfig): Problem[] {
  if (sweep.window >= sweep.every + overlap) return [];
  return [{ path: "sweep.window", message: "expected at least sweep.every and overlap together" }];
}

/** The region of the groups, as far as the settings name it. */
export function regionOf(config: AwscloudwatchConfig): string | undefined {
  const ofArn = config.log_group_arn === undefined ? undefined : parseGroupArn(config.log_group_arn)?.region;
  return ofArn ?? config.region_name ?? config.region ?? config.default_region;
}
