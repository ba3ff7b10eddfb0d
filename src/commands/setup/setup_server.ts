import { encodedKey } from "../../elasticsearch/api_key.ts";
import { memberOf, parseJson } from "../../component/json.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { tlsProblemIn } from "../../http/tls_problem.ts";

export interface ClientOptions {
  /** base64 as Kibana shows it, or `id:key`; never shown. */
  readonly apiKey: string | undefined;
  /** Where the key came from, for messages. */
  readonly apiKeyEnv: string;
}

/** What is wrong with a URL of a server; does not show it, as it may hold a password. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return "expected http:// or https:// and a host";
  if (parsed.username + parsed.password + parsed.search === "") return undefined;
  return "expected no credentials and no query in it; put an API key into the environment";
}

/** A server of the Elastic Stack that is set up, and what is said of it. */
export class SetupServer {
  /** Its URL without a slash at the end; also how it is called in messages. */
  readonly base: string;
  readonly #options: ClientOptions;

  /**
   * `url` is one that {@linkcode urlProblem} has nothing against.
   *
   * @throws {Error} the key is none
   */
  constructor(url: string, options: ClientOptions) {
    const { apiKey, apiKeyEnv } = options;
    // What sets the header would show the key.
    if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
      throw new Error(`Cannot use the API key: ${apiKeyEnv} holds more than an API key`);
    }
    const { origin, pathname } = new URL(url);
    this.base = `${origin}${pathname.replace(/\/+$/, "")}`;
    this.#options = options;
  }

  /** An error that begins with what could not be set up. */
  error(problem: string): Error {
    return new Error(`Cannot set up ${this.base}: ${problem}`);
  }

  /** The error for an answer that is no success: what a 403 asks for, and the server's own word. */
  refusal(
    { method, path }: { method: string; path: string },
    { status, text }: { status: number; text: string },
    { forbidden, reason }: { forbidden: string; reason: string },
  ): Error {
    const { apiKey, apiKeyEnv } = this.#options;
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
    const secrets = apiKey === undefined ? [] : [apiKey, encodedKey(apiKey)];
    const detail = safeDetail(secrets.reduce((text, secret) => text.replaceAll(secret, "****"), reason));
    const [place = path] = path.split("?");
    return this.error(`${method} ${place} was answered ${status}${detail === "" ? "" : `: ${detail}`}`);
  }
}

/** The text at a path of JSON text; "" when there is none. */
export function textAt(text: string, ...path: readonly string[]): string {
  const value = memberOf(parseJson(text), ...path);
  return typeof value === "string" ? value : "";
}
