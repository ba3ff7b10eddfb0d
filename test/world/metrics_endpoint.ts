/** An OTLP/HTTP endpoint on loopback that takes metrics, keeps them and answers as it is told. */
import { gunzipSync } from "node:zlib";
import { type DecodedPoint, decodeMetricsRequest, encodeMetricsResponse } from "./otlp_metrics_decode.ts";

/** A status other than 200, or the number of data points rejected and why. */
export type MetricsAnswer =
  | { readonly status: number }
  | { readonly rejected: number; readonly message: string }
  | undefined;

export class MetricsEndpoint implements AsyncDisposable {
  /** The points of each request, in order, whatever was answered. */
  readonly requests: (readonly DecodedPoint[])[] = [];
  /** Paths of the requests. */
  readonly paths: string[] = [];
  /** Points of requests that were answered with 200. */
  readonly accepted: DecodedPoint[] = [];
  /** Undefined takes all points. */
  answer: (points: readonly DecodedPoint[], index: number) => MetricsAnswer | Promise<MetricsAnswer> = () => undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => this.#handle(request));
  }

  /** For the exporter's `endpoint`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const wire = await request.bytes();
    const body = request.headers.get("content-encoding") === "gzip" ? gunzipSync(wire) : wire;
    const contentType = request.headers.get("content-type") ?? "";
    const points = decodeMetricsRequest(body, contentType);
    this.paths.push(new URL(request.url).pathname);
    const index = this.requests.push(points) - 1;
    const answer = await this.answer(points, index);
    if (answer !== undefined && "status" in answer) return new Response(null, answer);
    this.accepted.push(...points);
    return new Response(encodeMetricsResponse(answer ?? {}, contentType), { headers: { "content-type": contentType } });
  }
}
