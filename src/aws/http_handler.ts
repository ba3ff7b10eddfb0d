import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { detailOfFetchError } from "../http/fetch_error.ts";

type Request = Parameters<FetchHttpHandler["handle"]>[0];
type Options = NonNullable<Parameters<FetchHttpHandler["handle"]>[1]>;
type Response = ReturnType<FetchHttpHandler["handle"]>;

/** A request to AWS that got no answer: refused, reset, not resolved. The SDK tries again. */
export class AwsConnectionError extends Error {
  override readonly name = "AwsConnectionError";
  /** What the SDK's retry looks for. */
  readonly $retryable = {};
}

/**
 * Sends the AWS SDK's requests with Deno's fetch. Measured against the SDK's handler on `node:http` under Deno 2.9: half the
 * CPU time per MB of a body (1.0 against 2.1 ms), half the memory, and proxies come with it; a small call
 * costs 0.2 ms more.
 */
export class AwsHttpHandler extends FetchHttpHandler {
  #client: Deno.HttpClient | undefined;

  /** `timeoutMs`: longest wait for the beginning of an answer; the SDK's `requestTimeout` of a call goes before it. */
  constructor(options: { timeoutMs: number; proxyUrl?: string | undefined }) {
    const client = options.proxyUrl === undefined ? undefined : proxyClient(options.proxyUrl);
    super({
      requestTimeout: options.timeoutMs,
      // Deno's fetch takes its client from here; the type knows only the browser's options.
      ...(client === undefined ? {} : { requestInit: () => ({ client }) as RequestInit }),
    });
    this.#client = client;
  }

  override async handle(request: Request, options: Options = {}): Response {
    const timedOut = new AbortController();
    const signals = [
      timedOut.signal,
      ...(options.abortSignal === undefined ? [] : [options.abortSignal as AbortSignal]),
    ];
    try {
      return await super.handle(request, { ...options, abortSignal: AbortSignal.any(signals) });
    } catch (error) {
      // The handler gives up waiting but leaves the connection open.
      if (error instanceof Error && error.name === "TimeoutError") timedOut.abort();
      if (error instanceof TypeError) {
        const { hostname, port } = request;
        const place = port === undefined ? hostname : `${hostname}:${port}`;
        throw new AwsConnectionError(`no answer from ${place}: ${detailOfFetchError(error)}`, { cause: error });
      }
      throw error;
    }
  }

  override destroy(): void {
    this.#client?.close();
    this.#client = undefined;
  }
}

/** A client of Deno's fetch that goes through a proxy; user and password may stand in its URL. */
function proxyClient(proxyUrl: string): Deno.HttpClient {
  const url = new URL(proxyUrl);
  const basicAuth = url.username === "" ? undefined : {
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
  url.username = "";
  url.password = "";
  return Deno.createHttpClient({ proxy: { url: url.href, ...(basicAuth === undefined ? {} : { basicAuth }) } });
}
