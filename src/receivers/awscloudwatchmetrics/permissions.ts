import { awsPermissions, type AwsService, serviceHosts } from "../../aws/permissions.ts";
import type { Permissions } from "../../component/component.ts";
import { type MetricsConfig, regionsOf } from "./config.ts";

type Service = Pick<AwsService, "variable" | "name">;

const CLOUDWATCH: Service = { variable: "CLOUDWATCH", name: "monitoring" };
const TAGGING: Service = { variable: "RESOURCE_GROUPS_TAGGING_API", name: "tagging" };
const STS: Service = { variable: "STS", name: "sts" };

/** What reading the metrics of all regions needs. */
export function metricsPermissions(config: MetricsConfig): Permissions {
  const regions = regionsOf(config);
  const [first] = regions;
  const services = [
    CLOUDWATCH,
    ...config.tags_filter === undefined ? [] : [TAGGING],
    ...config.role_arn === undefined ? [STS] : [],
  ];
  const hosts = regions.flatMap((region) =>
    services.flatMap((service) => serviceHosts(service === STS ? atSts(config) : config, { ...service, region }))
  );
  return awsPermissions(config, { region: first, hosts });
}

/** The settings as they hold for STS. */
function atSts({ endpoint, sts_endpoint = endpoint, ...settings }: MetricsConfig): MetricsConfig {
  return { ...settings, endpoint: sts_endpoint };
}
