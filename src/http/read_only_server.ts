import { Connections, headLines } from "./connections.ts";
import { formatHostPort } from "./host_port.ts";

/** What a page answers. */
export interface Page {
  readonly status: number;
  readonly contentType: string;
  /** Parts leave as they come, until the client goes. */
  readonly body: string | AsyncIterable<string | Uint8Array>;
  /** More headers, by their lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a page may look at of a request. */
export interface PageRequest {
  /** By their lower-case names; of several with one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

export interface ReadOnlyServerOptions {
  /** What the server is for, in errors. */
  readonly name: string;
  /** The setting that says where it listens, in errors. */
  readonly setting: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** By path, without the query. */
  readonly pages: Readonly<Record<string, (request: PageRequest) => Page | Promise<Page>>>;
}

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
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
 * request but its head. Not Deno.serve: that waits for clients that say nothing for as long as they like, takes
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
  // deno-lint-ignore require-await
  async start(): Promise<void> {
    const { name, setting, host, port } = this.#options;
    try {
      this.#connections = new Connections({ host, port, handle: (...args) => this.#answer(...args) });
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const place = formatHostPort({ host, port });
      const advice = error instanceof Deno.errors.AddrInUse
        ? `another program has this port: change ${setting}`
        : `correct ${setting}`;
      throw new Error(`Cannot start ${name}: cannot listen on ${place} (${reason}): ${advice}`, { cause: error });
    }
  }

  /** Ends open connections too. Idempotent. */
  async stop(): Promise<void> {
    await this.#connections?.close();
  }

  async #answer(connection: Deno.Conn, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const [line = "", ...fields] = await headLines(connection);
    const request = parseRequestLine(line);
    const method = request?.method;
    const page = await this.#pageFor(method, request?.path ?? "", { headers: headersOf(fields), signal });
    return bytesOf(page, { isHead: method === "HEAD" });
  }

  async #pageFor(method: string | undefined, path: string, request: PageRequest): Promise<Page> {
    if (method === undefined) return textPage(400, "no request");
    if (method !== "GET" && method !== "HEAD") return textPage(405, "GET and HEAD only", { allow: "GET, HEAD" });
    const page = Object.hasOwn(this.#options.pages, path) ? this.#options.pages[path] : undefined;
    try {
      return await page?.(request) ?? textPage(404, "not found");
    } catch {
      // Whatever went wrong is ours to know.
      return textPage(500, "error");
    }
  }
}

async function* bytesOf({ status, contentType, body, headers }: Page, { isHead }: { isHead: boolean }) {
  const encoder = new TextEncoder();
  const bytes = typeof body === "string" ? encoder.encode(body) : undefined;
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? ""}`,
    `content-type: ${contentType}`,
    // What has no length lasts until the connection ends.
    ...bytes === undefined ? [] : [`content-length: ${bytes.length}`],
    "cache-control: no-store",
    "x-content-type-options: nosniff",
    "connection: close",
    ...Object.entries(headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  const headBytes = encoder.encode(`${head.join("\r\n")}\r\n\r\n`);
  if (isHead) yield headBytes;
  else if (bytes !== undefined) yield new Uint8Array([...headBytes, ...bytes]);
  else {
    yield headBytes;
    for await (const part of body) yield typeof part === "string" ? encoder.encode(part) : part;
  }
}

function headersOf(fields: readonly string[]): Map<string, string> {
  return new Map(fields.flatMap((field) => {
    const colon = field.indexOf(":");
    return colon < 0 ? [] : [[field.slice(0, colon).trim().toLowerCase(), field.slice(colon + 1).trim()] as const];
  }));
}

/** A page that is one line of text. */
export function textPage(status: number, body: string, headers?: Readonly<Record<string, string>>): Page {
  return { status, contentType: "text/plain; charset=utf-8", body: `${body}\n`, ...headers && { headers } };
}
