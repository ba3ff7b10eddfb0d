import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../client_config.ts";
import { countCalls, type Counter } from "../count_calls.ts";
import { environmentEndpoint } from "../environment.ts";
import { isAwsRegion, isRegionName, regionOfS3Host } from "../region.ts";
import { renewingCredentials } from "../renewing_credentials.ts";
import type { AwsSettings } from "../settings.ts";
import { withOneUserAgent } from "../user_agent.ts";

/** Makes a client for a region; undefined: the one that the configuration or the environment names. */
export type S3ClientFactory = (region: string | undefined) => S3Client;

/** A header-carrying message of the SDK's HTTP layer. */
export interface HttpHeaders {
  readonly headers: Record<string, string>;
}

/** Answers that name the bucket's region when the request went to another one. */
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 307, 400]);

/**
 * Clients for each region; a bucket's is learned from redirects and remembered. Where a redirect leads is never followed
 * as such: the region that it names is asked, with a signature of its own.
 */
export class S3Clients {
  readonly #create: S3ClientFactory;
  readonly #isRegion: (name: string) => boolean;
  readonly #clients = new Map<string | undefined, S3Client>();
  /** Regions that redirects told, by bucket. */
  readonly #regions = new Map<string, string>();

  /** `isRegion`: what may be asked for; anything else counts as not known. */
  constructor(create: S3ClientFactory, { isRegion = isRegionName }: { isRegion?: (name: string) => boolean } = {}) {
    this.#create = create;
    this.#isRegion = isRegion;
  }

  /**
   * Makes a call with the client of the bucket's region (`region`: as far as the caller knows), and a second time where
   * the first one is redirected.
   *
   * @throws what the call throws, or the signal's reason.
   */
  async call<T>(
    { bucket, region }: { bucket: string; region?: string | undefined },
    { call, signal }: { call: (client: S3Client) => Promise<T>; signal: AbortSignal },
  ): Promise<T> {
    const named = region !== undefined && this.#isRegion(region) ? region : undefined;
    const asked = this.#regions.get(bucket) ?? named;
    try {
      signal.throwIfAborted();
      return await call(this.#client(asked));
    } catch (error) {
      signal.throwIfAborted();
      const told = regionOf(error);
      if (told === undefined || told === asked) throw error;
      const answer = await call(this.#client(told));
      this.#regions.set(bucket, told);
      return answer;
    }
  }

  /** The store's time, as near as answers from the bucket's region have told it. */
  nowMs({ bucket, region }: { bucket: string; region?: string | undefined }): number {
    return Date.now() + this.#client(this.#regions.get(bucket) ?? region).config.systemClockOffset;
  }

  /** Closes the clients' connections. */
  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #client(region: string | undefined): S3Client {
    return this.#clients.getOrInsertComputed(region, () => this.#create(region));
  }
}

/** Clients as settings have them, whose calls are counted; `region`: where a bucket is taken to be that nothing is known of. */
export function s3Clients(
  settings: AwsSettings,
  { pathStyle, counter, region: otherwise }: { pathStyle: boolean; counter: Counter; region?: string | undefined },
): S3Clients {
  const isElsewhere = (settings.endpoint ?? environmentEndpoint("S3")) !== undefined;
  return new S3Clients(
    (region = otherwise) => {
      const client = new S3Client(s3ClientConfig(settings, { region, pathStyle }));
      return countCalls(renewingCredentials(withOneUserAgent(client)), counter);
    },
    { isRegion: isElsewhere ? isRegionName : isAwsRegion },
  );
}

/** The region where the bucket is, when the error says that the request went to another one. */
export function regionOf(error: unknown): string | undefined {
  const { $metadata, $response, Region, Endpoint } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: HttpHeaders;
    Region?: string;
    Endpoint?: string;
  };
  if (!REDIRECT_STATUSES.has($metadata?.httpStatusCode ?? 0)) return undefined;
  const region = $response?.headers["x-amz-bucket-region"] ?? Region ??
    regionOfS3Host(hostOf($response?.headers.location)) ?? regionOfS3Host(Endpoint ?? "");
  return region !== undefined && isRegionName(region) ? region : undefined;
}

/** The host of a URL; empty where there is none. */
function hostOf(url: string | undefined): string {
  return URL.parse(url ?? "")?.hostname ?? "";
}
