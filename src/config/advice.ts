import type { LoadedConfig } from "./load.ts";
import { settingOf } from "./pipelines.ts";
import { typeOf } from "./places.ts";

/** What a valid configuration needs outside of it, or would be better with. For people. */
export function adviceFor(config: LoadedConfig): string[] {
  const advice: string[] = [];
  if (config.service.dead_letter === undefined) {
    advice.push(
      "service.dead_letter: name a file exporter here, so that a record that is refused for good holds nothing up",
    );
  }
  const mapped = [...config.processors.values(), ...config.receivers.values()].some((component) =>
    settingOf(component, "mapping") !== undefined
  );
  const collected = [...config.exporters.values()].some((exporter) => settingOf(exporter, "target") === "collector");
  if (mapped && collected) advice.push(COLLECTOR_ADVICE);
  const hasMetrics = Object.keys(config.service.pipelines).some((id) => typeOf(id) === "metrics");
  if (hasMetrics && collected) advice.push(METRICS_ADVICE);
  for (const [id, exporter] of config.exporters) {
    const problem = endpointAdvice(settingOf(exporter, "endpoint"));
    if (problem !== undefined) advice.push(`exporters.${id}.endpoint: ${problem}`);
  }
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

/** Without these settings the Collector answers before Elasticsearch has the records, or stores them twice. */
const COLLECTOR_ADVICE = `the Collector's elasticsearch exporter needs
    logs_dynamic_id: { enabled: true }
    suppress_conflict_errors: true
    sending_queue: { wait_for_result: true, block_on_overflow: true }  # or a persistent queue`;

const METRICS_ADVICE = "a batch processor of the Collector in a metrics pipeline must have no send_batch_max_size: " +
  "it would cut what becomes one document";
