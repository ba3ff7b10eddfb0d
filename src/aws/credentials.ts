import { fromIni, fromNodeProviderChain, fromProcess, fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { inTime } from "../async/in_time.ts";
import { isProcessRefused } from "./aws_error.ts";
import { type AwsHttpHandler, AwsTimeoutError } from "./time_limited_handler.ts";
import type { AwsSettings } from "./settings.ts";

/** Credentials of the AWS SDK, which asks again before their `expiration`. */
export type Credentials = Awaited<ReturnType<ReturnType<typeof fromIni>>>;

export type CredentialsProvider = () => Promise<Credentials>;

/** After so long a session token of a file is read again: the file says nothing about its end. */
const REREAD_FILE_MS = 15 * 60_000;

/** Credentials are read again so long before they expire. */
const EXPIRING_MS = 5 * 60_000;

/** Less than the SDK takes for expired. */
const ASK_AGAIN_MS = 60_000;

/** A source is read again at most so often because of refusals. */
const RENEW_MS = 5000;

/** A request's own error, which names its host, comes before that of the whole search for credentials. */
const GRACE_MS = 1000;

export interface CredentialsOptions {
  readonly region: string | undefined;
  readonly requestHandler: AwsHttpHandler;
}

/** Credentials, and what to do when AWS refuses them. */
export interface CredentialsSource {
  readonly get: CredentialsProvider;
  /** AWS refused them: reads the source again with the next call. False when that was done a moment ago. */
  renew(): boolean;
}

/**
 * Where the credentials come from: keys in the settings, else a profile, else the SDK's default chain (environment,
 * profile, SSO, web identity, container and instance roles); with `role_arn`, that role assumed with them.
 */
export function credentialsOf(settings: AwsSettings, options: CredentialsOptions): CredentialsSource {
  const base = baseCredentials(settings, options.requestHandler);
  const { role_arn: RoleArn, external_id: ExternalId } = settings;
  if (RoleArn === undefined) return base;
  const role = new KeptCredentials(() =>
    fromTemporaryCredentials({
      params: { RoleArn, RoleSessionName: "bedrock-otel", ...ExternalId !== undefined && { ExternalId } },
      masterCredentials: base.get,
      clientConfig: {
        requestHandler: options.requestHandler,
        useFipsEndpoint: settings.fips_enabled,
        ...(options.region === undefined ? {} : { region: options.region }),
        ...(settings.sts_endpoint === undefined ? {} : { endpoint: settings.sts_endpoint }),
      },
    })
  );
  // Which of both was refused is not known.
  return { get: role.get, renew: () => [base.renew(), role.renew()].includes(true) };
}

function baseCredentials(settings: AwsSettings, requestHandler: AwsHttpHandler): CredentialsSource {
  const { access_key_id, secret_access_key, session_token } = settings;
  if (access_key_id !== undefined && secret_access_key !== undefined) {
    const credentials = {
      accessKeyId: access_key_id,
      secretAccessKey: secret_access_key,
      ...(session_token === undefined ? {} : { sessionToken: session_token }),
    };
    return { get: () => Promise.resolve(credentials), renew: () => false };
  }
  const isProfile = settings.credential_profile_name !== undefined || settings.shared_credential_file !== undefined;
  const search = () =>
    isProfile
      ? profileCredentials(settings, requestHandler)
      : chainCredentials({ ignoreCache: true, clientConfig: { requestHandler } });
  return new KeptCredentials(search, { timeoutMs: settings.api_timeout + GRACE_MS });
}

/**
 * Credentials that are kept until shortly before they expire, or until AWS refuses them: whoever rotated them has changed
 * the file, the token or the role that they come from.
 */
class KeptCredentials implements CredentialsSource {
  readonly #search: () => CredentialsProvider;
  readonly #timeoutMs: number | undefined;
  #provider: CredentialsProvider;
  #kept: Credentials | undefined;
  #reading: Promise<Credentials> | undefined;
  #readMs = -Infinity;

  /**
   * `search` begins anew, without what it found before; `timeoutMs`: the SDK asks containers and instances with a handler
   * of its own, which waits for ever.
   */
  constructor(search: () => CredentialsProvider, { timeoutMs }: { timeoutMs?: number } = {}) {
    this.#search = search;
    this.#timeoutMs = timeoutMs;
    this.#provider = search();
  }

  readonly get = async (): Promise<Credentials> => {
    const kept = this.#kept;
    const isGood = kept !== undefined && (kept.expiration?.getTime() ?? Infinity) - Date.now() >= EXPIRING_MS;
    const credentials = isGood ? kept : await this.#read();
    // So that the SDK asks again each time, and keeps none itself.
    return { ...credentials, expiration: new Date(Date.now() + ASK_AGAIN_MS) };
  };

  renew(): boolean {
    if (performance.now() - this.#readMs < RENEW_MS) return false;
    this.#begin();
    return true;
  }

  /** Who asks a search that hangs would wait with it: another one begins then. */
  #begin(): void {
    this.#kept = undefined;
    this.#reading = undefined;
    this.#provider = this.#search();
  }

  async #read(): Promise<Credentials> {
    const reading = this.#reading ??= this.#ask(this.#provider);
    try {
      const credentials = await reading;
      if (this.#reading === reading) this.#kept = credentials;
      return credentials;
    } finally {
      if (this.#reading === reading) this.#reading = undefined;
    }
  }

  async #ask(provider: CredentialsProvider): Promise<Credentials> {
    this.#readMs = performance.now();
    if (this.#timeoutMs === undefined) return await provider();
    const timeoutMs = this.#timeoutMs;
    const late = () => {
      this.#begin();
      return new AwsTimeoutError(`no credentials found within ${timeoutMs} ms`);
    };
    return await inTime(provider(), { timeoutMs, late });
  }
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
