import { environmentEndpoint } from "../../aws/environment.ts";
import { awsDomain, awsPermissions, hostOf } from "../../aws/permissions.ts";
import type { Permissions } from "../../component.ts";
import type { Awss3Config } from "./config.ts";
import { endpointOfQueueUrl, regionOfQueueUrl } from "./queue_url.ts";

/** What reading the queue and its objects needs; objects are taken to be in the queue's region. */
export function awss3Permissions(config: Awss3Config): Permissions {
  const fromUrl = config.queue_url === undefined ? undefined : regionOfQueueUrl(config.queue_url);
  const region = config.region ?? fromUrl ?? config.default_region;
  return awsPermissions(config, { region, hosts: [...queueHosts(config, region), ...storeHosts(config, region)] });
}

function queueHosts(config: Awss3Config, region: string | undefined): string[] {
  const fromUrl = config.queue_url === undefined ? undefined : endpointOfQueueUrl(config.queue_url);
  const endpoint = config.endpoint ?? environmentEndpoint("SQS") ?? fromUrl;
  if (endpoint !== undefined) return [hostOf(endpoint)];
  const service = config.fips_enabled ? "sqs-fips" : "sqs";
  return region === undefined ? [] : [`${service}.${region}.${awsDomain(region)}:443`];
}

/** Buckets are named in the host: any of them, as the queue may announce any, unless `allowed_buckets` says which. */
function storeHosts(config: Awss3Config, region: string | undefined): string[] {
  const endpoint = config.endpoint ?? environmentEndpoint("S3");
  if (endpoint === undefined && region === undefined) return [];
  const service = config.fips_enabled ? "s3-fips" : "s3";
  const host = endpoint === undefined ? `${service}.${region}.${awsDomain(region ?? "")}:443` : hostOf(endpoint);
  if (config.path_style || /^[\d.]+:|^\[/.test(host)) return [host];
  const buckets = config.allowed_buckets?.map((bucket) => `${bucket}.${host}`) ?? [`*.${host}`];
  return [host, ...buckets];
}
