import { environmentEndpoint, type EnvironmentService } from "../../aws/environment.ts";
import { awsDomain, awsPermissions, hostOf } from "../../aws/permissions.ts";
import type { Permissions } from "../../component.ts";
import { type MetricsConfig, regionsOf } from "./config.ts";

interface Service {
  readonly variable: EnvironmentService;
  readonly host: string;
  readonly fipsHost: string;
}

const CLOUDWATCH: Service = { variable: "CLOUDWATCH", host: "monitoring", fipsHost: "monitoring-fips" };
// The tagging API has no FIPS endpoint of its own.
const TAGGING: Service = { variable: "RESOURCE_GROUPS_TAGGING_API", host: "tagging", fipsHost: "tagging-fips" };
const STS: Service = { variable: "STS", host: "sts", fipsHost: "sts-fips" };

/** What reading the metrics of all regions needs. */
export function metricsPermissions(config: MetricsConfig): Permissions {
  const regions = regionsOf(config);
  const [first] = regions;
  const services = [
    CLOUDWATCH,
    ...config.tags_filter === undefined ? [] : [TAGGING],
    ...config.role_arn === undefined ? [STS] : [],
  ];
  const hosts = regions.flatMap((region) => services.map((service) => hostOfService(service, { config, region })));
  return awsPermissions(config, { region: first, hosts });
}

function hostOfService(
  { variable, host, fipsHost }: Service,
  { config, region }: { config: MetricsConfig; region: string },
): string {
  const endpoint = config.endpoint ?? environmentEndpoint(variable);
  if (endpoint !== undefined) return hostOf(endpoint);
  return `${config.fips_enabled ? fipsHost : host}.${region}.${awsDomain(region)}:443`;
}
