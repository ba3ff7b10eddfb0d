/** What the environment says of AWS. What Deno may not look at, the SDK does not see either. */
import { environmentVariable } from "../component/environment.ts";

/** Services whose endpoint the environment may name, as the AWS SDK spells them there. */
export type EnvironmentService =
  | "S3"
  | "SQS"
  | "STS"
  | "CLOUDWATCH"
  | "CLOUDWATCH_LOGS"
  | "RESOURCE_GROUPS_TAGGING_API"
  | "BEDROCK";

/** The endpoint that the environment names for a service, as the AWS SDK reads it; undefined when there is none. */
export function environmentEndpoint(service: EnvironmentService): string | undefined {
  return environmentVariable(`AWS_ENDPOINT_URL_${service}`) ?? environmentVariable("AWS_ENDPOINT_URL");
}

/** The region that the environment names, as the AWS SDK reads it. */
export function environmentRegion(): string | undefined {
  return environmentVariable("AWS_REGION");
}
