import { z } from "zod";
import { duration, secret, size } from "../../config/settings.ts";
import { headerFiles, httpUrl, tls } from "../../endpoint/http_settings.ts";

const retryOnFailure = z.strictObject({
  enabled: z.boolean().default(true).describe("Try again after an endpoint fault."),
  initial_interval: duration({ min: "1ms" }).prefault("5s").describe("Wait before the first new try."),
  randomization_factor: z.number().min(0).max(1).default(0.5).describe("Jitter: each wait varies by this share."),
  multiplier: z.number().min(1).default(1.5).describe("Growth of the wait from try to try."),
  max_interval: duration({ min: "1ms" }).prefault("30s").describe("Longest wait between tries."),
  max_elapsed_time: duration().prefault("0").describe("Give up after this time; 0 means never."),
});

const batch = z.strictObject({
  flush_timeout: duration({ min: "1ms" }).prefault("200ms").describe("Longest wait for more records."),
  max_size: z.int().min(1).default(2000).describe("Most records in a request."),
});

const sendingQueue = z.strictObject({
  num_consumers: z.int().min(1).default(4).describe("Requests in flight. No queue is kept in memory."),
  batch: batch.prefault({}).describe("When a request leaves."),
});

/** Settings of `otlp_http`, named as in the OpenTelemetry Collector. Parsed: durations in ms, sizes in bytes. */
export const otlpHttpSchema = z.strictObject({
  endpoint: httpUrl().default("http://localhost:4318").describe(
    "Base URL of the OTLP/HTTP endpoint; /v1/logs and /v1/metrics are added.",
  ),
  logs_endpoint: httpUrl().optional().describe("URL for logs, used as given."),
  metrics_endpoint: httpUrl().optional().describe("URL for metrics, used as given."),
  target: z.enum(["collector", "apm", "elastic"]).default("collector").describe(
    "What answers: an OpenTelemetry or EDOT Collector, Elastic APM Server, or Elastic's own OTLP endpoint.",
  ),
  headers: z.record(z.string(), secret()).default({}).describe(
    'Headers of every request, such as Authorization: "ApiKey …"; take secrets from the environment. One with an empty ' +
      "value is left out.",
  ),
  header_files: headerFiles(),
  tls: tls.prefault({}).describe("TLS files. They are read again when a handshake fails."),
  proxy_url: secret().optional().describe("Proxy for all requests; http, https or socks5, may hold user:password@."),
  compression: z.enum(["gzip", "zstd", "none"]).default("gzip").describe(
    "Compression of requests. zstd takes about half of gzip's CPU time and is for target collector; where a Collector answers " +
      "415, gzip is used instead.",
  ),
  compression_params: z.strictObject({
    level: z.int().min(1).max(9).default(1).describe("Level of gzip or zstd: 1 is fastest, 9 smallest."),
  }).prefault({}).describe("How to compress."),
  encoding: z.enum(["proto", "json"]).default("proto").describe("json only for target collector."),
  timeout: duration({ min: "1ms" }).prefault("30s").describe("Longest time for a request and its answer."),
  retry_on_failure: retryOnFailure.prefault({}).describe("What happens after an endpoint fault."),
  sending_queue: sendingQueue.prefault({}).describe("How requests are made and how many at once."),
  max_request_bytes: size({ min: "1KiB" }).prefault("4MiB").describe(
    "Most bytes in a request before compression; a larger record is sent alone.",
  ),
});

export type OtlpHttpConfig = z.infer<typeof otlpHttpSchema>;

/** Where the logs go. */
export function logsUrl(config: OtlpHttpConfig): URL {
  return signalUrl(config.logs_endpoint, config.endpoint, "/v1/logs");
}

/** Where the metrics go. */
export function metricsUrl(config: OtlpHttpConfig): URL {
  return signalUrl(config.metrics_endpoint, config.endpoint, "/v1/metrics");
}

function signalUrl(asGiven: string | undefined, base: string, path: string): URL {
  if (asGiven !== undefined) return new URL(asGiven);
  const url = new URL(base);
  url.pathname = url.pathname.replace(/(?<!\/)\/+$/, "") + path;
  return url;
}
