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
  return variable(`AWS_ENDPOINT_URL_${service}`) ?? variable("AWS_ENDPOINT_URL");
}

/** The region that the environment names, as the AWS SDK reads it. */
export function environmentRegion(): string | undefined {
  return variable("AWS_REGION");
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    // Not allowed to look: then the SDK does not see it either.
    return undefined;
  }
}
