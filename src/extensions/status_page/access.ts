import { createHash, timingSafeEqual } from "node:crypto";
import type { HostPort } from "../../http/host_port.ts";
import type { PageRequest } from "../../http/read_only_server.ts";
import { isLoopback } from "./config.ts";

/** Who may look: by the name that the browser calls us, the site that asks, and the token where there is one. */
export class Access {
  readonly #host: string;
  readonly #token: string | undefined;
  readonly #cookie: string;

  constructor({ host, port, token }: HostPort & { token: string | undefined }) {
    this.#host = host;
    this.#token = token;
    // A browser has one set of cookies for all ports of a host, on which other programs may show their pages.
    this.#cookie = `bedrock_otel_status_${port}`;
  }

  /** Why a request is refused whatever it asks for; undefined when it is not. */
  refusal({ headers }: PageRequest): string | undefined {
    const host = headers.get("host") ?? "";
    const name = host.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
    // A name of someone else's that leads here (DNS rebinding); elsewhere the cookie, which is bound to the name, guards.
    if (isLoopback(this.#host) && !isLoopback(name)) return "this address is reached as localhost only";
    const origin = headers.get("origin");
    if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
      return "another origin asks";
    }
    const site = headers.get("sec-fetch-site");
    const isVisit = headers.get("sec-fetch-mode") === "navigate";
    if (!isVisit && site !== undefined && site !== "same-origin" && site !== "none") return "another site asks";
    return undefined;
  }

  /** Whether a request may learn anything. */
  isAllowed({ headers }: PageRequest): boolean {
    if (this.#token === undefined) return true;
    const cookies = (headers.get("cookie") ?? "").split(/; */);
    return cookies.some((cookie) => isSame(cookie, `${this.#cookie}=${sessionOf(this.#token as string)}`));
  }

  /** The cookie for a request that knows the token; undefined when it does not. */
  cookieFor({ headers }: PageRequest): string | undefined {
    if (this.#token === undefined) return undefined;
    if (!isSame(headers.get("authorization") ?? "", `Bearer ${this.#token}`)) return undefined;
    const secure = headers.get("x-forwarded-proto") === "https" ? "; Secure" : "";
    return `${this.#cookie}=${sessionOf(this.#token)}; HttpOnly; SameSite=Strict; Path=/${secure}`;
  }
}

/** The same after a restart, and no way back to the token. */
function sessionOf(token: string): string {
  return createHash("sha256").update(`bedrock-otel status_page ${token}`).digest("hex");
}

/** In the same time wherever they differ. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
