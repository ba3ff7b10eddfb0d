import { environmentEndpoint } from "../../aws/environment.ts";
import { awsPermissions, serviceHosts } from "../../aws/permissions.ts";
import type { Permissions } from "../../component/component.ts";
import { type Awss3Config, listedBucket } from "./config.ts";
import { endpointOfQueueUrl, regionOfQueueUrl } from "./queue/queue_url.ts";

/** What reading needs: the queue and its objects, or the bucket; buckets are taken to be in the region that is known. */
export function awss3Permissions(
  config: Awss3Config,
  { bodyBuckets }: { readonly bodyBuckets: readonly string[] } = { bodyBuckets: [] },
): Permissions {
  const { queue_url: queueUrl } = config;
  if (queueUrl === undefined) {
    const region = listedBucket(config)?.region ?? config.region ?? config.default_region;
    return awsPermissions(config, { region, hosts: storeHosts(config, { region, bodyBuckets }) });
  }
  const region = config.region ?? regionOfQueueUrl(queueUrl) ?? config.default_region;
  const queueHosts = serviceHosts(config, {
    variable: "SQS",
    name: "sqs",
    region,
    endpoint: endpointOfQueueUrl(queueUrl),
  });
  const hosts = [...queueHosts, ...storeHosts(config, { region, bodyBuckets })];
  return awsPermissions(config, { region, hosts });
}

/**
 * Buckets are named in the host: the one that is listed, those of `allowed_buckets`, or any of them, as the queue may
 * announce any; and those of bodies, which are taken to be in the same region.
 */
function storeHosts(
  config: Awss3Config,
  { region, bodyBuckets }: { region: string | undefined; bodyBuckets: readonly string[] },
): string[] {
  const endpoint = config.endpoint ?? environmentEndpoint("S3");
  if (endpoint === undefined && config.access_point_arn !== undefined) {
    const [, account, accessPoint] = /:(\d{12}):accesspoint[/:](.+)$/.exec(config.access_point_arn) ?? [];
    return serviceHosts(config, { variable: "S3", name: "s3-accesspoint", region })
      .map((host) => `${accessPoint}-${account}.${host}`);
  }
  const [host] = serviceHosts(config, { variable: "S3", name: "s3", region });
  if (host === undefined) return [];
  if (config.path_style || /^[\d.]+:|^\[/.test(host)) return [host];
  const listed = listedBucket(config)?.name;
  const buckets = listed === undefined ? config.allowed_buckets ?? ["*"] : [listed];
  return [host, ...[...buckets, ...bodyBuckets].map((bucket) => `${bucket}.${host}`)];
}
