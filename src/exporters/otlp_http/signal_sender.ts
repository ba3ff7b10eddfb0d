/** The bridge to the exporter of the OpenTelemetry packages: one request for each batch, settled with its outcome. */
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { createOtlpNetworkExportDelegate, ExporterMetrics, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import type { Batch, Item } from "../../component/batch.ts";
import type { ComponentContext } from "../../component/component.ts";
import type { Consumer } from "../../component/consumer.ts";
import { DataFaultError, TooLargeError } from "../../component/outcome.ts";
import { type Encode, tooLarge } from "../../otlp/encoding.ts";
import type { EndpointAccess } from "../../endpoint/endpoint_access.ts";
import type { RequestCompression } from "./compression.ts";
import type { OtlpHttpConfig } from "./config.ts";
import { OtlpTransport } from "./transport.ts";

export interface SignalSenderOptions<T extends Item> {
  readonly context: ComponentContext<OtlpHttpConfig>;
  readonly url: URL;
  readonly encode: Encode<T>;
  readonly compression: RequestCompression;
}

/** Sends the items of one signal. */
export class SignalSender<T extends Item> implements Consumer<T> {
  readonly #options: SignalSenderOptions<T>;
  #transport: OtlpTransport | undefined;
  #exporter: OTLPExporterBase<readonly T[]> | undefined;

  constructor(options: SignalSenderOptions<T>) {
    this.#options = options;
  }

  start(access: EndpointAccess): void {
    const { context, url, encode, compression } = this.#options;
    const { timeout, max_request_bytes } = context.config;
    this.#transport = new OtlpTransport({ ...context, url, access, compression });
    // The transport reads the answer, as the packages only log what it says of rejected items.
    const serializer = { serializeRequest: bounded(encode, max_request_bytes), deserializeResponse: () => undefined };
    // How many are in flight is decided in front of the exporter; above its own limit it would refuse. The transport compresses.
    const limits = { timeoutMillis: timeout, concurrencyLimit: Infinity, compression: "none" as const };
    // Without a meter nothing is recorded: what is delivered is counted for every exporter alike.
    const metrics = new ExporterMetrics<readonly T[]>({
      componentType: "otlp_http_exporter",
      metricsHelper: { name: "log", countItems: ({ length }) => length },
      url: undefined,
      meterProvider: undefined,
      responseAttributesFromError: () => ({}),
    });
    this.#exporter = new OTLPExporterBase(
      createOtlpNetworkExportDelegate(limits, serializer, metrics, this.#transport),
    );
  }

  async consume({ items }: Batch<T>): Promise<void> {
    const exporter = this.#exporter;
    if (exporter === undefined) throw new Error(`Cannot send: exporter ${this.#options.context.id} is not started`);
    if (items.length === 0) return;
    const { code, error } = await new Promise<ExportResult>((resolve) => exporter.export(items, resolve));
    if (code !== ExportResultCode.SUCCESS) throw error;
  }

  async shutdown(): Promise<void> {
    // First, as the packages wait for what is in flight.
    this.#transport?.shutdown();
    await this.#exporter?.shutdown();
  }
}

/** The encoder, refusing to make one request of several items that is larger than `maxBytes`. */
function bounded<T>(encode: Encode<T>, maxBytes: number): (items: readonly T[]) => Uint8Array {
  return (items) => {
    const request = encoded(encode, { items, maxBytes });
    if (request.length <= maxBytes || items.length === 1) return request;
    throw tooLarge(items.length, maxBytes);
  };
}

/** An item that cannot be written never can: retrying it would hold up all others. */
function encoded<T>(encode: Encode<T>, { items, maxBytes }: { items: readonly T[]; maxBytes: number }): Uint8Array {
  try {
    return encode(items, maxBytes);
  } catch (error) {
    if (error instanceof TooLargeError) throw error;
    const name = error instanceof Error ? error.name : "an error";
    throw new DataFaultError(`Cannot encode ${items.length} record(s): the encoder threw ${name}`, { cause: error });
  }
}
