import { Buffer } from "node:buffer";
import { z } from "zod";
import { duration, secret, size } from "../../config/settings.ts";
import type { ElasticsearchSettings } from "../../elasticsearch/client.ts";
import { headerFiles, httpUrl, tls } from "../../endpoint/http_settings.ts";

const retry = z.strictObject({
  enabled: z.boolean().default(true).describe("Send again what Elasticsearch could not take."),
  initial_interval: duration({ min: "1ms" }).prefault("1s").describe("Wait before the first new try."),
  max_interval: duration({ min: "1ms" }).prefault("1m").describe("Longest wait between tries."),
  max_elapsed_time: duration().prefault("0").describe("Give up after this time; 0 means never."),
});

const flush = z.strictObject({
  bytes: size({ min: "1KiB" }).prefault("4MiB").describe("Most bytes in a bulk request, before compression."),
  interval: duration({ min: "1ms" }).prefault("200ms").describe("Longest wait for more documents."),
});

/** What Elasticsearch takes for the name of an index; a name that it refuses would be tried again for ever. */
const INDEX = /^(?![-_+]|\.{1,2}$)[^A-Z\\/*?"<>|\s,#:]{1,255}$/;

function index() {
  return z.string().regex(INDEX, {
    error:
      'expected a name in lower case without blanks and \\ / * ? " < > | , # :, which does not begin with - _ or +',
  });
}

/** Settings of `elasticsearch`, named as in the OpenTelemetry Collector. Parsed: durations in ms, sizes in bytes. */
export const elasticsearchSchema = z.strictObject({
  endpoint: httpUrl().optional().describe("URL of Elasticsearch."),
  endpoints: z.array(httpUrl()).min(1).optional().describe(
    "URLs of several nodes; requests take turns, and leave out for a minute one that cannot be reached.",
  ),
  cloudid: z.string().min(1).optional().describe("Cloud ID of an Elastic Cloud deployment, instead of a URL."),
  api_key: secret().optional().describe("API key, base64 as Kibana shows it, or id:key; take it from the environment."),
  user: z.string().min(1).optional().describe("User for basic authentication; with password."),
  password: secret().optional().describe("Password of user; take it from the environment."),
  headers: z.record(z.string(), secret()).default({}).describe("More headers of every request."),
  header_files: headerFiles(),
  tls: tls.prefault({}).describe("TLS files. They are read again when a handshake fails."),
  proxy_url: secret().optional().describe("Proxy for all requests; http, https or socks5, may hold user:password@."),
  compression: z.enum(["gzip", "none"]).default("gzip").describe("Compression of requests."),
  compression_params: z.strictObject({
    level: z.int().min(1).max(9).default(1).describe("gzip level: 1 is fastest, 9 smallest."),
  }).prefault({}).describe("How to compress."),
  timeout: duration({ min: "1ms" }).prefault("90s").describe("Longest time for a request and its answer."),
  logs_index: index().optional().describe(
    "Data stream or index for all logs, instead of the one that data_stream.* names.",
  ),
  metrics_index: index().optional().describe(
    "Data stream or index for all metrics, instead of the one that data_stream.* names.",
  ),
  pipeline: z.string().min(1).optional().describe("Ingest pipeline that every document goes through."),
  check_templates: z.boolean().default(true).describe(
    "Before the first document of a data stream, check that a template of `setup elasticsearch` is in force there (in mode otel: " +
      "Elasticsearch's own for OpenTelemetry).",
  ),
  num_workers: z.int().min(1).default(4).describe("Bulk requests in flight, of each data stream."),
  flush: flush.prefault({}).describe("When a bulk request leaves."),
  retry: retry.prefault({}).describe("What happens to documents that Elasticsearch could not take."),
});

export type ElasticsearchConfig = z.infer<typeof elasticsearchSchema>;

/** The nodes' URLs, without a slash at the end. Empty when none is named, or the Cloud ID is unreadable. */
export function nodesOf({ endpoint, endpoints, cloudid }: ElasticsearchConfig): string[] {
  const urls = endpoints ?? (endpoint === undefined ? [] : [endpoint]);
  const cloud = cloudid === undefined ? undefined : cloudUrl(cloudid);
  return [...urls, ...(cloud === undefined ? [] : [cloud])].map((url) => url.replace(/(?<!\/)\/+$/, ""));
}

/** How the client asks Elasticsearch. */
export function clientSettings(config: ElasticsearchConfig): ElasticsearchSettings {
  return { ...config, nodes: nodesOf(config) };
}

/** `NAME:base64(HOST[:PORT]$ELASTICSEARCH_ID$KIBANA_ID)`; undefined for anything else. */
export function cloudUrl(cloudId: string): string | undefined {
  const encoded = cloudId.slice(cloudId.lastIndexOf(":") + 1);
  const [host = "", id = ""] = Buffer.from(encoded, "base64").toString("utf8").split("$");
  const [, name, port] = /^([\w.-]+)(?::(\d+))?$/.exec(host) ?? [];
  if (name === undefined || !/^[\w.-]+$/.test(id)) return undefined;
  return `https://${id}.${name}${port === undefined ? "" : `:${port}`}`;
}
