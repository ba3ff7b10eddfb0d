import { memberOf } from "../../../component/json.ts";
import { networkFault } from "../../../exporters/network_fault.ts";
import { safeDetail } from "../../../http/safe_detail.ts";
import { tlsProblemIn } from "../../../http/tls_problem.ts";

const TIMEOUT_MS = 30_000;

export interface ClientOptions {
  /** Sent as `Authorization: ApiKey …`; never shown. */
  readonly apiKey: string | undefined;
  /** Where the key came from, for messages. */
  readonly apiKeyEnv: string;
}

/** What is wrong with a URL for Elasticsearch; does not show it, as it may hold a password. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return "expected http:// or https:// and a host";
  if (parsed.username + parsed.password + parsed.search === "") return undefined;
  return "expected no credentials in it; put an API key into the environment variable that --api-key-env names";
}

/** What setting up asks of Elasticsearch's HTTP API. Every error is a message for people. */
export class ElasticsearchClient {
  /** Also how the server is called in messages. */
  readonly #base: string;
  readonly #options: ClientOptions;

  /** `url` is one that {@linkcode urlProblem} has nothing against. */
  constructor(url: string, options: ClientOptions) {
    const { origin, pathname } = new URL(url);
    this.#base = `${origin}${pathname.replace(/\/+$/, "")}`;
    this.#options = options;
  }

  /** Its version. Throws when what answers is no Elasticsearch. */
  async version(): Promise<string> {
    const { headers, json } = await this.#ask("GET", "/");
    const number = memberOf(memberOf(json, "version"), "number");
    if (headers.get("x-elastic-product") !== "Elasticsearch" || typeof number !== "string") {
      throw new Error(`Cannot set up ${this.#base}: what answers there is not Elasticsearch`);
    }
    return number;
  }

  /** The answer to a GET; undefined for 404. */
  async get(path: string): Promise<unknown> {
    return (await this.#ask("GET", path)).json;
  }

  /** Stores a JSON document. */
  async put(path: string, body: unknown): Promise<void> {
    await this.#ask("PUT", path, body);
  }

  /** The answer to a POST without a body. */
  async post(path: string): Promise<unknown> {
    return (await this.#ask("POST", path)).json;
  }

  async #ask(method: string, path: string, body?: unknown): Promise<{ headers: Headers; json: unknown }> {
    const request = this.#requestOf(method, path, body);
    const { status, headers, text } = await this.#answerTo(request);
    if (status === 404 && method === "GET" && path !== "/") return { headers, json: undefined };
    if (status < 200 || status >= 300) throw new Error(this.#refusal(request, { status, text }));
    try {
      return { headers, json: JSON.parse(text) };
    } catch {
      throw new Error(`Cannot set up ${this.#base}: what answers there is not Elasticsearch`);
    }
  }

  #requestOf(method: string, path: string, body: unknown): Request {
    const { apiKey, apiKeyEnv } = this.#options;
    const headers = new Headers({ accept: "application/json" });
    if (apiKey !== undefined) {
      // The error of `set` would show the key.
      if (!/^[!-~]+$/.test(apiKey)) throw new Error(`Cannot use the API key: ${apiKeyEnv} holds more than an API key`);
      headers.set("authorization", `ApiKey ${apiKey}`);
    }
    if (body === undefined) return new Request(this.#base + path, { method, headers, redirect: "manual" });
    headers.set("content-type", "application/json");
    return new Request(this.#base + path, { method, headers, redirect: "manual", body: JSON.stringify(body) });
  }

  async #answerTo(request: Request): Promise<{ status: number; headers: Headers; text: string }> {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(request, { signal });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new Error(`Cannot reach ${this.#base}: no answer within ${TIMEOUT_MS / 1000} s`);
      throw networkFault(error, this.#base);
    }
  }

  #refusal(request: Request, { status, text }: { status: number; text: string }): string {
    const { apiKey, apiKeyEnv } = this.#options;
    const what = `Cannot set up ${this.#base}`;
    if (status === 401) {
      const problem = apiKey === undefined ? `it asks for credentials, and ${apiKeyEnv} is not set` : "";
      return `${what}: ${problem || `it does not accept the API key in ${apiKeyEnv}`} (401)`;
    }
    if (status === 403) {
      return `${what}: the API key in ${apiKeyEnv} lacks the cluster privileges monitor and manage_index_templates (403)`;
    }
    const tlsProblem = status === 400 ? tlsProblemIn(text) : undefined;
    if (tlsProblem !== undefined) return `${what}: ${tlsProblem}`;
    if (status >= 300 && status < 400) {
      return `${what}: it redirects elsewhere (${status}); name the URL it redirects to`;
    }
    const path = new URL(request.url).pathname;
    const detail = safeDetail(apiKey === undefined ? reasonOf(text) : reasonOf(text).replaceAll(apiKey, "****"));
    return `${what}: ${request.method} ${path} was answered ${status}${detail === "" ? "" : `: ${detail}`}`;
  }
}

function reasonOf(text: string): string {
  try {
    const reason = memberOf(memberOf(JSON.parse(text), "error"), "reason");
    return typeof reason === "string" ? reason : "";
  } catch {
    return "";
  }
}
