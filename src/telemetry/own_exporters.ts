/** The SDK's exporters for the program's own telemetry: over OTLP, or through an exporter of the configuration. */
import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { LogRecordExporter } from "@opentelemetry/sdk-logs";
import { AggregationTemporality, InstrumentType, type PushMetricExporter } from "@opentelemetry/sdk-metrics";
import type { OwnTelemetrySender } from "../component/component.ts";
import { type OnChange, otlpLogExporter, otlpMetricExporter, watched } from "./otlp.ts";
import type { OtlpMetricSettings, OwnExporterSettings, TelemetryExporter } from "../config/telemetry.ts";

/** Makes the sender of an exporter. */
export type SenderOf = (settings: OwnExporterSettings) => OwnTelemetrySender;

export interface OwnExporterOptions {
  readonly onChange: OnChange;
  readonly senderOf: SenderOf;
}

export function logExporter(
  { otlp, elasticsearch }: TelemetryExporter,
  options: OwnExporterOptions,
): LogRecordExporter {
  if (otlp !== undefined) return otlpLogExporter(otlp, options.onChange);
  const sender = senderFor(elasticsearch, options);
  const exporter: LogRecordExporter = {
    export: (records, done) => report(sender.logs(records), done),
    ...endOf(sender),
  };
  return watched(exporter, options.onChange);
}

export function metricExporter(
  { otlp, elasticsearch }: TelemetryExporter<OtlpMetricSettings>,
  options: OwnExporterOptions,
): PushMetricExporter {
  if (otlp !== undefined) return otlpMetricExporter(otlp, options.onChange);
  const sender = senderFor(elasticsearch, options);
  const exporter: PushMetricExporter = {
    export: (metrics, done) => report(sender.metrics(metrics), done),
    // What came since the last export: histograms are taken in no other form there, and counters are added up by dashboards.
    selectAggregationTemporality: (type) =>
      UP_AND_DOWN.has(type) ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
    ...endOf(sender),
  };
  return watched(exporter, options.onChange);
}

/** Longest time for sending once, in ms. */
export function timeoutOf({ otlp, elasticsearch }: TelemetryExporter): number {
  return (otlp ?? elasticsearch)?.timeout ?? 0;
}

function senderFor(settings: OwnExporterSettings | undefined, { senderOf }: OwnExporterOptions): OwnTelemetrySender {
  if (settings === undefined) throw new Error("Cannot send telemetry: neither otlp nor elasticsearch is set");
  return senderOf(settings);
}

const UP_AND_DOWN: ReadonlySet<InstrumentType> = new Set([
  InstrumentType.UP_DOWN_COUNTER,
  InstrumentType.OBSERVABLE_UP_DOWN_COUNTER,
]);

function report(sent: Promise<void>, done: (result: ExportResult) => void): void {
  sent.then(
    () => done({ code: ExportResultCode.SUCCESS }),
    (error) => done({ code: ExportResultCode.FAILED, error }),
  );
}

function endOf(sender: OwnTelemetrySender): Pick<LogRecordExporter, "forceFlush" | "shutdown"> {
  return { forceFlush: () => Promise.resolve(), shutdown: () => Promise.try(() => sender.close()) };
}
