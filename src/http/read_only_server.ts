import { Connections, firstLine } from "./connections.ts";

/** What a page answers. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface ReadOnlyServerOptions {
  /** What the server is for, in errors. */
  readonly name: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** By path, without the query. */
  readonly pages: Readonly<Record<string, () => Page | Promise<Page>>>;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Longest request line: our paths are short. */
const MAX_LINE_LENGTH = 4096;

/** Method and path, without the query, of a request's first line; undefined when it is none. */
export function parseRequestLine(line: string): { method: string; path: string } | undefined {
  if (line.length > MAX_LINE_LENGTH) return undefined;
  const [method = "", target = "", version = "", ...more] = line.split(" ");
  const [path = ""] = target.split("?", 1);
  const isRequest = /^[A-Z]+$/.test(method) && path !== "" && !/\s/.test(target) && /^HTTP\/1\.[01]$/.test(version);
  return isRequest && more.length === 0 ? { method, path } : undefined;
}

/**
 * An HTTP server that can only be read: GET and HEAD of a few pages, one for each connection. It reads nothing of a
 * request but its first line. Not Deno.serve: that waits for clients that say nothing for as long as they like, takes
 * as many as there are, and ends the program when there are too many.
 */
export class ReadOnlyServer {
  readonly #options: ReadOnlyServerOptions;
  #connections: Connections | undefined;

  constructor(options: ReadOnlyServerOptions) {
    this.#options = options;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#connections?.port ?? this.#options.port;
  }

  /** @throws {Error} when it cannot listen there. */
  start(): void {
    const { name, host, port } = this.#options;
    try {
      this.#connections = new Connections({ host, port, handle: (connection) => this.#answer(connection) });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot start ${name}: cannot listen on ${host}:${port} (${reason})`, { cause: error });
    }
  }

  /** Ends open connections too. Idempotent. */
  async stop(): Promise<void> {
    await this.#connections?.close();
  }

  async #answer(connection: Deno.Conn): Promise<Uint8Array> {
    const request = parseRequestLine(await firstLine(connection));
    const method = request?.method;
    const { status, contentType, body } = await this.#pageFor(method, request?.path ?? "");
    const bytes = new TextEncoder().encode(body);
    const head = [
      `HTTP/1.1 ${status} ${REASONS[status] ?? ""}`,
      `content-type: ${contentType}`,
      `content-length: ${bytes.length}`,
      "cache-control: no-store",
      "x-content-type-options: nosniff",
      "connection: close",
      ...status === 405 ? ["allow: GET, HEAD"] : [],
    ];
    const headBytes = new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`);
    return method === "HEAD" ? headBytes : new Uint8Array([...headBytes, ...bytes]);
  }

  async #pageFor(method: string | undefined, path: string): Promise<Page> {
    if (method === undefined) return text(400, "no request");
    if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD only");
    const page = Object.hasOwn(this.#options.pages, path) ? this.#options.pages[path] : undefined;
    try {
      return await page?.() ?? text(404, "not found");
    } catch {
      // Whatever went wrong is ours to know.
      return text(500, "error");
    }
  }
}

function text(status: number, body: string): Page {
  return { status, contentType: "text/plain; charset=utf-8", body: `${body}\n` };
}
