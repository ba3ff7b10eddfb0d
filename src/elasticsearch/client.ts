import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { EndpointFaultError, TooLargeError } from "../component/outcome.ts";
import { tlsProblemIn } from "../http/tls_problem.ts";
import { retryAfterMs } from "../http/retry_after.ts";
import { VERSION } from "../version.ts";
import { type Access, EndpointAccess } from "../endpoint/endpoint_access.ts";
import type { HttpClientSettings } from "../endpoint/http_settings.ts";
import { networkFault } from "../endpoint/network_fault.ts";
import { throughProxy } from "../http/proxy.ts";
import { authorizationOf } from "./api_key.ts";
import { Nodes } from "./nodes.ts";

/** Of zlib's own 16 KiB a request leaves so many buffers that V8 collects garbage far more often. */
const GZIP_CHUNK_BYTES = 1024 * 1024;
/** An answer to a bulk request has some hundred bytes for each document at most. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface ElasticsearchAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Where Elasticsearch is and how it is asked. */
export interface ElasticsearchSettings extends HttpClientSettings {
  /** URLs without a slash at the end. */
  readonly nodes: readonly string[];
  /** base64 as Kibana shows it, or `id:key`. */
  readonly api_key?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly compression: "gzip" | "none";
  readonly compression_params: { readonly level: number };
  /** Longest time for a request and its answer, in ms. */
  readonly timeout: number;
}

/** Lines of JSON in the form in which they are sent. */
export interface EncodedLines {
  readonly wire: Uint8Array;
  /** The lines themselves. */
  plain(): Uint8Array;
}

/** What is sent: one document of JSON, or lines of it (a bulk request). */
export type ElasticsearchContent = { readonly json: unknown } | { readonly lines: EncodedLines };

/** Is told when one of several nodes cannot be reached, with why, and when it answers again. */
export type NodeListener = (node: string, fault: EndpointFaultError | undefined) => void;

/** Reasons of faults with which nothing was sent: another node may be asked at once. */
const NOT_SENT: ReadonlySet<string> = new Set(["connect", "tls"]);
/** Reasons of faults that are the node's or the way's to it, by which it is left out for a while. */
const UNREACHED: ReadonlySet<string> = new Set([...NOT_SENT, "interrupted", "timeout"]);

/**
 * Makes requests of Elasticsearch's HTTP API; the nodes take turns. What asks Elasticsearch for anything asks through this: the
 * exporter, the program's own telemetry, `setup` and `doctor`.
 */
export class ElasticsearchClient {
  readonly #settings: ElasticsearchSettings;
  readonly #nodes: Nodes;
  readonly #onNode: NodeListener;
  readonly #inFlight = new Set<AbortController>();
  #access: EndpointAccess | undefined;
  #isClosed = false;

  constructor(settings: ElasticsearchSettings, { onNode = () => {} }: { onNode?: NodeListener } = {}) {
    this.#settings = settings;
    this.#nodes = new Nodes(settings.nodes);
    this.#onNode = onNode;
  }

  /** @throws {Error} a file of TLS or of headers cannot be used. */
  async open(): Promise<void> {
    this.#access = await EndpointAccess.open(this.#settings);
  }

  /** Gives up what is in flight. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const abort of this.#inFlight) abort.abort(stopped());
    this.#access?.[Symbol.dispose]();
    this.#access = undefined;
  }

  /** Lines of JSON as they are sent, compressed or a copy: to be sent more than once, and to be kept in little memory. */
  encoded(lines: Uint8Array): EncodedLines {
    const wire = this.#compressed(lines);
    if (wire !== lines) return { wire, plain: () => gunzipSync(wire) };
    const copy = lines.slice();
    return { wire: copy, plain: () => copy };
  }

  /** @throws {EndpointFaultError} there was no whole answer within the time-out, or no node could be reached. */
  async ask(
    method: "GET" | "POST" | "PUT",
    path: string,
    content?: ElasticsearchContent,
  ): Promise<ElasticsearchAnswer> {
    for (let triesLeft = this.#nodes.count - 1;; triesLeft--) {
      const access = this.#access;
      if (this.#isClosed || access === undefined) throw stopped();
      const node = this.#nodes.next();
      try {
        const answer = await this.#ask(node, access.current, { method, path, content });
        if (this.#nodes.answered(node)) this.#tell(node, undefined);
        if (answer.status >= 400) await access.failed(faultOfStatus(answer));
        return answer;
      } catch (error) {
        await access.failed(error);
        if (!(error instanceof EndpointFaultError && UNREACHED.has(error.reason))) throw error;
        if (this.#nodes.failed(node)) this.#tell(node, error);
        if (triesLeft <= 0 || !NOT_SENT.has(error.reason)) throw error;
      }
    }
  }

  #tell(node: string, fault: EndpointFaultError | undefined): void {
    if (this.#nodes.count > 1) this.#onNode(node, fault);
  }

  async #ask(
    node: string,
    { client, headers }: Access,
    { method, path, content }: { method: string; path: string; content: ElasticsearchContent | undefined },
  ): Promise<ElasticsearchAnswer> {
    const { timeout, proxy_url } = this.#settings;
    const place = throughProxy(node, proxy_url);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(late(place, timeout)), timeout);
    this.#inFlight.add(abort);
    try {
      const request = new Request(node + path, {
        method,
        headers: this.#headersFor(content, headers),
        redirect: "manual",
        signal: abort.signal,
        ...content && { body: this.#wireForm(content) },
      });
      const response = await fetch(request, { client });
      return { status: response.status, headers: response.headers, text: await boundedText(response) };
    } catch (error) {
      if (abort.signal.aborted) throw abort.signal.reason;
      throw error instanceof EndpointFaultError ? error : networkFault(error, place);
    } finally {
      clearTimeout(timer);
      this.#inFlight.delete(abort);
    }
  }

  #headersFor(content: ElasticsearchContent | undefined, fromFiles: Access["headers"]): Headers {
    const headers = headersOf(this.#settings, fromFiles);
    if (content === undefined) return headers;
    headers.set("content-type", "json" in content ? "application/json" : "application/x-ndjson");
    if (this.#settings.compression === "gzip") headers.set("content-encoding", "gzip");
    return headers;
  }

  #wireForm(content: ElasticsearchContent): Uint8Array<ArrayBuffer> {
    const wire = "json" in content
      ? this.#compressed(new TextEncoder().encode(JSON.stringify(content.json)))
      : content.lines.wire;
    return wire as Uint8Array<ArrayBuffer>;
  }

  #compressed(body: Uint8Array): Uint8Array {
    const { compression, compression_params: { level } } = this.#settings;
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
  if (isTooLarge(status, text)) return new TooLargeError(message);
  return new EndpointFaultError(message, {
    reason: `http_${status}`,
    retryAfterMs: retryAfterMs(headers.get("retry-after")),
  });
}

/** `… primary_operation_bytes=60000254, max_primary_bytes=53687091]`: what was asked for, and what all requests together may have. */
const MEMORY = /_operation_bytes=(\d+), max_\w*bytes=(\d+)/;
/** An answer says at its beginning why. */
const REASON_LENGTH = 2000;

/** Whether a request, or a document, is refused for its size: also one that an idle node has no memory for is never taken as it is. */
export function isTooLarge(status: number, reason: string): boolean {
  if (status === 413) return true;
  const [, wanted, limit] = (status === 429 && MEMORY.exec(reason.slice(0, REASON_LENGTH))) || [];
  return Number(wanted) > Number(limit);
}

const HINTS: Readonly<Record<number, string>> = {
  401: ": it does not accept the API key or password",
  403: ": the API key or user lacks a privilege",
  404: ": nothing is there; check endpoint",
};

function headersOf(settings: ElasticsearchSettings, fromFiles: Access["headers"]): Headers {
  const { headers: configured, api_key, user, password } = settings;
  const headers = new Headers({ accept: "application/json", "user-agent": `bedrock-otel/${VERSION}` });
  if (api_key !== undefined && api_key !== "") headers.set("authorization", authorizationOf(api_key));
  else if (user !== undefined) {
    headers.set("authorization", `Basic ${Buffer.from(`${user}:${password ?? ""}`).toString("base64")}`);
  }
  for (const [name, value] of Object.entries({ ...configured, ...fromFiles })) {
    if (value !== "") headers.set(name, value);
  }
  return headers;
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

function late(node: string, timeoutMs: number): EndpointFaultError {
  const message = `Cannot reach ${node}: no whole answer within ${timeoutMs} ms`;
  return new EndpointFaultError(message, { reason: "timeout" });
}

function stopped(): EndpointFaultError {
  return new EndpointFaultError("Cannot ask Elasticsearch: the connection was closed", { reason: "stopped" });
}
