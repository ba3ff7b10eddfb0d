/**
 * The SDK's exporters for the program's own telemetry, which report once when sending begins to fail, and once when it
 * works again. As everywhere with OpenTelemetry, `OTEL_EXPORTER_OTLP_HEADERS` adds to the configured headers.
 */
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import {
  AggregationTemporalityPreference,
  OTLPMetricExporter as JsonMetricExporter,
} from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtobufMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import type { PushMetricExporter } from "@opentelemetry/sdk-metrics";
import { detailOfFetchError } from "../http/fetch_error.ts";
import { VERSION } from "../version.ts";
import type { EventReporter } from "./event_reporter.ts";
import type { OtlpMetricSettings, OtlpSettings } from "../config/telemetry.ts";

const TEMPORALITIES = {
  cumulative: AggregationTemporalityPreference.CUMULATIVE,
  delta: AggregationTemporalityPreference.DELTA,
} as const;

/** Is notified when sending begins to fail, with the reason, and when it works again. */
export type OnChange = (failure: { readonly reason: string } | undefined) => void;

/** Reports both of a signal. */
export function changeReporter(events: Pick<EventReporter, "emit">, signal: "logs" | "metrics"): OnChange {
  return (failure) => {
    if (failure === undefined) events.emit("telemetry.recovered", { signal });
    else events.emit("telemetry.failed", { signal, error: failure.reason });
  };
}

export function otlpMetricExporter(config: OtlpMetricSettings, onChange: OnChange): PushMetricExporter {
  const Exporter = config.protocol === "http/json" ? JsonMetricExporter : ProtobufMetricExporter;
  const temporality = config.temporality_preference === undefined
    ? {}
    : { temporalityPreference: TEMPORALITIES[config.temporality_preference] };
  return watched(new Exporter({ ...optionsFor("metrics", config), ...temporality }), onChange);
}

export function otlpLogExporter(config: OtlpSettings, onChange: OnChange): LogRecordExporter {
  const Exporter = config.protocol === "http/json" ? JsonLogExporter : ProtobufLogExporter;
  return watched(new Exporter(optionsFor("logs", config)), onChange);
}

function optionsFor(signal: "logs" | "metrics", { endpoint, headers, timeout }: OtlpSettings) {
  return {
    url: signalUrl(endpoint, signal),
    headers,
    compression: CompressionAlgorithm.GZIP,
    timeoutMillis: timeout,
    keepAlive: false,
    userAgent: `bedrock-otel/${VERSION}`,
  };
}

interface Exports<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** The exporter, telling `onChange` of the outcomes where they change. */
export function watched<Items, E extends Exports<Items>>(exporter: E, onChange: OnChange): E {
  const send = exporter.export.bind(exporter);
  let wasFailing = false;
  exporter.export = (items: Items, done: (result: ExportResult) => void) =>
    send(items, (result) => {
      const isFailing = result.code !== ExportResultCode.SUCCESS;
      if (isFailing !== wasFailing) onChange(isFailing ? { reason: detailOfFetchError(result.error) } : undefined);
      wasFailing = isFailing;
      done(result);
    });
  return exporter;
}

/** The URL for a signal: as given where it has a path. */
export function signalUrl(endpoint: string, signal: "logs" | "metrics"): string {
  const url = new URL(endpoint);
  if (url.pathname === "/") url.pathname = `/v1/${signal}`;
  return url.href;
}
