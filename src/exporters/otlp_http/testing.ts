/** For tests of `otlp_http`: the exporter, and a server that answers with any bytes. */
import type { LogBatch, MetricBatch } from "../../component/batch.ts";
import { quietEvents } from "../../../test/world/quiet_events.ts";
import { otlpHttpFactory } from "./factory.ts";
import type { OtlpHttpExporter } from "./exporter.ts";

/** The answer to a request in protobuf of which everything was taken. */
export const taken = () => new Response(null, { headers: { "content-type": "application/x-protobuf" } });

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
