import { environmentEndpoint } from "../../aws/environment.ts";
import { awsPermissions, serviceHosts } from "../../aws/permissions.ts";
import type { Permissions } from "../../component/component.ts";
import { type AwscloudwatchConfig, regionOf } from "./config.ts";

/** What reading the log groups needs, and the bucket of large bodies where there is one. */
export function awscloudwatchPermissions(
  config: AwscloudwatchConfig,
  { bodyBuckets }: { readonly bodyBuckets: readonly string[] } = { bodyBuckets: [] },
): Permissions {
  const region = regionOf(config);
  // https://docs.aws.amazon.com/general/latest/gr/cwl_region.html
  const logs = serviceHosts(config, { variable: "CLOUDWATCH_LOGS", name: "logs", region });
  const hosts = [...logs, ...bucketHosts(config, { region, bodyBuckets })];
  return awsPermissions(config, { region, hosts });
}

/** Buckets are taken to be in the groups' region. Without `large_data_bucket` no bodies are read. */
function bucketHosts(
  config: AwscloudwatchConfig,
  { region, bodyBuckets }: { region: string | undefined; bodyBuckets: readonly string[] },
): string[] {
  const { large_data_bucket: bucket, endpoint } = config;
  const [host] = serviceHosts(config, { variable: "S3", name: "s3", region });
  if (bucket === undefined || host === undefined) return [];
  if (endpoint !== undefined) return [host];
  const hosts = [bucket, ...bodyBuckets].map((name) => `${name}.${host}`);
  return environmentEndpoint("S3") === undefined ? hosts : [host, ...hosts];
}
