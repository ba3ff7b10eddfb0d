import { environmentEndpoint } from "../../aws/environment.ts";
import { awsDomain, awsPermissions, hostOf } from "../../aws/permissions.ts";
import type { Permissions } from "../../component.ts";
import { type AwscloudwatchConfig, regionOf } from "./config.ts";

/** What reading the log groups needs, and the bucket of large bodies where there is one. */
export function awscloudwatchPermissions(
  config: AwscloudwatchConfig,
  { bodyBuckets }: { readonly bodyBuckets: readonly string[] } = { bodyBuckets: [] },
): Permissions {
  const region = regionOf(config);
  const hosts = [...logsHosts(config, region), ...bucketHosts(config, { region, bodyBuckets })];
  return awsPermissions(config, { region, hosts });
}

/** https://docs.aws.amazon.com/general/latest/gr/cwl_region.html */
function logsHosts(config: AwscloudwatchConfig, region: string | undefined): string[] {
  const endpoint = config.endpoint ?? environmentEndpoint("CLOUDWATCH_LOGS");
  if (endpoint !== undefined) return [hostOf(endpoint)];
  const service = config.fips_enabled ? "logs-fips" : "logs";
  return region === undefined ? [] : [`${service}.${region}.${awsDomain(region)}:443`];
}

/** Buckets are taken to be in the groups' region. Without `large_data_bucket` no bodies are read. */
function bucketHosts(
  config: AwscloudwatchConfig,
  { region, bodyBuckets }: { region: string | undefined; bodyBuckets: readonly string[] },
): string[] {
  const { large_data_bucket: bucket, fips_enabled } = config;
  if (bucket === undefined) return [];
  if (config.endpoint !== undefined) return [hostOf(config.endpoint)];
  const endpoint = environmentEndpoint("S3");
  const buckets = [bucket, ...bodyBuckets];
  if (endpoint !== undefined) return [hostOf(endpoint), ...buckets.map((name) => `${name}.${hostOf(endpoint)}`)];
  const service = fips_enabled ? "s3-fips" : "s3";
  return region === undefined ? [] : buckets.map((name) => `${name}.${service}.${region}.${awsDomain(region)}:443`);
}
