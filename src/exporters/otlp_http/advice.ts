import type { Signal } from "../../component/batch.ts";
import type { Problem } from "../../component/component.ts";
import type { OtlpHttpConfig } from "./config.ts";

/** What else is needed so that what this exporter sends arrives. */
export function otlpHttpAdvice({ endpoint, target }: OtlpHttpConfig, signals: readonly Signal[]): Problem[] {
  const advice: Problem[] = [];
  if (target === "collector" && signals.length > 0) advice.push({ path: "", message: COLLECTOR_ADVICE });
  if (target === "collector" && signals.includes("metrics")) advice.push({ path: "", message: METRICS_ADVICE });
  const problem = endpointAdvice(endpoint);
  if (problem !== undefined) advice.push({ path: "endpoint", message: problem });
  return advice;
}

/** What people often give as the base URL of OTLP/HTTP although it is not. */
function endpointAdvice(endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const { pathname, port } = new URL(endpoint);
  if (/\/v1\/(logs|metrics)\/*$/.test(pathname)) {
    return "/v1/logs and /v1/metrics are added to it: leave them out, or set logs_endpoint or metrics_endpoint";
  }
  if (port === "4317") {
    return "4317 is the usual port of OTLP over gRPC; OTLP over HTTP is spoken here, usually on port 4318";
  }
  return undefined;
}

/**
 * Without these settings the Collector answers before Elasticsearch has the records, or for such as it refused, or stores them
 * twice. The example says which is for what.
 */
const COLLECTOR_ADVICE = `the Collector's elasticsearch exporter (0.157 or later) needs
    logs_dynamic_id: { enabled: true }
    suppress_conflict_errors: true
    no include_source_on_error: with true and with false it writes prompts into the Collector's log
    sending_queue: { wait_for_result: true, block_on_overflow: true, batch: { flush_timeout: 1s } }
    retry: { max_retries: 1000000, initial_interval: 1s, max_interval: 1m, retry_on_status: [429, 500, 502, 503, 504],
      retry_on_document_status: [403, 429, 500, 502, 503, 504] }
    A document that Elasticsearch refuses for what it is (400) counts as delivered all the same: set an alert on the Collector's
    metric otelcol.elasticsearch.docs.processed. A Collector with an OTLP exporter swallows partial successes.`;

const METRICS_ADVICE = "a batch processor of the Collector in a metrics pipeline must have no send_batch_max_size: " +
  "it would cut what becomes one document";
