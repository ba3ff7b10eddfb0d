import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { ofTable } from "./policy.ts";

/** Where the Agent sends to is nowhere that we can: what to set instead. */
export function warnOfOutputs({ outputs }: Tree, warn: (warning: string) => void): void {
  for (const [name, output] of Object.entries(isTree(outputs) ? outputs : {})) {
    const type = isTree(output) ? String(output["type"]) : "unknown";
    warn(`outputs.${name} (${type}): not carried over: ${ofTable(OUTPUT_ADVICE, type) ?? OUTPUT_ADVICE["other"]}`);
  }
}

const OUTPUT_ADVICE: Readonly<Record<string, string>> = {
  elasticsearch: "run an OTel or EDOT Collector with these hosts and this key in its elasticsearch exporter " +
    "(examples/collector/elasticsearch.yaml), and set exporters.otlp_http.endpoint to its OTLP receiver",
  otlp: "set exporters.otlp_http.endpoint (or OTEL_EXPORTER_OTLP_ENDPOINT) and headers to the same",
  other: "set exporters.otlp_http.endpoint to an OTLP endpoint that leads there",
};
