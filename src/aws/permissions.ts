import { environmentVariable } from "../component/environment.ts";
import type { Permissions } from "../component/component.ts";
import { hostOf } from "../http/host_port.ts";
import { environmentEndpoint, type EnvironmentService } from "./environment.ts";
import { awsDomain } from "./partition.ts";
import type { AwsSettings } from "./settings.ts";

/** Where containers and instances get their roles' credentials. */
const METADATA_HOSTS = ["169.254.169.254:80", "169.254.170.2:80", "169.254.170.23:80"];

/** What the SDK's default credential chain looks at. */
const CHAIN_VARIABLES = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_PROFILE",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/** Tokens that the platform puts into a container (EKS web identity and pod identity). */
const TOKEN_FOLDER = "/var/run/secrets";

/**
 * The permissions that the AWS clients of a receiver need; `hosts` are those of the services it reads from, as
 * `host:port` (a host may begin with `*.`).
 */
export function awsPermissions(
  settings: AwsSettings,
  options: { region: string | undefined; hosts: readonly string[] },
): Permissions {
  const hasKeys = settings.access_key_id !== undefined;
  const hasProfile = settings.credential_profile_name !== undefined || settings.shared_credential_file !== undefined;
  const usesChain = !hasKeys && !hasProfile;
  const net = [...options.hosts];
  // Deno asks for both, the proxy's host and the one behind it.
  if (settings.proxy_url !== undefined) net.push(hostOf(settings.proxy_url));
  if (!hasKeys || settings.role_arn !== undefined) net.push(stsHost(settings, options.region));
  if (usesChain) net.push(...METADATA_HOSTS);
  return {
    net: [...new Set(net)],
    read: hasKeys ? [] : [...profileFiles(settings), ...(usesChain ? [TOKEN_FOLDER] : [])],
    env: [
      "AWS_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_S3",
      "AWS_ENDPOINT_URL_SQS",
      "AWS_ENDPOINT_URL_STS",
      "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
      "AWS_ENDPOINT_URL_CLOUDWATCH",
      "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API",
      "HOME",
      ...(usesChain ? CHAIN_VARIABLES : []),
    ],
    sys: ["osRelease", "uid", "homedir"],
  };
}

/** A service of AWS as its host names it. */
export interface AwsService {
  readonly variable: EnvironmentService;
  /** First part of its own hosts. */
  readonly name: string;
  readonly region: string | undefined;
  /** Where it is unless settings or environment say otherwise. */
  readonly endpoint?: string | undefined;
}

/** The host of a service, as `host:port`: of its endpoint, else AWS's own in the region. None where neither is known. */
export function serviceHosts(
  settings: AwsSettings,
  { variable, name, region, endpoint: otherwise }: AwsService,
): string[] {
  const endpoint = settings.endpoint ?? environmentEndpoint(variable) ?? otherwise;
  if (endpoint !== undefined) return [hostOf(endpoint)];
  const service = settings.fips_enabled ? `${name}-fips` : name;
  return region === undefined ? [] : [`${service}.${region}.${awsDomain(region)}:443`];
}

function stsHost({ sts_endpoint }: AwsSettings, region: string | undefined): string {
  const endpoint = sts_endpoint ?? environmentEndpoint("STS");
  if (endpoint !== undefined) return hostOf(endpoint);
  return region === undefined ? "sts.amazonaws.com:443" : `sts.${region}.${awsDomain(region)}:443`;
}

function profileFiles(settings: AwsSettings): string[] {
  const home = environmentVariable("HOME");
  const files = settings.shared_credential_file === undefined ? [] : [settings.shared_credential_file];
  return home === undefined ? files : [...files, `${home}/.aws`];
}
