import { z } from "zod";
import { environmentEndpoint, wrongEndpointVariables } from "./environment.ts";
import type { Problem } from "../component/component.ts";
import { misspeltRegions, regionSetting } from "./region.ts";
import { duration, secret, SECRETS } from "../config/settings.ts";

/** The name of a bucket, of any store: not its ARN, and no URI. */
export function bucketName() {
  return z.string().regex(/^(?!arn:)[^/]+$/, {
    error: "expected the name of a bucket alone, such as bedrock-logs: no ARN, no s3:// and no prefix",
  });
}

/** Settings that all AWS receivers share; each spreads them into its own strict object. Durations are ms. */
export const awsShape = {
  access_key_id: secret().min(1).optional().describe("Access key id. Unset: the AWS SDK's default credential chain."),
  secret_access_key: secret().min(1).optional().describe("Secret of access_key_id."),
  session_token: secret().min(1).optional().describe("Session token, when access_key_id is a temporary one."),
  role_arn: z.string().regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, {
    error: "expected the ARN of a role, such as arn:aws:iam::123456789012:role/NAME",
  }).optional().describe("Role to assume with the credentials found otherwise."),
  external_id: z.string().min(1).optional().describe("External id that the trust policy of role_arn asks for."),
  shared_credential_file: z.string().min(1).optional().describe(
    "Path of a credentials file instead of the default one.",
  ),
  credential_profile_name: z.string().min(1).optional().describe("Profile of the shared credentials and config files."),
  default_region: regionSetting().optional().describe("Region where none is named otherwise."),
  region: regionSetting().optional().describe(
    "Region; takes precedence over the one in a queue's URL. Needed for custom endpoints, whose URL names none.",
  ),
  endpoint: z.url({ protocol: /^https?$/, error: "expected a URL such as https://minio.example.com:9000" }).optional()
    .describe("URL of an AWS-compatible service. Unset: AWS_ENDPOINT_URL, else AWS's own regional endpoints."),
  sts_endpoint: z.url({ protocol: /^https?$/, error: "expected a URL such as https://sts.example.com" }).optional()
    .describe(
      "URL of the STS at which role_arn is assumed. Unset: AWS_ENDPOINT_URL_STS, else AWS's own, whatever endpoint names.",
    ),
  fips_enabled: z.boolean().default(false).describe("Use AWS's FIPS endpoints."),
  proxy_url: z.url({ error: "expected a URL such as http://proxy.example.com:3128" })
    .register(SECRETS, { secret: true }).optional()
    .describe("Proxy for requests to AWS. Unset: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment."),
  api_timeout: duration({ min: "1s" }).prefault("120s").describe(
    "Longest wait for the whole answer to one request to AWS, from connecting to its last byte. " +
      "Of an object, which may be large: for its beginning, and then for more of it.",
  ),
};

const awsSettings = z.object(awsShape);

/** The parsed settings of {@linkcode awsShape}. */
export type AwsSettings = z.output<typeof awsSettings>;

/** What a valid configuration may not have meant. */
export function awsAdvice(settings: AwsSettings): Problem[] {
  const { role_arn, endpoint, sts_endpoint = environmentEndpoint("STS") } = settings;
  if (role_arn === undefined || endpoint === undefined || sts_endpoint !== undefined) return [];
  // A VPC endpoint of AWS's own, say: its roles are in AWS's STS.
  if (/\.amazonaws\.com(?:\.cn)?$/.test(new URL(endpoint).hostname)) return [];
  return [{
    path: "role_arn",
    message:
      "the role is assumed at AWS's own STS, not at endpoint: set sts_endpoint where another service knows the role",
  }];
}

/** The mistake that not exactly one of these settings is set. */
export function oneOfProblems<Name extends string>(
  settings: { readonly [name in Name]?: unknown },
  names: readonly Name[],
): Problem[] {
  const set = names.filter((name) => settings[name] !== undefined);
  if (set.length === 1) return [];
  const found = set.length === 0 ? "none is" : `${set.join(" and ")} are`;
  return [{ path: "", message: `exactly one of ${names.join(", ")} must be set, ${found}` }];
}

/** Mistakes across the shared settings. */
export function awsProblems(settings: AwsSettings): Problem[] {
  const problems: Problem[] = [];
  // Another store may call its region as it likes.
  if (settings.endpoint === undefined && environmentEndpoint("S3") === undefined) {
    problems.push(...misspeltRegions({ region: settings.region, default_region: settings.default_region }));
  }
  if (settings.endpoint === undefined) {
    for (const name of wrongEndpointVariables()) {
      problems.push({
        path: "",
        message: `environment variable ${name}: expected a URL such as http://localhost:4566`,
      });
    }
  }
  const needs = (name: keyof AwsSettings, other: keyof AwsSettings) => {
    if (settings[name] !== undefined && settings[other] === undefined) {
      problems.push({ path: name, message: `needs ${other} beside it` });
    }
  };
  needs("access_key_id", "secret_access_key");
  needs("secret_access_key", "access_key_id");
  needs("session_token", "access_key_id");
  needs("external_id", "role_arn");
  if (settings.fips_enabled && settings.sts_endpoint !== undefined) {
    problems.push({ path: "fips_enabled", message: "has no meaning beside sts_endpoint: name a FIPS endpoint there" });
  }
  if (settings.fips_enabled && settings.endpoint !== undefined) {
    problems.push({ path: "fips_enabled", message: "has no meaning beside endpoint: name a FIPS endpoint there" });
  }
  if (settings.access_key_id !== undefined) {
    for (const name of ["credential_profile_name", "shared_credential_file"] as const) {
      if (settings[name] !== undefined) {
        problems.push({ path: name, message: "excludes access_key_id: set one of them" });
      }
    }
  }
  return problems;
}
