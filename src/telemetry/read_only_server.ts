import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

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

/** A client that dawdles is cut off. */
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_CONNECTIONS = 64;

/** An HTTP server that can only be read: GET and HEAD of a few pages. It reads nothing of a request but its path. */
export class ReadOnlyServer {
  readonly #options: ReadOnlyServerOptions;
  #server: Server | undefined;

  constructor(options: ReadOnlyServerOptions) {
    this.#options = options;
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server?.address();
    return typeof address === "object" && address !== null ? address.port : this.#options.port;
  }

  /** @throws {Error} when it cannot listen there. */
  async start(): Promise<void> {
    const { name, host, port } = this.#options;
    const server = createServer((request, response) => void this.#answer(request, response));
    server.requestTimeout = REQUEST_TIMEOUT_MS;
    server.headersTimeout = REQUEST_TIMEOUT_MS;
    server.maxConnections = MAX_CONNECTIONS;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, resolve);
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot start ${name}: cannot listen on ${host}:${port} (${reason})`, { cause: error });
    }
    this.#server = server;
  }

  /** Ends open connections too. Idempotent. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.#pageFor(request);
    response.writeHead(status, {
      "content-type": contentType,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "connection": "close",
      ...(status === 405 ? { allow: "GET, HEAD" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  async #pageFor({ method, url = "/" }: IncomingMessage): Promise<Page> {
    if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD only");
    const path = url.split("?", 1)[0] as string;
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
