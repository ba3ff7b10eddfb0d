import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { ofTable } from "./policy.ts";
import { convertReferences } from "./references.ts";

/** The exporter that stands for the policy's outputs. */
export interface ConvertedOutput {
  readonly type: string;
  readonly settings: Tree;
}

/** Settings of an output of type `elasticsearch` that have a counterpart. */
const CARRIED: ReadonlySet<string> = new Set([
  "type",
  "hosts",
  "api_key",
  "username",
  "password",
  "proxy_url",
  "headers",
]);

const OTLP_HTTP: ConvertedOutput = {
  type: "otlp_http",
  settings: { endpoint: "${env:OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}" },
};

/** `outputs.default` of type `elasticsearch` is written to directly; of any other output `warn` gets what to do. */
export function outputOf({ outputs }: Tree, warn: (warning: string) => void): ConvertedOutput {
  let converted = OTLP_HTTP;
  for (const [name, output] of Object.entries(isTree(outputs) ? outputs : {})) {
    const type = isTree(output) ? String(output["type"]) : "unknown";
    if (name === "default" && type === "elasticsearch" && isTree(output) && output["hosts"] !== undefined) {
      converted = elasticsearchOutput(output, warn);
    } else {warn(
        `outputs.${name} (${type}): not carried over: ${ofTable(OUTPUT_ADVICE, type) ?? OUTPUT_ADVICE["other"]}`,
      );}
  }
  return converted;
}

function elasticsearchOutput(output: Tree, warn: (warning: string) => void): ConvertedOutput {
  const { hosts, api_key, username, password, proxy_url, headers } = output;
  for (const name of Object.keys(output)) {
    if (!CARRIED.has(name)) {
      warn(`outputs.default.${name}: not carried over: see the settings of exporters.elasticsearch`);
    }
  }
  const set = { api_key, user: username, password, proxy_url, headers };
  const settings = {
    endpoints: (Array.isArray(hosts) ? hosts : [hosts]).map((host) => urlOf(String(host))),
    ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
  };
  return { type: "elasticsearch", settings: withReferences(settings, warn) as Tree };
}

/** The Agent's references as ours, in all texts. */
function withReferences(value: unknown, warn: (warning: string) => void): unknown {
  if (typeof value === "string") {
    return convertReferences(
      value,
      (reference) => warn(`outputs.default: ${reference} cannot be asked for here: set it yourself`),
    );
  }
  if (Array.isArray(value)) return value.map((element) => withReferences(element, warn));
  if (!isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, element]) => [name, withReferences(element, warn)]));
}

/** The Agent takes a host without scheme and port. */
function urlOf(host: string): string {
  if (host.includes("${")) return host;
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  return /:\d+(?:\/|$)/.test(url.slice("https://".length)) ? url : url.replace(/^(https?:\/\/[^/]+)/, "$1:9200");
}

const OUTPUT_ADVICE: Readonly<Record<string, string>> = {
  elasticsearch: "name it in exporters.elasticsearch (endpoints, api_key)",
  otlp: "set exporters.otlp_http.endpoint (or OTEL_EXPORTER_OTLP_ENDPOINT) and headers to the same",
  other: "set exporters.otlp_http.endpoint to an OTLP endpoint that leads there",
};
