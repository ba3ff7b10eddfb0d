/** The endpoint that the environment names for a service, as the AWS SDK reads it; undefined when there is none. */
export function environmentEndpoint(service: "S3" | "SQS" | "STS" | "CLOUDWATCH_LOGS"): string | undefined {
  for (const name of [`AWS_ENDPOINT_URL_${service}`, "AWS_ENDPOINT_URL"]) {
    try {
      const value = Deno.env.get(name);
      if (value !== undefined && value !== "") return value;
    } catch {
      // Not allowed to look: then the SDK does not see it either.
    }
  }
  return undefined;
}
