import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { LinkedAbort } from "../async/abortable.ts";
import { detailOfFetchError } from "../http/fetch_error.ts";
import { proxyOf } from "../http/proxy.ts";
import { regionOfS3Host } from "./region.ts";

type AwsRequest = Parameters<FetchHttpHandler["handle"]>[0];
type AwsResponse = Awaited<ReturnType<FetchHttpHandler["handle"]>>;

type HandlerOptions = NonNullable<Parameters<FetchHttpHandler["handle"]>[1]>;

/** What a command is sent with: `client.send(command, options)`. */
export interface AwsCallOptions extends HandlerOptions {
  /** How long the service is asked to wait before it answers: it comes on top of the time limit. */
  readonly waitMs?: number;
  /**
   * The body of a good answer is handed on as it comes: the time limit ends where it begins, and who reads it sees to
   * the rest. Commands whose output is a stream need this.
   */
  readonly streamsBody?: boolean;
}

/** A request to AWS that got no answer: refused, reset, not resolved. The SDK tries again. */
export class AwsConnectionError extends Error {
  override readonly name = "AwsConnectionError";
  /** What the SDK's retry looks for. */
  readonly $retryable = {};
}

/**
 * A request to AWS whose answer did not come, or not to its end, within the time limit. The SDK does not try again:
 * who calls would wait for several limits before it is notified of the first.
 */
export class AwsTimeoutError extends Error {
  override readonly name = "AwsTimeoutError";
}

/**
 * Sends the AWS SDK's requests with Deno's fetch, each with a time limit: on connecting and the whole answer, that of an
 * error too. A redirect is never followed, as the request has credentials. Measured against the SDK's handler on `node:http` under Deno 2.9: half the
 * CPU time per MB of a body (1.0 against 2.1 ms), half the memory, and proxies come with it; a small call
 * costs 0.2 ms more.
 */
export class AwsHttpHandler extends FetchHttpHandler {
  readonly #timeoutMs: number;
  #client: Deno.HttpClient | undefined;

  /** `timeoutMs`: longest wait for the whole answer to one request. */
  constructor(options: { timeoutMs: number; proxyUrl?: string | undefined }) {
    const { proxyUrl } = options;
    const client = proxyUrl === undefined ? undefined : Deno.createHttpClient({ proxy: proxyOf(proxyUrl) });
    // Deno's fetch takes its client from here; the type knows only the browser's options.
    const init = { redirect: "manual", ...client !== undefined && { client } } as RequestInit;
    super({ requestInit: () => init });
    this.#timeoutMs = options.timeoutMs;
    this.#client = client;
  }

  /**
   * @throws {AwsTimeoutError} the time limit is over; the connection is closed.
   * @throws {AwsConnectionError} there is no answer, or it breaks off.
   * @throws {Error} the answer leads to another host, which none of AWS's does beside S3's own names of a region;
   * `AbortError` after an abort.
   */
  override async handle(request: AwsRequest, options: AwsCallOptions = {}): Promise<AwsResponse> {
    const { waitMs = 0, streamsBody = false } = options;
    const abortSignal = (options.abortSignal ?? NEVER) as AbortSignal;
    const timeoutMs = waitMs + this.#timeoutMs;
    using abort = new LinkedAbort(abortSignal);
    const timer = setTimeout(
      () => abort.abort(new AwsTimeoutError(`no whole answer from ${placeOf(request)} within ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      // A body that is handed on ends with the caller's signal, also after this.
      const signal = streamsBody ? AbortSignal.any([abort.signal, abortSignal]) : abort.signal;
      const answer = await super.handle(request, { abortSignal: signal });
      if (!streamsBody || answer.response.statusCode >= 300) await readWhole(answer);
      refuseRedirect(request, answer);
      return answer;
    } catch (error) {
      if (abort.signal.aborted) throw abortError(abort.signal.reason);
      if (!(error instanceof TypeError)) throw error;
      throw new AwsConnectionError(`no answer from ${placeOf(request)}: ${detailOfFetchError(error)}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  override destroy(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

const NEVER = new AbortController().signal;

/** The SDK takes bytes as well as a stream. */
async function readWhole({ response }: AwsResponse): Promise<void> {
  response.body = new Uint8Array(await new Response(response.body as BodyInit).arrayBuffer());
}

/** What S3 says of a bucket's region is left to `s3_clients.ts`. */
function refuseRedirect(request: AwsRequest, { response: { statusCode, headers } }: AwsResponse): void {
  const { location } = headers;
  if (statusCode < 300 || statusCode >= 400 || location === undefined) return;
  const target = URL.parse(location, `${request.protocol}//${request.hostname}`);
  if (headers["x-amz-bucket-region"] !== undefined || regionOfS3Host(target?.hostname ?? "") !== undefined) return;
  throw new Error(
    `${placeOf(request)} redirects to ${target?.origin ?? "elsewhere"} (${statusCode}), which is not followed: ` +
      "no service of AWS answers so (a proxy, or a login page?)",
  );
}

/** As the SDK names it, which tries again after any other error. */
function abortError(reason: unknown): Error {
  if (reason instanceof AwsTimeoutError) return reason;
  return Object.assign(new Error("Request aborted", { cause: reason }), { name: "AbortError" });
}

/** `host:port`; no port where it is the protocol's own. */
function placeOf({ hostname, port }: AwsRequest): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}
