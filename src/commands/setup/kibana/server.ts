import { networkFault } from "../../../endpoint/network_fault.ts";
import { authorizationOf } from "../../../elasticsearch/api_key.ts";
import { type ClientOptions, SetupServer } from "../setup_server.ts";

const TIMEOUT_MS = 30_000;

/** What is asked of a server. */
export interface Question {
  readonly method: string;
  /** With its query, below the server's URL. */
  readonly path: string;
  /** A JSON value, or a form. */
  readonly body?: unknown;
}

/** What it answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Kibana as an HTTP server. */
export class KibanaServer extends SetupServer {
  readonly #headers: Readonly<Record<string, string>>;

  /** `headers` are sent with every request. */
  constructor(url: string, options: ClientOptions, headers: Readonly<Record<string, string>>) {
    super(url, options);
    const { apiKey } = options;
    this.#headers = apiKey === undefined ? headers : { ...headers, authorization: authorizationOf(apiKey) };
  }

  /**
   * The answer, whatever its status.
   *
   * @throws {Error} there is none.
   */
  async ask(question: Question): Promise<Answer> {
    const request = this.#requestOf(question);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(request, { signal });
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new Error(`Cannot reach ${this.base}: no answer within ${TIMEOUT_MS / 1000} s`);
      throw networkFault(error, this.base);
    }
  }

  #requestOf({ method, path, body }: Question): Request {
    const headers = new Headers({ accept: "application/json", ...this.#headers });
    const init = { method, headers, redirect: "manual" } as const;
    if (body === undefined) return new Request(this.base + path, init);
    if (body instanceof FormData) return new Request(this.base + path, { ...init, body });
    headers.set("content-type", "application/json");
    return new Request(this.base + path, { ...init, body: JSON.stringify(body) });
  }
}
