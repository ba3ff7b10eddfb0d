import { type ElasticsearchAnswer, ElasticsearchClient } from "../../../elasticsearch/client.ts";
import { type Product, productOf, productProblem } from "../../../elasticsearch/product.ts";
import { parseJson } from "../../../component/json.ts";
import { type ClientOptions, SetupServer, textAt } from "../setup_server.ts";

/** What is sent is small, and seldom. */
const CLIENT_SETTINGS = {
  headers: {},
  header_files: {},
  tls: { insecure_skip_verify: false },
  compression: "none",
  compression_params: { level: 1 },
  timeout: 30_000,
} as const;

/** What a request takes: those to data streams that are there, and all others. */
function privilegesFor(path: string): string {
  const [, stream] = /^\/(?:_data_stream\/)?([^/]+)\/_(?:lifecycle|settings)$/.exec(path) ?? [];
  return stream === undefined
    ? "the cluster privileges monitor and manage_index_templates"
    : `the index privilege manage on ${stream}`;
}

/** What setting up asks of Elasticsearch. Every error is a message for people. */
export class SetupClient implements Disposable {
  readonly #server: SetupServer;
  readonly #client: ElasticsearchClient;

  private constructor(server: SetupServer, client: ElasticsearchClient) {
    this.#server = server;
    this.#client = client;
  }

  /** `url` is one that {@linkcode urlProblem} has nothing against. */
  static async open(url: string, options: ClientOptions): Promise<SetupClient> {
    const server = new SetupServer(url, options);
    const client = new ElasticsearchClient({ ...CLIENT_SETTINGS, nodes: [server.base], api_key: options.apiKey });
    await client.open();
    return new SetupClient(server, client);
  }

  /** What answers there. Throws when that is no Elasticsearch, or none that is supported. */
  async product(): Promise<Product> {
    const product = productOf(await this.#accepted("GET", "/"));
    const problem = productProblem(product);
    if (problem !== undefined) throw this.#server.error(problem);
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
    if (answer.status >= 200 && answer.status < 300) return answer;
    const reason = textAt(answer.text, "error", "reason");
    throw this.#server.refusal(request, answer, { forbidden: privilegesFor(request.path), reason });
  }

  #jsonOf({ text }: ElasticsearchAnswer): unknown {
    const json = parseJson(text);
    if (json === undefined) throw this.#server.error("what answers there is not Elasticsearch");
    return json;
  }
}
