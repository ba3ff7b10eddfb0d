/** An OTLP/HTTP endpoint on loopback that keeps what it gets and answers as it is told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { type DecodedLogRecord, decodeLogsRequest, encodeLogsResponse } from "./otlp_decode.ts";
import { eventually } from "./eventually.ts";

/** What the endpoint does with a request. */
export type Answer =
  | { readonly kind: "accept" }
  | {
    readonly kind: "status";
    readonly status: number;
    readonly headers?: Record<string, string>;
    readonly body?: string;
  }
  /** 200 with a partial success. */
  | { readonly kind: "partial"; readonly rejected: readonly DecodedLogRecord[]; readonly message: string }
  /** Says nothing and keeps the connection. */
  | { readonly kind: "hang" }
  /** Closes the connection without an answer. */
  | { readonly kind: "reset" }
  /** Takes the records and dies after half of the answer. */
  | { readonly kind: "truncate" }
  /** Takes the records and never says so. */
  | { readonly kind: "keep_and_hang" };

export const ACCEPT: Answer = { kind: "accept" };

/** An answer with this status; `headers` such as `{ "retry-after": "1" }`. */
export function status(
  code: number,
  { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string } = {},
): Answer {
  return { kind: "status", status: code, headers, body };
}

export interface ReceivedRequest {
  readonly records: readonly DecodedLogRecord[];
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Size of the request as it came over the wire. */
  readonly wireBytes: number;
  /** Size of the request after decompression. */
  readonly bytes: number;
  readonly atMs: number;
  readonly answer: Answer;
}

export class OtlpEndpoint implements AsyncDisposable {
  /** How many requests came, answered or not. */
  arrived = 0;
  /** Every request whose answer is decided, in order. */
  readonly requests: ReceivedRequest[] = [];
  /** Records that the endpoint took, in order; the same record taken twice is here twice. */
  readonly accepted: DecodedLogRecord[] = [];
  /** Answers for the next requests; when it is empty {@linkcode rule} decides. */
  readonly script: Answer[] = [];
  /** Keep only the ids of what is taken: for loads that would not fit into memory. */
  idsOnly = false;
  rule: (request: Omit<ReceivedRequest, "answer">) => Answer | Promise<Answer> = () => ACCEPT;

  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<OtlpEndpoint> {
    const endpoint = new OtlpEndpoint();
    await endpoint.listen();
    return endpoint;
  }

  /** For the exporter's `endpoint`. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** `elasticsearch.document_id` of what was taken, without repetition. */
  get ids(): Set<string> {
    return new Set(this.accepted.map(documentId));
  }

  /** requestIds of what was taken, sorted; a record taken twice is here twice. */
  get tookInvocations(): string[] {
    return this.accepted.map(({ attributes }) => String(attributes["event.id"])).sort();
  }

  /** How many records were taken more than once. */
  get duplicates(): number {
    return this.accepted.length - this.ids.size;
  }

  /** Listens, after {@linkcode refuse} on the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#handle(request, response));
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

  /** Waits until this many different records were taken. */
  async took(count: number, { timeoutMs = 20_000 } = {}): Promise<void> {
    await eventually(() => this.ids.size >= count, {
      timeoutMs,
      what: () => `${count} records at the endpoint (it has ${this.ids.size} of ${this.requests.length} requests)`,
    });
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
    const wire = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(wire) : wire;
    const contentType = request.headers["content-type"] ?? "";
    const received = {
      records: decodeLogsRequest(body, contentType),
      headers: request.headers,
      wireBytes: wire.length,
      bytes: body.length,
      atMs: Date.now(),
    };
    this.arrived++;
    const answer = this.script.shift() ?? await this.rule(received);
    const records = this.idsOnly ? received.records.map(withIdOnly) : received.records;
    this.requests.push({ ...received, records, answer });
    this.#answer(answer, { records, contentType, response });
  }

  #answer(
    answer: Answer,
    { records, contentType, response }: {
      records: readonly DecodedLogRecord[];
      contentType: string;
      response: ServerResponse;
    },
  ): void {
    switch (answer.kind) {
      case "accept":
        this.accepted.push(...records);
        response.writeHead(200, { "content-type": contentType }).end(encodeLogsResponse({}, contentType));
        break;
      case "partial": {
        const { rejected, message } = answer;
        this.accepted.push(...records.filter((record) => !rejected.includes(record)));
        const body = encodeLogsResponse({ rejected: rejected.length, message }, contentType);
        response.writeHead(200, { "content-type": contentType }).end(body);
        break;
      }
      case "status":
        response.writeHead(answer.status, { "content-type": "text/plain", ...answer.headers }).end(answer.body ?? "");
        break;
      case "hang":
        break;
      case "keep_and_hang":
        this.accepted.push(...records);
        break;
      case "reset":
        response.socket?.destroy();
        break;
      case "truncate":
        this.accepted.push(...records);
        response.writeHead(200, { "content-type": contentType, "content-length": "1000" });
        response.write("{", () => response.socket?.destroy());
        break;
    }
  }
}

function withIdOnly(record: DecodedLogRecord): DecodedLogRecord {
  return { ...record, body: undefined, attributes: { "elasticsearch.document_id": documentId(record) } };
}

/** The id of a record as it arrived. */
export function documentId(record: DecodedLogRecord): string {
  return String(record.attributes["elasticsearch.document_id"]);
}
