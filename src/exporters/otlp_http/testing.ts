/** For tests of `otlp_http`: the exporter, and endpoints on loopback that keep what they received. */
import { gunzipSync } from "node:zlib";
import type { LogBatch, MetricBatch } from "../../component/batch.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { otlpHttpFactory } from "./factory.ts";
import type { OtlpHttpExporter } from "./exporter.ts";

/** A request as the endpoint received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** As it came over the wire. */
  readonly raw: Uint8Array;
  /** After decompression. */
  readonly body: Uint8Array;
}

/** What the endpoint answers; `ended` resolves when the test is over. */
export type Answer = (request: ReceivedRequest, ended: Promise<void>) => Response | Promise<Response>;

/** An OTLP endpoint on loopback that answers as told. Dispose of it to end it. */
export class TestEndpoint implements AsyncDisposable {
  readonly requests: ReceivedRequest[] = [];
  readonly url: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #ended = Promise.withResolvers<void>();

  constructor(answer: Answer, tls: { cert?: string; key?: string } = {}) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...tls } as Deno.ServeTcpOptions,
      async (request) => {
        const raw = await request.bytes();
        const body = request.headers.get("content-encoding") === "gzip" ? new Uint8Array(gunzipSync(raw)) : raw;
        const { method, headers } = request;
        const received = { method, headers, raw, body, url: new URL(request.url) };
        this.requests.push(received);
        return await answer(received, this.#ended.promise);
      },
    );
    this.url = `${tls.cert === undefined ? "http" : "https"}://127.0.0.1:${this.#server.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.resolve();
    await this.#server.shutdown();
  }
}

/** A server on loopback that writes `bytes` once it has read the start of a request, and closes the connection. */
export class RawServer implements AsyncDisposable {
  readonly url: string;
  readonly #listener: Deno.TcpListener;
  readonly #served: Promise<void>;

  constructor(bytes: string) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.url = `http://127.0.0.1:${this.#listener.addr.port}`;
    this.#served = this.#serve(new TextEncoder().encode(bytes));
  }

  async #serve(bytes: Uint8Array): Promise<void> {
    for await (const connection of this.#listener) {
      await connection.read(new Uint8Array(64 * 1024));
      await connection.write(bytes);
      connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#served;
  }
}

/** An `otlp_http` exporter, started, and what it said. Dispose of it to shut it down. */
export async function startExporter(settings: Record<string, unknown>) {
  const { events, lines } = quietEvents();
  const config = otlpHttpFactory.schema.parse(settings);
  const exporter = otlpHttpFactory.create({ id: "otlp_http", config, events }) as OtlpHttpExporter;
  await exporter.start();
  return {
    exporter,
    events,
    lines,
    consume: (batch: LogBatch) => exporter.consumers.logs?.consume(batch) as Promise<void>,
    consumeMetrics: (batch: MetricBatch) => exporter.consumers.metrics?.consume(batch) as Promise<void>,
    [Symbol.asyncDispose]: () => exporter.shutdown(),
  };
}

/** The error that a delivery rejects with; throws when it was delivered. */
export async function failureOf(delivery: Promise<void>): Promise<unknown> {
  try {
    await delivery;
  } catch (error) {
    return error;
  }
  throw new Error("Delivered, but should have failed");
}
