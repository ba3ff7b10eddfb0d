import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { tlsProblemIn } from "../../http/tls_problem.ts";
import { retryAfterMs } from "../../http/retry_after.ts";
import { VERSION } from "../../version.ts";
import { type Access, EndpointAccess } from "../endpoint_access.ts";
import { networkFault } from "../network_fault.ts";
import { type ElasticsearchConfig, nodesOf } from "./config.ts";

const GZIP_CHUNK_BYTES = 1024 * 1024;
/** An answer to a bulk request has some hundred bytes for each document at most. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface ElasticsearchAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Makes requests of Elasticsearch's HTTP API; the nodes take turns. */
export class ElasticsearchConnection {
  readonly #config: ElasticsearchConfig;
  readonly #nodes: readonly string[];
  readonly #inFlight = new Set<AbortController>();
  #access: EndpointAccess | undefined;
  #turn = 0;
  #isClosed = false;

  constructor(config: ElasticsearchConfig) {
    this.#config = config;
    this.#nodes = nodesOf(config);
  }

  /** @throws {Error} a file of TLS or of headers cannot be used. */
  async open(): Promise<void> {
    this.#access = await EndpointAccess.open(this.#config);
  }

  /** Gives up what is in flight. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const abort of this.#inFlight) abort.abort(stopped());
    this.#access?.[Symbol.dispose]();
    this.#access = undefined;
  }

  /**
   * Makes one request. `body`: NDJSON, unless `contentType` says otherwise.
   *
   * @throws {EndpointFaultError} there was no whole answer within the time-out.
   */
  async ask(
    method: "GET" | "POST",
    path: string,
    body?: Uint8Array,
    contentType = "application/x-ndjson",
  ): Promise<ElasticsearchAnswer> {
    const access = this.#access;
    if (this.#isClosed || access === undefined) throw stopped();
    try {
      const answer = await this.#ask(access.current, { method, path, body, contentType });
      if (answer.status >= 400) await access.failed(faultOfStatus(answer));
      return answer;
    } catch (error) {
      await access.failed(error);
      throw error;
    }
  }

  async #ask(
    { client, headers }: Access,
    { method, path, body, contentType }: {
      method: string;
      path: string;
      body: Uint8Array | undefined;
      contentType: string;
    },
  ): Promise<ElasticsearchAnswer> {
    const node = this.#nodes[this.#turn++ % this.#nodes.length] ?? "";
    const { timeout } = this.#config;
    const abort = new AbortController();
    const late = new EndpointFaultError(`Cannot reach ${node}: no whole answer within ${timeout} ms`, {
      reason: "timeout",
    });
    const timer = setTimeout(() => abort.abort(late), timeout);
    this.#inFlight.add(abort);
    try {
      const request = new Request(node + path, {
        method,
        headers: this.#headersFor(body, { fromFiles: headers, contentType }),
        redirect: "manual",
        signal: abort.signal,
        ...(body === undefined ? {} : { body: this.#wireForm(body) as Uint8Array<ArrayBuffer> }),
      });
      const response = await fetch(request, { client });
      return { status: response.status, headers: response.headers, text: await boundedText(response) };
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw error instanceof EndpointFaultError ? error : networkFault(error, node);
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(abort);
    }
  }

  #headersFor(
    body: Uint8Array | undefined,
    { fromFiles, contentType }: { fromFiles: Access["headers"]; contentType: string },
  ): Headers {
    const headers = headersOf(this.#config, fromFiles);
    if (body === undefined) return headers;
    headers.set("content-type", contentType);
    if (this.#config.compression === "gzip") headers.set("content-encoding", "gzip");
    return headers;
  }

  #wireForm(body: Uint8Array): Uint8Array {
    const { compression, compression_params: { level } } = this.#config;
    return compression === "none" ? body : gzipSync(body, { level, chunkSize: GZIP_CHUNK_BYTES });
  }
}

/** The fault of an answer that judges the request as a whole. `text` may quote the data. */
export function faultOfStatus({ status, headers, text }: ElasticsearchAnswer): EndpointFaultError | TooLargeError {
  const tlsProblem = status === 400 ? tlsProblemIn(text) : undefined;
  if (tlsProblem !== undefined) {
    return new EndpointFaultError(`Cannot reach Elasticsearch: ${tlsProblem}`, { reason: "tls" });
  }
  const message = `Elasticsearch answered ${status}${HINTS[status] ?? ""}`;
  if (status === 413) return new TooLargeError(message);
  return new EndpointFaultError(message, {
    reason: `http_${status}`,
    retryAfterMs: retryAfterMs(headers.get("retry-after")),
  });
}

const HINTS: Readonly<Record<number, string>> = {
  401: ": it does not accept the API key or password",
  403: ": the API key or user lacks a privilege",
  404: ": nothing is there; check endpoint",
};

function headersOf(config: ElasticsearchConfig, fromFiles: Access["headers"]): Headers {
  const { headers: configured, api_key, user, password } = config;
  const headers = new Headers({ accept: "application/json", "user-agent": `bedrock-otel/${VERSION}` });
  if (api_key !== undefined && api_key !== "") headers.set("authorization", `ApiKey ${encodedKey(api_key)}`);
  else if (user !== undefined) {
    headers.set("authorization", `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}`);
  }
  for (const [name, value] of Object.entries({ ...configured, ...fromFiles })) {
    if (value !== "") headers.set(name, value);
  }
  return headers;
}

/** The Elastic Agent's form of a key is `id:key`, Kibana shows it encoded. */
function encodedKey(apiKey: string): string {
  return apiKey.includes(":") ? Buffer.from(apiKey).toString("base64") : apiKey;
}

async function boundedText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) break;
  }
  return text + decoder.decode();
}

function stopped(): EndpointFaultError {
  return new EndpointFaultError("Cannot send to Elasticsearch: the exporter was shut down", { reason: "stopped" });
}
