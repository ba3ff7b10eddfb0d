import { memberOf, parseJson } from "../../../component/json.ts";
import { authorizationOf } from "../../../elasticsearch/api_key.ts";
import { networkFault } from "../../../endpoint/network_fault.ts";
import { type ClientOptions, SetupServer, textAt } from "../setup_server.ts";

const TIMEOUT_MS = 30_000;

/** The oldest Kibana whose alerts can tell the rows of an ES|QL query apart. */
const OLDEST = [9, 1] as const;

/** The space that has no name in URLs. */
export const DEFAULT_SPACE = "default";

const HEADERS = { accept: "application/json", "kbn-xsrf": "bedrock-otel", "elastic-api-version": "2023-10-31" };

/** What the id of a space is made of. */
export const SPACE = /^[a-z0-9_-]+$/;

/** Kibana refused one request for what is in it; others may succeed. */
export class RefusedError extends Error {}

/** Statuses that are about what was sent. */
const REFUSED: ReadonlySet<number> = new Set([400, 404, 409, 413, 422]);

/** What is asked of Kibana. */
export interface Question {
  readonly method: string;
  /** With its query, below the server's URL. */
  readonly path: string;
  /** A JSON value, or a form. */
  readonly body?: unknown;
}

/** What it answered. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** What setting up asks of Kibana's HTTP API, in one space. Every error is a message for people. */
export class KibanaClient {
  readonly space: string;
  readonly #server: SetupServer;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, { space, ...options }: ClientOptions & { readonly space: string }) {
    this.space = space;
    this.#server = new SetupServer(url, options);
    const { apiKey } = options;
    this.#headers = apiKey === undefined ? HEADERS : { ...HEADERS, authorization: authorizationOf(apiKey) };
  }

  /** A page of Kibana in this space. */
  pageAt(path: string): string {
    return `${this.#server.base}${this.#prefix}${path}`;
  }

  get #prefix(): string {
    return this.space === DEFAULT_SPACE ? "" : `/s/${this.space}`;
  }

  /**
   * Its version.
   *
   * @throws {Error} what answers is no Kibana, or one that is too old.
   */
  async version(): Promise<string> {
    const question = { method: "GET", path: "/api/status" };
    const answer = await this.#answerTo(question);
    if (answer.headers.has("x-elastic-product")) {
      throw this.#server.error("Elasticsearch answers there; --url takes the URL of Kibana (usually port 5601)");
    }
    // A Kibana that is starting or not well answers 503, with the same content.
    const version = textAt(answer.text, "version", "number");
    if (version === "") throw this.#noVersion(question, answer);
    const [major = 0, minor = 0] = version.split(".").map(Number);
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
      throw this.#server.error(`its version is ${version}, and the rules need ${OLDEST.join(".")} or later`);
    }
    return version;
  }

  #noVersion(question: Question, answer: Answer): Error {
    // Whom it does not know it tells only how it is.
    const isRedacted = memberOf(parseJson(answer.text), "status", "overall") !== undefined;
    if (isRedacted) return this.#refusal(question, { ...answer, status: 401 }, "");
    return answer.status === 200 ? this.#otherServer(answer) : this.#refusal(question, answer, "access to Kibana");
  }

  /** @throws {Error} there is no such space, or the key may not see it. */
  async checkSpace(): Promise<void> {
    const question = { method: "GET", path: `/api/spaces/space/${this.space}` };
    const answer = await this.#answerTo(question);
    if (answer.status === 404 && parseJson(answer.text) !== undefined) {
      throw this.#server.error(`there is no space ${this.space}; create it, or name another one with --space`);
    }
    this.#jsonOf(question, answer, `a privilege for the space ${this.space}`);
  }

  /**
   * The answer to a request in the space; its JSON is undefined where it has no text.
   *
   * @param needs what a key needs for it, for the message of a 403
   * @throws {RefusedError} what was sent is at fault
   * @throws {Error} Kibana, the key or the network is at fault
   */
  async ask(question: Question, needs: string): Promise<{ text: string; json: unknown }> {
    const inSpace = { ...question, path: `${this.#prefix}${question.path}` };
    const answer = await this.#answerTo(inSpace);
    return { text: answer.text, json: this.#jsonOf(inSpace, answer, needs) };
  }

  /** The same, and undefined where what was asked for is not there. */
  async get(path: string, needs: string): Promise<unknown> {
    const question = { method: "GET", path: `${this.#prefix}${path}` };
    const answer = await this.#answerTo(question);
    if (answer.status !== 404) return this.#jsonOf(question, answer, needs);
    // A path that Kibana does not know at all is answered so.
    const json = parseJson(answer.text);
    if (json !== undefined && memberOf(json, "message") !== "Not Found") return undefined;
    throw json === undefined
      ? this.#otherServer(answer)
      : this.#server.error(`Kibana does not have ${path.split("?")[0]}: the feature is switched off, or not in it`);
  }

  /** The answer, whatever its status. @throws {Error} there is none. */
  async #answerTo({ method, path, body }: Question): Promise<Answer> {
    const { base } = this.#server;
    const isForm = body instanceof FormData;
    const request = new Request(base + path, {
      method,
      headers: { ...this.#headers, ...body !== undefined && !isForm && { "content-type": "application/json" } },
      redirect: "manual",
      body: isForm ? body : body === undefined ? null : JSON.stringify(body),
    });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(request, { signal });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new Error(`Cannot reach ${base}: no answer within ${TIMEOUT_MS / 1000} s`);
      throw networkFault(error, base);
    }
  }

  #jsonOf(question: Question, answer: Answer, needs: string): unknown {
    if (answer.status < 200 || answer.status >= 300) {
      const error = this.#refusal(question, answer, `what this takes: ${needs} in the space ${this.space}`);
      throw REFUSED.has(answer.status) && !isPage(answer) ? new RefusedError(error.message) : error;
    }
    if (answer.text === "") return undefined;
    if (isPage(answer)) throw this.#otherServer(answer);
    return parseJson(answer.text);
  }

  #refusal(question: Question, answer: Answer, forbidden: string): Error {
    const reason = isPage(answer) ? "a page, as a proxy or a login makes it" : textAt(answer.text, "message");
    return this.#server.refusal(question, answer, { forbidden, reason });
  }

  #otherServer(answer: Answer): Error {
    const what = isPage(answer) ? " but a page, as a proxy or a login makes it" : "";
    return this.#server.error(`what answers there is not Kibana's API${what}`);
  }
}

/** Whether an answer is HTML. */
function isPage({ text }: Answer): boolean {
  return /^\s*</.test(text);
}
