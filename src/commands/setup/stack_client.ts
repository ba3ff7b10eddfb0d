import { memberOf, parseJson } from "../../component/json.ts";
import { networkFault } from "../../endpoint/network_fault.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { tlsProblemIn } from "../../http/tls_problem.ts";

const TIMEOUT_MS = 30_000;

export interface ClientOptions {
  /** Sent as `Authorization: ApiKey …`; never shown. */
  readonly apiKey: string | undefined;
  /** Where the key came from, for messages. */
  readonly apiKeyEnv: string;
}

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

/** What is wrong with a URL of a server; does not show it, as it may hold a password. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return "expected http:// or https:// and a host";
  if (parsed.username + parsed.password + parsed.search === "") return undefined;
  return "expected no credentials in it; put an API key into the environment variable that --api-key-env names";
}

/** A server of the Elastic Stack that is set up through its HTTP API. Every error is a message for people. */
export class StackClient {
  /** Its URL without a slash at the end; also how it is called in messages. */
  readonly base: string;
  readonly #options: ClientOptions;
  readonly #headers: Readonly<Record<string, string>>;

  /** `url` is one that {@linkcode urlProblem} has nothing against; `headers` are sent with every request. */
  constructor(url: string, options: ClientOptions, headers: Readonly<Record<string, string>> = {}) {
    const { origin, pathname } = new URL(url);
    this.base = `${origin}${pathname.replace(/\/+$/, "")}`;
    this.#options = options;
    this.#headers = headers;
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
    const { apiKey, apiKeyEnv } = this.#options;
    const headers = new Headers({ accept: "application/json", ...this.#headers });
    if (apiKey !== undefined) {
      // The error of `set` would show the key.
      if (!/^[!-~]+$/.test(apiKey)) throw new Error(`Cannot use the API key: ${apiKeyEnv} holds more than an API key`);
      headers.set("authorization", `ApiKey ${apiKey}`);
    }
    const init = { method, headers, redirect: "manual" } as const;
    if (body === undefined) return new Request(this.base + path, init);
    if (body instanceof FormData) return new Request(this.base + path, { ...init, body });
    headers.set("content-type", "application/json");
    return new Request(this.base + path, { ...init, body: JSON.stringify(body) });
  }

  /** An error that begins with what could not be set up. */
  error(problem: string): Error {
    return new Error(`Cannot set up ${this.base}: ${problem}`);
  }

  /** The error for an answer that is no success; `forbidden` says what a 403 asks for, `reason` is the server's own word. */
  refusal({ method, path }: Question, answer: Answer, { forbidden, reason }: Refusal): Error {
    const { apiKey, apiKeyEnv } = this.#options;
    const { status, text } = answer;
    if (status === 401) {
      return this.error(
        apiKey === undefined
          ? `it asks for credentials, and ${apiKeyEnv} is not set (401)`
          : `it does not accept the API key in ${apiKeyEnv} (401)`,
      );
    }
    if (status === 403) return this.error(`the API key in ${apiKeyEnv} lacks ${forbidden} (403)`);
    const tlsProblem = status === 400 ? tlsProblemIn(text) : undefined;
    if (tlsProblem !== undefined) return this.error(tlsProblem);
    if (status >= 300 && status < 400) {
      return this.error(`it redirects elsewhere (${status}); name the URL it redirects to`);
    }
    const detail = safeDetail(apiKey === undefined ? reason : reason.replaceAll(apiKey, "****"));
    const [place = path] = path.split("?");
    return this.error(`${method} ${place} was answered ${status}${detail === "" ? "" : `: ${detail}`}`);
  }
}

/** What {@linkcode StackClient.refusal} says of an answer. */
export interface Refusal {
  readonly forbidden: string;
  readonly reason: string;
}

/** The text at a path of an answer's JSON; "" when there is none. */
export function textAt({ text }: Answer, ...path: readonly string[]): string {
  const value = path.reduce<unknown>((value, name) => memberOf(value, name), parseJson(text));
  return typeof value === "string" ? value : "";
}
