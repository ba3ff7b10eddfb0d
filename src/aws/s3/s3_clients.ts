import { S3Client } from "@aws-sdk/client-s3";
import { s3ClientConfig } from "../client_config.ts";
import { countCalls, type Counter } from "../count_calls.ts";
import type { AwsSettings } from "../settings.ts";

/** Makes a client for a region; undefined: the one that the configuration or the environment names. */
export type S3ClientFactory = (region: string | undefined) => S3Client;

/** A header-carrying message of the SDK's HTTP layer. */
export interface HttpHeaders {
  readonly headers: Record<string, string>;
}

/** Answers that name the bucket's region when the request went to another one. */
const REDIRECT_STATUSES: ReadonlySet<number> = new Set([301, 307, 400]);

/** Clients for each region; a bucket's is learned from redirects and remembered. */
export class S3Clients {
  readonly #create: S3ClientFactory;
  readonly #clients = new Map<string | undefined, S3Client>();
  /** Regions that redirects told, by bucket. */
  readonly #regions = new Map<string, string>();

  constructor(create: S3ClientFactory) {
    this.#create = create;
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
    const asked = this.#regions.get(bucket) ?? region;
    try {
      signal.throwIfAborted();
      return await call(this.#client(asked));
    } catch (error) {
      signal.throwIfAborted();
      const told = regionOf(error);
      if (told === undefined || told === asked) throw error;
      this.#regions.set(bucket, told);
      return await call(this.#client(told));
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
    let client = this.#clients.get(region);
    if (client === undefined) this.#clients.set(region, client = this.#create(region));
    return client;
  }
}

/** Clients as settings have them, whose calls are counted; `region`: where a bucket is taken to be that nothing is known of. */
export function s3Clients(
  settings: AwsSettings,
  { pathStyle, counter, region: otherwise }: { pathStyle: boolean; counter: Counter; region?: string | undefined },
): S3Clients {
  return new S3Clients((region = otherwise) =>
    countCalls(new S3Client(s3ClientConfig(settings, { region, pathStyle })), counter)
  );
}

/** The region where the bucket is, when the error says that the request went to another one. */
export function regionOf(error: unknown): string | undefined {
  const { $metadata, $response, Region } = error as {
    $metadata?: { httpStatusCode?: number };
    $response?: HttpHeaders;
    Region?: string;
  };
  if (!REDIRECT_STATUSES.has($metadata?.httpStatusCode ?? 0)) return undefined;
  return $response?.headers["x-amz-bucket-region"] ?? Region;
}
