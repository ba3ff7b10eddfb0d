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

/** An HTTP server that can only be read: GET and HEAD of a few pages. It reads nothing of a request but its path. */
export class ReadOnlyServer {
  readonly #options: ReadOnlyServerOptions;
  readonly #stop = new AbortController();
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  constructor(options: ReadOnlyServerOptions) {
    this.#options = options;
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#server?.addr.port ?? this.#options.port;
  }

  /** @throws {Error} when it cannot listen there. */
  start(): void {
    const { name, host, port } = this.#options;
    try {
      this.#server = Deno.serve(
        { hostname: host, port, signal: this.#stop.signal, onListen() {} },
        (request) => this.#answer(request),
      );
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot start ${name}: cannot listen on ${host}:${port} (${reason})`, { cause: error });
    }
  }

  /** Ends open connections too. Idempotent. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#server?.finished;
  }

  async #answer(request: Request): Promise<Response> {
    const { status, contentType, body } = await this.#pageFor(request);
    return new Response(request.method === "HEAD" ? null : body, {
      status,
      headers: {
        "content-type": contentType,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        "connection": "close",
        ...(status === 405 ? { allow: "GET, HEAD" } : {}),
      },
    });
  }

  async #pageFor({ method, url }: Request): Promise<Page> {
    if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD only");
    const path = new URL(url).pathname;
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
