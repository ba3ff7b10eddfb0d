import { ExportResultCode } from "@opentelemetry/core";
import { createOtlpNetworkExportDelegate, ExporterMetrics, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import type { IExporterMetricsHelper, ISerializer } from "@opentelemetry/otlp-transformer";
import type { ComponentContext } from "../../component/component.ts";
import type { ExportResponse } from "../../otlp/serializer.ts";
import type { Batch, Item } from "../../component/batch.ts";
import type { Consumer } from "../../component/consumer.ts";
import { type Counting, unitsOf } from "../../pipeline/counting.ts";
import { DataFaultError, TooLargeError } from "../../component/outcome.ts";
import { VERSION } from "../../version.ts";
import type { OtlpHttpConfig } from "./config.ts";
import { OtlpTransport, requestHeaders } from "./transport.ts";

export interface SignalSenderOptions<T extends Item> {
  readonly context: ComponentContext<OtlpHttpConfig>;
  readonly url: URL;
  readonly serializer: ISerializer<T[], ExportResponse>;
  readonly counting: Counting<T>;
  /** Of the SDK: what it calls the items. */
  readonly name: IExporterMetricsHelper<T[]>["name"];
}

/** Sends the items of one signal: one request for each batch, settled with its outcome. */
export class SignalSender<T extends Item> implements Consumer<T> {
  readonly #options: SignalSenderOptions<T>;
  #transport: OtlpTransport | undefined;
  #exporter: OTLPExporterBase<T[]> | undefined;

  constructor(options: SignalSenderOptions<T>) {
    this.#options = options;
  }

  start(client: Deno.HttpClient): void {
    const { context: { id, config, events }, url, serializer, counting, name } = this.#options;
    const { encoding, compression } = config;
    const gzip = compression === "gzip";
    this.#transport = new OtlpTransport({
      id,
      url,
      place: placeOf(url, config.proxy_url),
      headers: requestHeaders(config.headers, { encoding, gzip, userAgent: `bedrock-otel/${VERSION}` }),
      encoding,
      gzipLevel: gzip ? config.compression_params.level : undefined,
      client,
      secrets: secretsOf(config),
      events,
    });
    const metrics = new ExporterMetrics<T[]>({
      componentType: `otlp_http_${name}_exporter`,
      metricsHelper: { name, countItems: (items) => unitsOf(items, counting) },
      url: url.href,
      meterProvider: undefined,
      responseAttributesFromError: () => ({}),
    });
    // The delegate refuses what is above its limit; how many are in flight is decided in front of the exporter.
    const limits = { timeoutMillis: config.timeout, concurrencyLimit: Infinity, compression };
    const bounds = bounded(serializer, config.max_request_bytes);
    this.#exporter = new OTLPExporterBase(createOtlpNetworkExportDelegate(limits, bounds, metrics, this.#transport));
  }

  async shutdown(): Promise<void> {
    // First, as the SDK's shutdown waits for what is in flight.
    this.#transport?.shutdown();
    await this.#exporter?.shutdown();
  }

  async consume({ items }: Batch<T>): Promise<void> {
    const { context: { id, events }, counting } = this.#options;
    const exporter = this.#exporter;
    if (exporter === undefined) throw new Error(`Cannot send: exporter ${id} is not started`);
    if (items.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      exporter.export([...items], (result) => {
        if (result.code === ExportResultCode.SUCCESS) resolve();
        else reject(result.error);
      });
    });
    events.emit(counting.delivered, { exporter: id, count: unitsOf(items, counting) });
  }
}

/** The serializer, refusing to make one request of several items that is larger than `maxBytes`. */
function bounded<T>(serializer: ISerializer<T[], ExportResponse>, maxBytes: number): ISerializer<T[], ExportResponse> {
  return {
    serializeRequest(items) {
      const request = encode(serializer, items);
      if (request !== undefined && request.length > maxBytes && items.length > 1) {
        throw new TooLargeError(
          `Cannot send ${items.length} records in one request: ${request.length} bytes, max_request_bytes is ${maxBytes}`,
        );
      }
      return request;
    },
    deserializeResponse: (data) => serializer.deserializeResponse(data),
  };
}

/** An item that cannot be written never can: retrying it would hold up all others. */
function encode<T>(serializer: ISerializer<T[], ExportResponse>, items: T[]): Uint8Array | undefined {
  try {
    return serializer.serializeRequest(items);
  } catch (error) {
    const name = error instanceof Error ? error.name : "an error";
    throw new DataFaultError(`Cannot encode ${items.length} record(s): the encoder threw ${name}`, { cause: error });
  }
}

function placeOf(url: URL, proxyUrl: string | undefined): string {
  const place = url.origin + url.pathname;
  return proxyUrl === undefined ? place : `${place} through proxy ${new URL(proxyUrl).host}`;
}

/** Shorter values are flags or names, and their removal would garble every message. */
const MIN_SECRET_LENGTH = 6;

/** What an endpoint must not be quoted with: header values, also without their scheme (`ApiKey …`), and passwords. */
function secretsOf({ headers, proxy_url }: OtlpHttpConfig): string[] {
  const values = Object.values(headers).flatMap((value) => [value, ...value.split(/\s+/)]);
  if (proxy_url !== undefined) values.push(decodeURIComponent(new URL(proxy_url).password));
  return values.filter((value) => value.length >= MIN_SECRET_LENGTH).sort((a, b) => b.length - a.length);
}
