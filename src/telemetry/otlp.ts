/** Exporters for the program's own telemetry. They tell once when sending begins to fail, and once when it works again. */
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPMetricExporterBase } from "@opentelemetry/exporter-metrics-otlp-http";
import { CompressionAlgorithm, OTLPExporterBase } from "@opentelemetry/otlp-exporter-base";
import { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } from "@opentelemetry/otlp-exporter-base/node-http";
import {
  type IExporterMetricsHelper,
  type ISerializer,
  JsonLogsSerializer,
  JsonMetricsSerializer,
  LogsExporterMetricsHelper,
  MetricsExporterMetricsHelper,
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
} from "@opentelemetry/otlp-transformer";
import type { LogRecordExporter, ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { PushMetricExporter, ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { VERSION } from "../version.ts";
import { type OtlpTelemetryConfig, signalUrl } from "./config.ts";

/** Hears when sending begins to fail, and when it works again. */
export type OnChange = (isFailing: boolean) => void;

export function otlpMetricExporter(config: OtlpTelemetryConfig, onChange: OnChange): PushMetricExporter {
  const serializer = config.protocol === "http/json" ? JsonMetricsSerializer : ProtobufMetricsSerializer;
  const options = { signal: "metrics", helper: MetricsExporterMetricsHelper } as const;
  const exporter = new OTLPMetricExporterBase(delegate<ResourceMetrics>(config, serializer, options));
  return watched(exporter, onChange);
}

export function otlpLogExporter(config: OtlpTelemetryConfig, onChange: OnChange): LogRecordExporter {
  const serializer = config.protocol === "http/json" ? JsonLogsSerializer : ProtobufLogsSerializer;
  const options = { signal: "logs", helper: LogsExporterMetricsHelper } as const;
  return watched(new OTLPExporterBase(delegate<ReadableLogRecord[]>(config, serializer, options)), onChange);
}

/**
 * The SDK's own sending over HTTP. Not its ready-made exporters: these send JSON only, and add what the environment
 * holds for other programs (`OTEL_EXPORTER_OTLP_HEADERS`).
 */
function delegate<Items>(
  { endpoint, headers, protocol, timeout }: OtlpTelemetryConfig,
  serializer: ISerializer<Items, unknown>,
  { signal, helper }: { signal: "logs" | "metrics"; helper: IExporterMetricsHelper<Items> },
) {
  const contentType = protocol === "http/json" ? "application/json" : "application/x-protobuf";
  const options = {
    url: signalUrl(endpoint, signal),
    headers: () => Promise.resolve({ ...headers, "Content-Type": contentType }),
    compression: CompressionAlgorithm.GZIP,
    timeoutMillis: timeout,
    concurrencyLimit: 1,
    agentFactory: httpAgentFactoryFromOptions({ keepAlive: false }),
    userAgent: `bedrock-otel/${VERSION}`,
  };
  return createOtlpHttpExportDelegate(options, serializer, `otlp_http_${signal}_exporter`, helper, undefined);
}

interface Exports<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** The exporter, telling `onChange` of the outcomes where they change. */
function watched<Items, E extends Exports<Items>>(exporter: E, onChange: OnChange): E {
  const send = exporter.export.bind(exporter);
  let wasFailing = false;
  exporter.export = (items: Items, done: (result: ExportResult) => void) =>
    send(items, (result) => {
      const isFailing = result.code !== ExportResultCode.SUCCESS;
      if (isFailing !== wasFailing) onChange(isFailing);
      wasFailing = isFailing;
      done(result);
    });
  return exporter;
}
