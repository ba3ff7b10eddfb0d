import { parseJson } from "../../../component/json.ts";
import { type ClientOptions, StackClient, textAt } from "../stack_client.ts";

const FORBIDDEN = "the cluster privileges monitor and manage_index_templates";

/** What setting up asks of Elasticsearch's HTTP API. Every error is a message for people. */
export class ElasticsearchClient {
  readonly #client: StackClient;

  constructor(url: string, options: ClientOptions) {
    this.#client = new StackClient(url, options);
  }

  /** Its version. Throws when what answers is no Elasticsearch. */
  async version(): Promise<string> {
    const answer = await this.#ask("GET", "/");
    const number = textAt(answer, "version", "number");
    if (answer.headers.get("x-elastic-product") !== "Elasticsearch" || number === "") throw this.#otherServer();
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

  async #ask(method: string, path: string, body?: unknown) {
    const question = { method, path, body };
    const answer = await this.#client.ask(question);
    if (answer.status === 404 && method === "GET" && path !== "/") return { ...answer, json: undefined };
    if (answer.status < 200 || answer.status >= 300) {
      throw this.#client.refusal(question, answer, { forbidden: FORBIDDEN, reason: textAt(answer, "error", "reason") });
    }
    const json = parseJson(answer.text);
    if (json === undefined) throw this.#otherServer();
    return { ...answer, json };
  }

  #otherServer(): Error {
    return this.#client.error("what answers there is not Elasticsearch");
  }
}
