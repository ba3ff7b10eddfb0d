import { environmentEndpoint } from "../../aws/environment.ts";
import { awsDomain, awsPermissions, hostOf } from "../../aws/permissions.ts";
import type { Permissions } from "../../component.ts";
import { type AwscloudwatchConfig, regionOf } from "./config.ts";

/** What reading the log groups needs, and the bucket of large bodies where there is one. */
export function awscloudwatchPermissions(config: AwscloudwatchConfig): Permissions {
  const region = regionOf(config);
  return awsPermissions(config, { region, hosts: [...logsHosts(config, region), ...bucketHosts(config, region)] });
}

/** https://docs.aws.amazon.com/general/latest/gr/cwl_region.html */
function logsHosts(config: AwscloudwatchConfig, region: string | undefined): string[] {
  const endpoint = config.endpoint ?? environmentEndpoint("CLOUDWATCH_LOGS");
  if (endpoint !== undefined) return [hostOf(endpoint)];
  const service = config.fips_enabled ? "logs-fips" : "logs";
  return region === undefined ? [] : [`${service}.${region}.${awsDomain(region)}:443`];
}

/** The bucket is taken to be in the groups' region. */
function bucketHosts(config: AwscloudwatchConfig, region: string | undefined): string[] {
  const { large_data_bucket: bucket, fips_enabled } = config;
  if (bucket === undefined) return [];
  if (config.endpoint !== undefined) return [hostOf(config.endpoint)];
  const endpoint = environmentEndpoint("S3");
  if (endpoint !== undefined) return [hostOf(endpoint), `${bucket}.${hostOf(endpoint)}`];
  const service = fips_enabled ? "s3-fips" : "s3";
  return region === undefined ? [] : [`${bucket}.${service}.${region}.${awsDomain(region)}:443`];
}
