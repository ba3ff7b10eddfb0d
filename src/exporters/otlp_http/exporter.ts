import { ExportResultCode } from "@opentelemetry/core";
import { createOtlpNetworkExportDelegate, ExporterMetrics, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { type ISerializer, LogsExporterMetricsHelper } from "@opentelemetry/otlp-transformer";
import type { ComponentContext, Consumers, Exporter, SendingSettings } from "../../component.ts";
import { createLogsSerializer, type ExportLogsResponse } from "../../otlp/serializer.ts";
import type { LogBatch, LogRecord } from "../../pipeline/batch.ts";
import { DataFaultError, TooLargeError } from "../../pipeline/outcome.ts";
import { VERSION } from "../../version.ts";
import { logsUrl, type OtlpHttpConfig } from "./config.ts";
import { createClient } from "./http_client.ts";
import { OtlpTransport, requestHeaders } from "./transport.ts";

type LogsSerializer = ISerializer<LogRecord[], ExportLogsResponse>;

/** Sends over OTLP/HTTP: one request for each batch, settled with its outcome. */
export class OtlpHttpExporter implements Exporter {
  readonly sending: SendingSettings;
  readonly consumers: Consumers;
  readonly #context: ComponentContext<OtlpHttpConfig>;
  #client: Deno.HttpClient | undefined;
  #transport: OtlpTransport | undefined;
  #logs: OTLPExporterBase<LogRecord[]> | undefined;

  constructor(context: ComponentContext<OtlpHttpConfig>) {
    this.#context = context;
    this.sending = sendingOf(context.config);
    this.consumers = { logs: { consume: (batch) => this.#consume(batch) } };
  }

  async start(): Promise<void> {
    const { id, config, events } = this.#context;
    const { encoding, compression } = config;
    const url = logsUrl(config);
    const gzip = compression === "gzip";
    this.#client = await createClient(config);
    this.#transport = new OtlpTransport({
      id,
      url,
      place: placeOf(url, config.proxy_url),
      headers: requestHeaders(config.headers, { encoding, gzip, userAgent: `bedrock-otel/${VERSION}` }),
      encoding,
      gzipLevel: gzip ? config.compression_params.level : undefined,
      client: this.#client,
      secrets: secretsOf(config),
      events,
    });
    const serializer = bounded(createLogsSerializer(encoding), config.max_request_bytes);
    const metrics = new ExporterMetrics<LogRecord[]>({
      componentType: "otlp_http_log_exporter",
      metricsHelper: LogsExporterMetricsHelper,
      url: url.href,
      meterProvider: undefined,
      responseAttributesFromError: () => ({}),
    });
    // The delegate refuses what is above its limit; how many are in flight is decided in front of the exporter.
    const limits = { timeoutMillis: config.timeout, concurrencyLimit: Infinity, compression };
    this.#logs = new OTLPExporterBase(createOtlpNetworkExportDelegate(limits, serializer, metrics, this.#transport));
  }

  async shutdown(): Promise<void> {
    // First, as the SDK's shutdown waits for what is in flight.
    this.#transport?.shutdown();
    await this.#logs?.shutdown();
    this.#client?.close();
    this.#client = undefined;
  }

  async #consume({ items }: LogBatch): Promise<void> {
    const { id, events } = this.#context;
    const exporter = this.#logs;
    if (exporter === undefined) throw new Error(`Cannot send: exporter ${id} is not started`);
    if (items.length === 0) return;
    await new Promise<void>((resolve, reject) => {
      exporter.export([...items], (result) => {
        if (result.code === ExportResultCode.SUCCESS) resolve();
        else reject(result.error);
      });
    });
    events.emit("export.delivered", { exporter: id, count: items.length });
  }
}

/** The serializer, refusing to make one request of several records that is larger than `maxBytes`. */
function bounded(serializer: LogsSerializer, maxBytes: number): LogsSerializer {
  return {
    serializeRequest(records) {
      const request = encode(serializer, records);
      if (request !== undefined && request.length > maxBytes && records.length > 1) {
        throw new TooLargeError(
          `Cannot send ${records.length} records in one request: ${request.length} bytes, max_request_bytes is ${maxBytes}`,
        );
      }
      return request;
    },
    deserializeResponse: (data) => serializer.deserializeResponse(data),
  };
}

/** A record that cannot be written never can: retrying it would hold up all others. */
function encode(serializer: LogsSerializer, records: LogRecord[]): Uint8Array | undefined {
  try {
    return serializer.serializeRequest(records);
  } catch (error) {
    const name = error instanceof Error ? error.name : "an error";
    throw new DataFaultError(`Cannot encode ${records.length} record(s): the encoder threw ${name}`, { cause: error });
  }
}

function sendingOf(config: OtlpHttpConfig): SendingSettings {
  const { sending_queue: queue, retry_on_failure: retry } = config;
  return {
    maxItems: queue.batch.max_size,
    maxBytes: config.max_request_bytes,
    flushTimeoutMs: queue.batch.flush_timeout,
    numConsumers: queue.num_consumers,
    retry: {
      enabled: retry.enabled,
      initialIntervalMs: retry.initial_interval,
      randomizationFactor: retry.randomization_factor,
      multiplier: retry.multiplier,
      maxIntervalMs: retry.max_interval,
      maxElapsedTimeMs: retry.max_elapsed_time,
    },
  };
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
