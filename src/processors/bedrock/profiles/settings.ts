import { environmentRegion } from "../../../aws/environment.ts";
import { awsPermissions, serviceHosts } from "../../../aws/permissions.ts";
import { awsAdvice, awsProblems, type AwsSettings } from "../../../aws/settings.ts";
import type { Permissions, Problem } from "../../../component/component.ts";
import type { BedrockConfig } from "../config.ts";

/** Mistakes across the settings by which Bedrock is asked. */
export function profileProblems({ aws, resolve_inference_profiles }: BedrockConfig): Problem[] {
  return resolve_inference_profiles ? below(awsProblems(aws)) : [];
}

export function profileAdvice({ aws, resolve_inference_profiles }: BedrockConfig): Problem[] {
  return resolve_inference_profiles ? below(awsAdvice(aws)) : [];
}

function below(problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ path: `aws.${path}`, message }));
}

/** What asking Bedrock needs. A profile is asked for in its own region, which nobody knows before. */
export function profilePermissions(aws: AwsSettings): Permissions {
  const region = aws.region ?? aws.default_region ?? environmentRegion();
  // https://docs.aws.amazon.com/general/latest/gr/bedrock.html
  const hosts = serviceHosts(aws, { variable: "BEDROCK", name: "bedrock", region });
  const needed = awsPermissions(aws, { region, hosts: hosts.length > 0 ? hosts : ["*.amazonaws.com:443"] });
  return { ...needed, env: [...needed.env ?? [], "AWS_ENDPOINT_URL_BEDROCK"] };
}
