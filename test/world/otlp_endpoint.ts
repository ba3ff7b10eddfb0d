/** An OTLP/HTTP endpoint on loopback that keeps what it gets and answers as it is told. */
import { eventually } from "./eventually.ts";
import { answerUnder, type Fault, type HttpAnswer, type HttpRequest, HttpServer } from "./http_server.ts";
import { type DecodedLogRecord, decodeLogsRequest, encodeLogsResponse } from "./otlp_logs.ts";
import { type DecodedPoint, decodeMetricsRequest, encodeMetricsResponse } from "./otlp_metrics.ts";

/** What the endpoint does with a request. */
export type Answer =
  | Fault
  | { readonly kind: "accept" }
  /** 200 with a partial success: these records or points are not taken. */
  | {
    readonly kind: "partial";
    readonly rejected: readonly (DecodedLogRecord | DecodedPoint)[];
    readonly message: string;
  };

export const ACCEPT: Answer = { kind: "accept" };

/** An answer with this status; `headers` such as `{ "retry-after": "1" }`. */
export function status(
  code: number,
  { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string } = {},
): Fault {
  return { kind: "status", status: code, headers, body };
}

export interface OtlpRequest {
  readonly path: string;
  readonly headers: Headers;
  /** Of a request with logs, in order. */
  readonly records: readonly DecodedLogRecord[];
  /** Data points of a request with metrics, in order. */
  readonly points: readonly DecodedPoint[];
  /** Size of the request as it came over the wire. */
  readonly wireBytes: number;
  /** Size of the request after decompression. */
  readonly bytes: number;
  readonly atMs: number;
}

/** Paths that end in `/v1/metrics` take metrics, all others logs. */
export class OtlpEndpoint implements AsyncDisposable {
  /** How many requests came, answered or not. */
  arrived = 0;
  /** Every request whose answer is decided, in order. */
  readonly requests: (OtlpRequest & { readonly answer: Answer })[] = [];
  /** Records that the endpoint took, in order; the same record taken twice is here twice. */
  readonly accepted: DecodedLogRecord[] = [];
  /** Data points that it took, likewise. */
  readonly acceptedPoints: DecodedPoint[] = [];
  /** Answers for the next requests; when it is empty {@linkcode rule} decides. */
  readonly script: Answer[] = [];
  /** Keep only the ids of what is taken: for loads that would not fit into memory. */
  idsOnly = false;
  rule: (request: OtlpRequest) => Answer | Promise<Answer> = () => ACCEPT;
  #server: HttpServer | undefined;

  static async start(): Promise<OtlpEndpoint> {
    const endpoint = new OtlpEndpoint();
    endpoint.#server = await HttpServer.start((request) => endpoint.#answer(request), { keep: false });
    return endpoint;
  }

  /** For the exporter's `endpoint`. */
  get url(): string {
    return this.#http.url;
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

  /** From now on connections are refused, and those that are open end. */
  refuse(): Promise<void> {
    return this.#http.refuse();
  }

  /** Listens again after {@linkcode refuse}, on the same port. */
  listen(): Promise<void> {
    return this.#http.listen();
  }

  /** Waits until this many different records were taken. */
  async took(count: number, { timeoutMs = 60_000 } = {}): Promise<void> {
    await eventually(() => this.ids.size >= count, {
      timeoutMs,
      what: () => `${count} records at the endpoint (it has ${this.ids.size} of ${this.requests.length} requests)`,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http[Symbol.asyncDispose]();
  }

  get #http(): HttpServer {
    if (this.#server === undefined) throw new Error("The endpoint was not started");
    return this.#server;
  }

  async #answer({ url, headers, raw, body, atMs }: HttpRequest): Promise<HttpAnswer> {
    const contentType = headers.get("content-type") ?? "";
    const isMetrics = url.pathname.endsWith("/v1/metrics");
    const received: OtlpRequest = {
      path: url.pathname,
      headers,
      records: isMetrics ? [] : decodeLogsRequest(body, contentType),
      points: isMetrics ? decodeMetricsRequest(body, contentType) : [],
      wireBytes: raw.length,
      bytes: body.length,
      atMs,
    };
    this.arrived++;
    const answer = this.script.shift() ?? await this.rule(received);
    const rejected = answer.kind === "partial" ? answer.rejected : [];
    const lighten = (records: readonly DecodedLogRecord[]) => this.idsOnly ? records.map(withIdOnly) : records;
    this.requests.push({ ...received, records: lighten(received.records), answer });
    const fault = answer.kind === "accept" || answer.kind === "partial" ? undefined : answer;
    return await answerUnder(fault, () => {
      this.accepted.push(...lighten(received.records.filter((record) => !rejected.includes(record))));
      this.acceptedPoints.push(...received.points.filter((point) => !rejected.includes(point)));
      const rejection = answer.kind === "partial" ? { rejected: rejected.length, message: answer.message } : {};
      const encode = isMetrics ? encodeMetricsResponse : encodeLogsResponse;
      return new Response(encode(rejection, contentType), { headers: { "content-type": contentType } });
    });
  }
}

function withIdOnly(record: DecodedLogRecord): DecodedLogRecord {
  return { ...record, body: undefined, attributes: { "elasticsearch.document_id": documentId(record) } };
}

/** The id of a record as it arrived. */
export function documentId(record: DecodedLogRecord): string {
  return String(record.attributes["elasticsearch.document_id"]);
}
