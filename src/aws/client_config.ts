import { credentialsOf } from "./credentials.ts";
import { AwsHttpHandler } from "./time_limited_handler.ts";
import type { AwsSettings } from "./settings.ts";

/** What the constructor of every AWS client takes. */
export type AwsClientConfig = ReturnType<typeof awsClientConfig>;

/**
 * The SDK's default logger writes to the console. Where `info` is missing, the SDK does not copy each call's input and output
 * for a line that nobody would read.
 */
const SILENT = { debug() {}, warn() {}, error() {} } as Record<"debug" | "info" | "warn" | "error", () => void>;

/** Tries of one call within the SDK; those who call it try again on their own terms. */
const MAX_ATTEMPTS = 3;

/**
 * The configuration of an AWS client: credentials, region, endpoint, proxy, time-outs, tries. `region` is what the
 * caller knows of the place it reads from, undefined when nothing is known.
 */
export function awsClientConfig(settings: AwsSettings, options: { region: string | undefined }) {
  const region = options.region ?? settings.region ?? settings.default_region;
  const requestHandler = new AwsHttpHandler({ timeoutMs: settings.api_timeout, proxyUrl: settings.proxy_url });
  const credentials = credentialsOf(settings, { region, requestHandler });
  return {
    credentials: credentials.get,
    /** For {@linkcode renewingCredentials}, which finds it in the client's configuration. */
    renewCredentials: () => credentials.renew(),
    requestHandler,
    retryMode: "standard" as const,
    maxAttempts: MAX_ATTEMPTS,
    useFipsEndpoint: settings.fips_enabled,
    userAgentAppId: "bedrock-otel",
    logger: SILENT,
    // Else the SDK's own search (AWS_REGION, profile), and AWS_ENDPOINT_URL or AWS's own endpoint.
    ...(region === undefined ? {} : { region }),
    ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
    ...(settings.credential_profile_name === undefined ? {} : { profile: settings.credential_profile_name }),
  };
}

/** Settings of an S3 client beside {@linkcode awsClientConfig}. */
export function s3ClientConfig(settings: AwsSettings, options: { region: string | undefined; pathStyle: boolean }) {
  return {
    ...awsClientConfig(settings, { region: options.region }),
    forcePathStyle: options.pathStyle,
    // Objects carry their own check (gzip); checksums of everything cost CPU time and are unknown to other stores.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestChecksumCalculation: "WHEN_REQUIRED",
  } as const;
}
