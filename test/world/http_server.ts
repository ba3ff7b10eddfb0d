/** An HTTP server on loopback for stand-ins: it keeps what came, answers as told, and breaks in the ways of a network. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

const DECOMPRESS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
};

/** A request as it came. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body as it came over the wire. */
  readonly raw: Uint8Array<ArrayBuffer>;
  /** The body after decompression. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly atMs: number;
}

/** What goes wrong with a request. */
export type Fault =
  /** An answer with this status; the request is not taken. */
  | {
    readonly kind: "status";
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  /** No answer, on a connection that stays open; the request is not taken. */
  | { readonly kind: "hang" }
  /** The connection ends without an answer; the request is not taken. */
  | { readonly kind: "reset" }
  /** The request is taken, and nothing ever says so. */
  | { readonly kind: "keep_and_hang" }
  /** The request is taken, and the connection ends without an answer. */
  | { readonly kind: "keep_and_reset" }
  /** The request is taken, and half of the answer's body comes before nothing more does. */
  | { readonly kind: "stall" }
  /** The request is taken, and the connection ends in the middle of the answer's body. */
  | { readonly kind: "truncate" }
  /** The request is taken, and the connection ends in the middle of the answer's headers. */
  | { readonly kind: "cut_headers" }
  /** The request is taken, and its answer says that it is one byte longer than it is before the connection ends. */
  | { readonly kind: "wrong_length" }
  /** The request is not taken, and the connection ends in the middle of the error's body. */
  | { readonly kind: "cut_error"; readonly status: number };

/** An answer, and where it breaks off. */
export interface BrokenAnswer {
  readonly response: Response | undefined;
  readonly end: "hang" | "reset";
  /** Where it breaks off; default: in the middle of the body. */
  readonly at?: "headers" | "last_byte";
}

export type HttpAnswer = Response | BrokenAnswer;

/** What a request gets under a fault; `take` is called only where the request is taken. */
export async function answerUnder(
  fault: Fault | undefined,
  take: () => Response | Promise<Response>,
): Promise<HttpAnswer> {
  switch (fault?.kind) {
    case undefined:
      return await take();
    case "status":
      return new Response(fault.body ?? "", {
        status: fault.status,
        headers: { "content-type": "text/plain", ...fault.headers },
      });
    case "hang":
    case "reset":
      return { response: undefined, end: fault.kind };
    case "keep_and_hang":
    case "keep_and_reset":
      await take();
      return { response: undefined, end: fault.kind === "keep_and_hang" ? "hang" : "reset" };
    case "stall":
    case "truncate":
      return { response: await take(), end: fault.kind === "stall" ? "hang" : "reset" };
    case "cut_headers":
      return { response: await take(), end: "reset", at: "headers" };
    case "wrong_length":
      return { response: await take(), end: "reset", at: "last_byte" };
    case "cut_error":
      return { response: new Response("an error whose end never comes", { status: fault.status }), end: "reset" };
  }
}

export interface HttpServerOptions {
  /** Certificate and key in PEM, for HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Remember the requests. */
  readonly keep?: boolean;
}

export class HttpServer implements AsyncDisposable {
  /** Every request, in order. */
  readonly requests: HttpRequest[] = [];
  readonly #answer: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;
  readonly #options: HttpServerOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(answer: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>, options: HttpServerOptions) {
    this.#answer = answer;
    this.#options = options;
  }

  /** Listens on a free port; an `answer` that throws becomes a 500. */
  static async start(
    answer: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>,
    options: HttpServerOptions = {},
  ): Promise<HttpServer> {
    const server = new HttpServer(answer, options);
    await server.listen();
    return server;
  }

  /** Without a slash at the end. */
  get url(): string {
    return `${this.#options.tls === undefined ? "http" : "https"}://127.0.0.1:${this.#port}`;
  }

  /** Listens; after {@linkcode refuse} on the same port as before. */
  async listen(): Promise<void> {
    const { tls } = this.#options;
    const handle = (request: IncomingMessage, response: ServerResponse) => void this.#handle(request, response);
    const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle) as Server;
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    server.listen(this.#port, "127.0.0.1");
    await new Promise((resolve, reject) => server.once("listening", resolve).once("error", reject));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** From now on connections are refused, and those that are open end. */
  async refuse(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#server?.closeAllConnections();
    await closed;
    this.#server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server !== undefined) await this.refuse();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The client went away.
    }
    let answer: HttpAnswer;
    try {
      const received = this.#received(request, new Uint8Array(Buffer.concat(chunks)));
      if (this.#options.keep !== false) this.requests.push(received);
      answer = await this.#answer(received);
    } catch (error) {
      answer = new Response(`The stand-in failed: ${(error as Error).stack}`, { status: 500 });
    }
    await (answer instanceof Response ? send(answer, response) : sendBroken(answer, response));
  }

  #received({ method = "GET", url = "/", headers: given }: IncomingMessage, raw: Uint8Array<ArrayBuffer>): HttpRequest {
    const headers = new Headers();
    for (const [name, value = ""] of Object.entries(given)) headers.set(name, String(value));
    const decompress = DECOMPRESS[headers.get("content-encoding") ?? ""];
    const body = decompress === undefined ? raw : new Uint8Array(decompress(raw));
    return { method, url: new URL(url, this.url), headers, raw, body, atMs: Date.now() };
  }
}

async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  try {
    for await (const chunk of answer.body ?? []) {
      if (response.destroyed) return; // The client went away.
      if (!response.write(chunk)) {
        await new Promise((resolve) => response.once("drain", resolve).once("close", resolve));
      }
    }
    response.end();
  } catch {
    response.socket?.destroy(); // The body broke off.
  }
}

async function sendBroken({ response: answer, end, at }: BrokenAnswer, response: ServerResponse): Promise<void> {
  if (answer !== undefined && at === "headers") {
    await new Promise<void>((resolve) =>
      response.socket?.write(`HTTP/1.1 ${answer.status} OK\r\ncontent-le`, () => resolve())
    );
  } else if (answer !== undefined) {
    const whole = new Uint8Array(await answer.arrayBuffer());
    const length = at === "last_byte" ? whole.length + 1 : Math.max(whole.length, 1);
    const sent = at === "last_byte" ? whole : whole.subarray(0, length >> 1);
    response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), "content-length": String(length) });
    const written = new Promise<void>((resolve) => response.write(sent, () => resolve()));
    if (length > 1) await written;
    else response.flushHeaders();
  }
  if (end === "reset") response.socket?.destroy();
}
