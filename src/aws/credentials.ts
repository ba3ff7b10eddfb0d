import { fromIni, fromNodeProviderChain, fromProcess, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { inTime } from "../async/in_time.ts";
import { isProcessRefused } from "./aws_error.ts";
import { type AwsHttpHandler, AwsTimeoutError } from "./http_handler.ts";
import type { AwsSettings } from "./settings.ts";

/** Credentials of the AWS SDK. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The SDK asks the provider again before this. */
  readonly expiration?: Date;
}

export type CredentialsProvider = () => Promise<Credentials>;

/** After so long a session token of a file is read again: the file says nothing about its end. */
const REREAD_FILE_MS = 15 * 60_000;

/** A request's own error, which names its host, comes before that of the whole search for credentials. */
const GRACE_MS = 1000;

export interface CredentialsOptions {
  readonly region: string | undefined;
  readonly requestHandler: AwsHttpHandler;
}

/**
 * Where the credentials come from: keys in the settings, else a profile, else the SDK's default chain (environment,
 * profile, SSO, web identity, container and instance roles); with `role_arn`, that role assumed with them.
 */
export function credentialsOf(settings: AwsSettings, options: CredentialsOptions): CredentialsProvider {
  const base = baseCredentials(settings, options.requestHandler);
  if (settings.role_arn === undefined) return base;
  return fromTemporaryCredentials({
    params: {
      RoleArn: settings.role_arn,
      RoleSessionName: "bedrock-otel",
      ...(settings.external_id === undefined ? {} : { ExternalId: settings.external_id }),
    },
    masterCredentials: base,
    clientConfig: {
      requestHandler: options.requestHandler,
      useFipsEndpoint: settings.fips_enabled,
      ...(options.region === undefined ? {} : { region: options.region }),
      ...(settings.sts_endpoint === undefined ? {} : { endpoint: settings.sts_endpoint }),
    },
  });
}

function baseCredentials(settings: AwsSettings, requestHandler: AwsHttpHandler): CredentialsProvider {
  const { access_key_id, secret_access_key, session_token } = settings;
  if (access_key_id !== undefined && secret_access_key !== undefined) {
    const credentials = {
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      ...(session_token === undefined ? {} : { sessionToken: session_token }),
    };
    return () => Promise.resolve(credentials);
  }
  const isProfile = settings.credential_profile_name !== undefined || settings.shared_credential_file !== undefined;
  const search = () =>
    isProfile ? profileCredentials(settings, requestHandler) : chainCredentials({ clientConfig: { requestHandler } });
  return searchInTime(search, settings.api_timeout + GRACE_MS);
}

/**
 * Credentials with a time limit: the SDK asks containers and instances with a handler of its own, which waits for ever.
 * Who asks a search that hangs would wait with it, so that then another one begins.
 */
function searchInTime(search: () => CredentialsProvider, timeoutMs: number): CredentialsProvider {
  let provider = search();
  const late = () => {
    provider = search();
    return new AwsTimeoutError(`no credentials found within ${timeoutMs} ms`);
  };
  return () => inTime(provider(), { timeoutMs, late });
}

/** The default chain, which hides why a profile with `credential_process` gave nothing. */
function chainCredentials(init: NonNullable<Parameters<typeof fromNodeProviderChain>[0]>): CredentialsProvider {
  const chain = fromNodeProviderChain(init);
  return async () => {
    try {
      return await chain();
    } catch (error) {
      const reason = await fromProcess()().then(() => undefined, (reason: unknown) => reason);
      throw isProcessRefused(reason) ? reason : error;
    }
  };
}

function profileCredentials(settings: AwsSettings, requestHandler: AwsHttpHandler): CredentialsProvider {
  const provider = fromIni({
    ignoreCache: true,
    clientConfig: { requestHandler },
    ...(settings.credential_profile_name === undefined ? {} : { profile: settings.credential_profile_name }),
    ...(settings.shared_credential_file === undefined ? {} : { filepath: settings.shared_credential_file }),
  });
  return async () => {
    const credentials = await provider();
    const isUndated = credentials.sessionToken !== undefined && credentials.expiration === undefined;
    return isUndated ? { ...credentials, expiration: new Date(Date.now() + REREAD_FILE_MS) } : credentials;
  };
}
