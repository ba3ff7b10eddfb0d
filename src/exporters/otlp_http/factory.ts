import type { Signal } from "../../component/batch.ts";
import type { ExporterFactory, Problem } from "../../component/component.ts";
import { otlpHttpAdvice } from "./advice.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { logsUrl, metricsUrl, type OtlpHttpConfig, otlpHttpSchema } from "./config.ts";
import { connectionPermissions, connectionProblems } from "../../endpoint/connection.ts";
import { OTLP_HTTP_EVENTS } from "./events.ts";
import { OtlpHttpExporter } from "./exporter.ts";

/** The exporter `otlp_http`: OTLP over HTTP to a Collector, APM Server or Elastic's endpoints. */
export const otlpHttpFactory: ExporterFactory<OtlpHttpConfig> = {
  type: "otlp_http",
  description: "Sends over OTLP/HTTP to an OpenTelemetry Collector, Elastic APM Server or Elastic's OTLP endpoint",
  signals: ["logs", "metrics"],
  schema: otlpHttpSchema,
  events: OTLP_HTTP_EVENTS,
  check: (config) => [
    ...urlProblems(config),
    ...encodingProblems(config),
    ...compressionProblems(config),
    ...connectionProblems(config),
  ],
  place: ({ endpoint, logs_endpoint, metrics_endpoint }) =>
    [...new Set([logs_endpoint ?? endpoint, metrics_endpoint ?? endpoint])].join("+"),
  permissions: (config) => connectionPermissions(config, [logsUrl(config), metricsUrl(config)]),
  keptModes: ({ target }, signal) => ({ modes: KEPT_MODES[target][signal], setting: "target" }),
  advice: (config, { signals }) => otlpHttpAdvice(config, signals),
  create: (context) => new OtlpHttpExporter(context, typesIn(INVOCATION_FIELDS)),
};

/**
 * The OTel Collector's `elasticsearch` exporter takes all modes, APM Server keeps the original text only, Elastic's own OTLP
 * endpoints store OTel's own structure.
 */
const KEPT_MODES: Readonly<Record<OtlpHttpConfig["target"], Readonly<Record<Signal, readonly string[]>>>> = {
  collector: { logs: ["ecs", "integration", "otel", "raw"], metrics: ["ecs", "integration", "otel"] },
  // Names of metrics arrive as they are, dimensions as labels.
  apm: { logs: ["raw"], metrics: ["ecs", "integration", "otel"] },
  elastic: { logs: ["otel"], metrics: ["otel"] },
};

function urlProblems(config: OtlpHttpConfig): Problem[] {
  const problems: Problem[] = [];
  for (const path of ["endpoint", "logs_endpoint", "metrics_endpoint"] as const) {
    const value = config[path];
    if (value === undefined) continue;
    const { username, password } = new URL(value);
    if (username === "" && password === "") continue;
    problems.push({ path, message: "expected a URL without user:password@; set headers.Authorization instead" });
  }
  return problems;
}

function encodingProblems({ encoding, target }: OtlpHttpConfig): Problem[] {
  if (encoding !== "json" || target === "collector") return [];
  return [{ path: "encoding", message: `expected proto: target ${target} reads protobuf only` }];
}

function compressionProblems({ compression, target }: OtlpHttpConfig): Problem[] {
  if (compression !== "zstd" || target === "collector") return [];
  return [{ path: "compression", message: `expected gzip or none: target ${target} takes no zstd` }];
}
