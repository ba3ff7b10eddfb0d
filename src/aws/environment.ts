/** What the environment says of AWS. What Deno may not look at, the SDK does not see either. */
import { environmentVariable } from "../component/environment.ts";

/** Services whose endpoint the environment may name, as the AWS SDK spells them there. */
const SERVICES = [
  "S3",
  "SQS",
  "STS",
  "CLOUDWATCH",
  "CLOUDWATCH_LOGS",
  "RESOURCE_GROUPS_TAGGING_API",
  "BEDROCK",
] as const;
export type EnvironmentService = typeof SERVICES[number];

/** The endpoint that the environment names for a service, as the AWS SDK reads it; undefined when there is none. */
export function environmentEndpoint(service: EnvironmentService): string | undefined {
  return environmentVariable(`AWS_ENDPOINT_URL_${service}`) ?? environmentVariable("AWS_ENDPOINT_URL");
}

/** Variables that name an endpoint and hold no URL, which the SDK would try to reach for ever. */
export function wrongEndpointVariables(): string[] {
  return ["AWS_ENDPOINT_URL", ...SERVICES.map((service) => `AWS_ENDPOINT_URL_${service}`)].filter((name) => {
    const value = environmentVariable(name);
    return value !== undefined && !/^https?:$/.test(URL.parse(value)?.protocol ?? "");
  });
}

/** The region that the environment names, as the AWS SDK reads it. */
export function environmentRegion(): string | undefined {
  return environmentVariable("AWS_REGION");
}
