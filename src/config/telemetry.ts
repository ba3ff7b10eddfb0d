import { z } from "zod";
import { formatHostPort, hostOf } from "../http/host_port.ts";
import { milliseconds, secret } from "./settings.ts";
import { NAMESPACE, NAMESPACE_RULE } from "./namespace.ts";

const otlpSchema = z.strictObject({
  protocol: z.enum(["http/protobuf", "http/json"]).default("http/protobuf").describe("How it is sent."),
  endpoint: z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" })
    .refine((url) => !hasUserinfo(url), "expected a URL without user:password@; set headers.Authorization instead")
    .describe("URL of the OTLP/HTTP endpoint; one without a path gets /v1/metrics or /v1/logs."),
  headers: z.record(z.string(), secret()).default({}).describe("Headers of every request."),
  timeout: milliseconds({ min: "1ms" }).prefault("10s").describe("Longest time for sending once, tries included."),
});

/** Where the program's own telemetry goes over OTLP; `timeout` in ms. */
export type OtlpSettings = z.output<typeof otlpSchema>;

const metricsOtlpSchema = otlpSchema.extend({
  temporality_preference: z.enum(["cumulative", "delta"]).optional().describe(
    "What a number counts: all since the start (`cumulative`, the default), or what came since the last export (`delta`, which Elasticsearch needs for histograms).",
  ),
});

/** The same for metrics. */
export type OtlpMetricSettings = z.output<typeof metricsOtlpSchema>;

const elasticsearchSchema = z.strictObject({
  exporter: z.string().min(1).default("elasticsearch").describe(
    "Id of the exporter `elasticsearch` of a pipeline, whose connection settings are used; it shares nothing else with it.",
  ),
  namespace: z.string().regex(NAMESPACE, { error: NAMESPACE_RULE }).default("default").describe(
    "Namespace of the data streams logs-bedrock_otel.otel-NAMESPACE and metrics-bedrock_otel.otel-NAMESPACE.",
  ),
  timeout: milliseconds({ min: "1ms" }).prefault("10s").describe("Longest time for a request; it is not tried again."),
});

/** An exporter of the configuration through which it goes; `timeout` in ms. */
export type OwnExporterSettings = z.output<typeof elasticsearchSchema>;

/** One of both. */
export interface TelemetryExporter<Otlp = OtlpSettings> {
  readonly otlp?: Otlp | undefined;
  readonly elasticsearch?: OwnExporterSettings | undefined;
}

/** Where telemetry goes: over OTLP, or through an exporter. */
function exporterSchema<Otlp extends typeof otlpSchema>(otlp: Otlp) {
  return z.strictObject({
    otlp: otlp.optional().describe("OTLP over HTTP."),
    elasticsearch: elasticsearchSchema.optional().describe("Straight into Elasticsearch, through an exporter."),
  }).refine(
    ({ otlp, elasticsearch }) => (otlp === undefined) !== (elasticsearch === undefined),
    "expected either otlp or elasticsearch",
  );
}

const periodicSchema = z.strictObject({
  interval: milliseconds({ min: "100ms" }).prefault("60s").describe("Time between two exports; a number means ms."),
  exporter: exporterSchema(metricsOtlpSchema).describe("How they are sent."),
});

const prometheusSchema = z.strictObject({
  host: z.string().min(1).default("localhost").describe("Address to listen on; every address: 0.0.0.0."),
  port: z.int().min(0).max(65535).default(8888).describe("Port to listen on; 0: any free one."),
  without_scope_info: z.boolean().default(true).describe(
    "Leave out the labels otel_scope_name and otel_scope_version.",
  ),
});

/** Where Prometheus reads them. */
export type PrometheusSettings = z.output<typeof prometheusSchema>;

const pullSchema = z.strictObject({
  exporter: z.strictObject({
    prometheus: prometheusSchema.prefault({}).describe("A port where Prometheus reads them, at /metrics."),
  }).describe("How they are read."),
});

const readerSchema = z.strictObject({
  periodic: periodicSchema.optional().describe("Sends the metrics from time to time."),
  pull: pullSchema.optional().describe("Lets the metrics be read."),
}).refine(
  ({ periodic, pull }) => (periodic === undefined) !== (pull === undefined),
  "expected either periodic or pull",
);

const metricsSchema = z.strictObject({
  level: z.enum(["none", "basic", "normal", "detailed"]).default("normal").describe(
    "`none` switches the program's own metrics off; the other levels are the same here.",
  ),
  readers: z.array(readerSchema).default([]).describe("Who gets the program's own metrics; none by default."),
});

const logProcessorSchema = z.strictObject({
  batch: z.strictObject({
    schedule_delay: milliseconds({ min: "1ms" }).prefault("1s").describe("Longest wait for more lines."),
    exporter: exporterSchema(otlpSchema).describe("How they are sent."),
  }).describe("Sends log lines in batches; what an endpoint does not take is dropped."),
});

const logsSchema = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").describe(
    "Log lines below this level are left out.",
  ),
  encoding: z.codec(z.enum(["text", "json", "console"]), z.enum(["text", "json"]), {
    decode: (encoding) => encoding === "console" ? "text" : encoding,
    encode: (encoding) => encoding,
  }).prefault("text").describe("Form of the log lines on stderr; `console` is the Collector's word for `text`."),
  processors: z.array(logProcessorSchema).default([]).describe("Where log lines go beside stderr."),
});

/** `service.telemetry`, as in the Collector: the program's own logs and metrics. */
export const telemetrySchema = z.strictObject({
  logs: logsSchema.prefault({}).describe("The program's own log."),
  metrics: metricsSchema.prefault({}).describe("The program's own metrics."),
  resource: z.record(z.string(), z.string()).default({})
    .describe("Resource attributes of everything that is sent."),
});

/** `service.telemetry` as it is in force; durations in ms. */
export type TelemetrySettings = z.output<typeof telemetrySchema>;

/** Ids of the exporters through which it goes, each with the path of the setting that names it. */
export function telemetryExporters({ metrics, logs }: TelemetrySettings): { id: string; path: (string | number)[] }[] {
  const path = ["service", "telemetry"];
  const found = [
    ...metrics.readers.map(({ periodic }, index) => ({
      id: periodic?.exporter.elasticsearch?.exporter,
      path: [...path, "metrics", "readers", index, "periodic", "exporter", "elasticsearch", "exporter"],
    })),
    ...logs.processors.map(({ batch }, index) => ({
      id: batch.exporter.elasticsearch?.exporter,
      path: [...path, "logs", "processors", index, "batch", "exporter", "elasticsearch", "exporter"],
    })),
  ];
  return found.flatMap(({ id, path }) => id === undefined ? [] : [{ id, path }]);
}

/** `host:port` of where it is sent and of where it may be read. */
export function telemetryHosts({ metrics, logs }: TelemetrySettings): string[] {
  const readers = metrics.level === "none" ? [] : metrics.readers;
  const endpoints = [
    ...readers.flatMap(({ periodic }) => periodic?.exporter.otlp ?? []),
    ...logs.processors.flatMap(({ batch }) => batch.exporter.otlp ?? []),
  ];
  const ports = readers.flatMap(({ pull }) => pull?.exporter.prometheus ?? []);
  return [...endpoints.map(({ endpoint }) => hostOf(endpoint)), ...ports.map(formatHostPort)];
}

function hasUserinfo(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.username + parsed.password !== "";
}
