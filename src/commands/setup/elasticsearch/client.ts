import { type ElasticsearchAnswer, ElasticsearchClient } from "../../../elasticsearch/client.ts";
import { type Product, productOf, productProblem } from "../../../elasticsearch/product.ts";
import { memberOf, parseJson } from "../../../component/json.ts";
import { safeDetail } from "../../../http/safe_detail.ts";
import { tlsProblemIn } from "../../../http/tls_problem.ts";

/** What is sent is small, and seldom. */
const CLIENT_SETTINGS = {
  headers: {},
  header_files: {},
  tls: { insecure_skip_verify: false },
  compression: "none",
  compression_params: { level: 1 },
  timeout: 30_000,
} as const;

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

/** What setting up asks of Elasticsearch. Every error is a message for people. */
export class SetupClient implements Disposable {
  /** Also how the server is called in messages. */
  readonly #base: string;
  readonly #options: ClientOptions;
  readonly #client: ElasticsearchClient;

  private constructor(base: string, options: ClientOptions, client: ElasticsearchClient) {
    this.#base = base;
    this.#options = options;
    this.#client = client;
  }

  /** `url` is one that {@linkcode urlProblem} has nothing against. */
  static async open(url: string, options: ClientOptions): Promise<SetupClient> {
    const { apiKey, apiKeyEnv } = options;
    if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
      throw new Error(`Cannot use the API key: ${apiKeyEnv} holds more than an API key`);
    }
    const { origin, pathname } = new URL(url);
    const base = `${origin}${pathname.replace(/\/+$/, "")}`;
    const client = new ElasticsearchClient({ ...CLIENT_SETTINGS, nodes: [base], api_key: apiKey });
    await client.open();
    return new SetupClient(base, options, client);
  }

  /** What answers there. Throws when that is no Elasticsearch, or none that is supported. */
  async product(): Promise<Product> {
    const product = productOf(await this.#accepted("GET", "/"));
    const problem = productProblem(product);
    if (problem !== undefined) throw new Error(`Cannot set up ${this.#base}: ${problem}`);
    return product;
  }

  /** The answer to a GET; undefined for 404. */
  async get(path: string): Promise<unknown> {
    const answer = await this.#answerTo("GET", path);
    return answer.status === 404 ? undefined : this.#jsonOf(this.#checked(answer, { method: "GET", path }));
  }

  /** The answer to a GET; undefined for whatever Elasticsearch does not tell: an older one, or a key that may not look. */
  async look(path: string): Promise<unknown> {
    const { status, text } = await this.#answerTo("GET", path);
    return status === 200 ? parseJson(text) : undefined;
  }

  /** Stores a JSON document. */
  async put(path: string, json: unknown): Promise<void> {
    await this.#accepted("PUT", path, json);
  }

  /** The answer to a POST without a body. */
  async post(path: string): Promise<unknown> {
    return this.#jsonOf(await this.#accepted("POST", path));
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  async #accepted(method: "GET" | "POST" | "PUT", path: string, json?: unknown): Promise<ElasticsearchAnswer> {
    return this.#checked(await this.#answerTo(method, path, json), { method, path });
  }

  #answerTo(method: "GET" | "POST" | "PUT", path: string, json?: unknown): Promise<ElasticsearchAnswer> {
    return this.#client.ask(method, path, json === undefined ? undefined : { json });
  }

  #checked(answer: ElasticsearchAnswer, request: { method: string; path: string }): ElasticsearchAnswer {
    if (answer.status < 200 || answer.status >= 300) throw new Error(this.#refusal(request, answer));
    return answer;
  }

  #jsonOf({ text }: ElasticsearchAnswer): unknown {
    const json = parseJson(text);
    if (json === undefined) throw new Error(`Cannot set up ${this.#base}: what answers there is not Elasticsearch`);
    return json;
  }

  #refusal({ method, path }: { method: string; path: string }, { status, text }: ElasticsearchAnswer): string {
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
    const detail = safeDetail(apiKey === undefined ? reasonOf(text) : reasonOf(text).replaceAll(apiKey, "****"));
    return `${what}: ${method} ${path} was answered ${status}${detail === "" ? "" : `: ${detail}`}`;
  }
}

function reasonOf(text: string): string {
  const reason = memberOf(memberOf(parseJson(text), "error"), "reason");
  return typeof reason === "string" ? reason : "";
}
