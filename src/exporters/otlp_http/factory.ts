import type { Signal } from "../../component/batch.ts";
import type { ExporterFactory, Problem } from "../../component/component.ts";
import { otlpHttpAdvice } from "./advice.ts";
import { typesIn } from "../../mappings/field.ts";
import { INVOCATION_FIELDS } from "../../mappings/generated/invocation.ts";
import { logsUrl, metricsUrl, type OtlpHttpConfig, otlpHttpSchema } from "./config.ts";
import { OtlpHttpExporter } from "./exporter.ts";

/** The exporter `otlp_http`: OTLP over HTTP to a Collector, APM Server or Elastic's endpoints. */
export const otlpHttpFactory: ExporterFactory<OtlpHttpConfig> = {
  type: "otlp_http",
  description: "Sends over OTLP/HTTP to an OpenTelemetry Collector, Elastic APM Server or Elastic's OTLP endpoint",
  signals: ["logs", "metrics"],
  schema: otlpHttpSchema,
  check: (config) => [
    ...urlProblems(config),
    ...encodingProblems(config),
    ...headerProblems(config),
    ...tlsProblems(config),
  ],
  permissions: (config) => {
    const files = [config.tls.ca_file, config.tls.cert_file, config.tls.key_file];
    const urls = [logsUrl(config), metricsUrl(config)];
    if (config.proxy_url !== undefined) urls.push(new URL(config.proxy_url));
    return {
      net: [...new Set(urls.map(hostAndPort))],
      read: files.filter((file) => file !== undefined),
    };
  },
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

const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443", "socks5:": "1080" };

function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || DEFAULT_PORTS[protocol]}`;
}

function urlProblems(config: OtlpHttpConfig): Problem[] {
  const problems: Problem[] = [];
  for (const path of ["endpoint", "logs_endpoint", "metrics_endpoint"] as const) {
    const value = config[path];
    if (value === undefined) continue;
    const { username, password } = new URL(value);
    if (username === "" && password === "") continue;
    problems.push({ path, message: "expected a URL without user:password@; set headers.Authorization instead" });
  }
  if (config.proxy_url !== undefined && !isProxyUrl(config.proxy_url)) {
    problems.push({ path: "proxy_url", message: "expected an http://, https:// or socks5:// URL" });
  }
  return problems;
}

function isProxyUrl(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return Object.hasOwn(DEFAULT_PORTS, protocol);
  } catch {
    return false;
  }
}

function encodingProblems({ encoding, target }: OtlpHttpConfig): Problem[] {
  if (encoding !== "json" || target === "collector") return [];
  return [{ path: "encoding", message: `expected proto: target ${target} reads protobuf only` }];
}

function headerProblems({ headers }: OtlpHttpConfig): Problem[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    try {
      new Headers([[name, value]]);
      return [];
    } catch {
      return [{ path: `headers.${name}`, message: "expected a header's name and a value that fits in one line" }];
    }
  });
}

function tlsProblems({ tls }: OtlpHttpConfig): Problem[] {
  const problems: Problem[] = [];
  if (tls.cert_file !== undefined && tls.key_file === undefined) {
    problems.push({ path: "tls.key_file", message: "expected a file, as tls.cert_file is set" });
  }
  if (tls.key_file !== undefined && tls.cert_file === undefined) {
    problems.push({ path: "tls.cert_file", message: "expected a file, as tls.key_file is set" });
  }
  if (tls.insecure_skip_verify) {
    problems.push({
      path: "tls.insecure_skip_verify",
      message: "Deno cannot do this for one exporter: name the authority in tls.ca_file, " +
        "or start Deno with --unsafely-ignore-certificate-errors=HOST",
    });
  }
  return problems;
}
