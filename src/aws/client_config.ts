import { credentialsOf, type CredentialsProvider } from "./credentials.ts";
import { AwsHttpHandler } from "./time_limited_handler.ts";
import type { AwsSettings } from "./settings.ts";

/** What the constructor of every AWS client takes. */
export interface AwsClientConfig {
  readonly credentials: CredentialsProvider;
  /** For {@linkcode renewingCredentials}, which finds it in the client's configuration. */
  readonly renewCredentials: () => boolean;
  readonly requestHandler: AwsHttpHandler;
  readonly retryMode: "standard";
  readonly maxAttempts: number;
  readonly useFipsEndpoint: boolean;
  readonly userAgentAppId: string;
  readonly logger: SdkLogger;
  /** Absent: the SDK's own search (AWS_REGION, profile). */
  readonly region?: string;
  /** Absent: AWS_ENDPOINT_URL, else AWS's own. */
  readonly endpoint?: string;
  readonly profile?: string;
}

/** The SDK's default logger writes to the console. */
interface SdkLogger {
  debug(): void;
  info(): void;
  warn(): void;
  error(): void;
}

/** Where `info` is missing, the SDK does not copy each call's input and output for a line that nobody would read. */
const SILENT = { debug() {}, warn() {}, error() {} } as SdkLogger;

/** Tries of one call within the SDK; those who call it try again on their own terms. */
const MAX_ATTEMPTS = 3;

/**
 * The configuration of an AWS client: credentials, region, endpoint, proxy, time-outs, tries. `region` is what the
 * caller knows of the place it reads from, undefined when nothing is known.
 */
export function awsClientConfig(settings: AwsSettings, options: { region: string | undefined }): AwsClientConfig {
  const region = options.region ?? settings.region ?? settings.default_region;
  const requestHandler = new AwsHttpHandler({ timeoutMs: settings.api_timeout, proxyUrl: settings.proxy_url });
  const credentials = credentialsOf(settings, { region, requestHandler });
  return {
    credentials: credentials.get,
    renewCredentials: () => credentials.renew(),
    requestHandler,
    retryMode: "standard",
    maxAttempts: MAX_ATTEMPTS,
    useFipsEndpoint: settings.fips_enabled,
    userAgentAppId: "bedrock-otel",
    logger: SILENT,
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
