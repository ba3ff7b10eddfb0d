/** The outputs of a policy as exporters. */
import { isTree, type Tree } from "../../../config/yaml_files.ts";
import { nested, ofTable } from "./policy.ts";
import { convertReferences, fleetSecretWarning, isFleetSecret, secretVariable } from "./references.ts";
import { tlsOf } from "./ssl.ts";

/** The exporter that stands for an output of the policy. */
export interface ConvertedOutput {
  readonly id: string;
  readonly settings: Tree;
}

type Warn = (warning: string) => void;

/** Settings of an output of type `elasticsearch` that have a counterpart. */
const CARRIED: ReadonlySet<string> = new Set([
  "type",
  "hosts",
  "api_key",
  "username",
  "password",
  "proxy_url",
  "headers",
  "pipeline",
  "ssl",
]);

const OTLP_ENDPOINT = "${env:OTEL_EXPORTER_OTLP_ENDPOINT:-http://localhost:4318}";

/**
 * The exporters by the names of the outputs that are `used`. One of type `elasticsearch` is written to directly; in place of any
 * other stands OTLP. `warn` gets what to do, and which outputs are left out.
 */
export function outputsOf(
  { outputs }: Tree,
  { used, warn }: { used: readonly string[]; warn: Warn },
): ReadonlyMap<string, ConvertedOutput> {
  const given = isTree(outputs) ? outputs : {};
  for (const [name, output] of Object.entries(given)) {
    if (!used.includes(name)) {
      warn(`outputs.${name} (${typeOf(output)}): left out, as no input of Amazon Bedrock uses it`);
    }
  }
  const names = [...new Set(used)];
  return new Map(names.map((name) => {
    const suffix = names.length === 1 || name === "default" ? "" : `/${name.replaceAll(/[^\w.-]/g, "_")}`;
    const output = ofTable(given, name);
    if (isTree(output) && typeOf(output) === "elasticsearch" && output["hosts"] !== undefined) {
      return [name, new ElasticsearchOutput(`outputs.${name}`, { id: `elasticsearch${suffix}`, warn }).convert(output)];
    }
    if (outputs !== undefined) warn(adviceOf(name, { output, id: `otlp_http${suffix}` }));
    return [name, { id: `otlp_http${suffix}`, settings: { endpoint: OTLP_ENDPOINT } }];
  }));
}

function typeOf(output: unknown): string {
  return isTree(output) ? String(output["type"]) : "unknown";
}

function adviceOf(name: string, { output, id }: { output: unknown; id: string }): string {
  const instead = `exporters.${id} stands in its place, at OTEL_EXPORTER_OTLP_ENDPOINT or localhost:4318`;
  if (output === undefined) return `outputs.${name}: is not in the policy: ${instead}`;
  const type = typeOf(output);
  return `outputs.${name} (${type}): not carried over: ${instead}: ${ofTable(OUTPUT_ADVICE, type) ?? OTHER_ADVICE}`;
}

const OUTPUT_ADVICE: Readonly<Record<string, string>> = {
  elasticsearch: "it names no hosts; put exporters.elasticsearch (endpoints, api_key) there instead",
  otlp: "set endpoint and headers to the output's",
};
const OTHER_ADVICE = "set endpoint to an OTLP endpoint that leads to the output";

/** Converts an output of type `elasticsearch`. */
class ElasticsearchOutput {
  readonly #path: string;
  readonly #id: string;
  readonly #warn: Warn;

  constructor(path: string, { id, warn }: { id: string; warn: Warn }) {
    this.#path = path;
    this.#id = id;
    this.#warn = warn;
  }

  convert(written: Tree): ConvertedOutput {
    const output = { ...nested(written), headers: written["headers"] };
    for (const [name, value] of Object.entries(output)) {
      if (value !== undefined && !CARRIED.has(name)) {
        this.#warn(`${this.#path}.${name}: not carried over: see the settings of exporters.elasticsearch`);
      }
    }
    const { hosts, username, password, proxy_url, headers, pipeline } = output as Tree;
    const tls = tlsOf((output as Tree)["ssl"], { path: `${this.#path}.ssl`, warn: this.#warn });
    const set = { api_key: this.#key(output, tls), user: username, password, proxy_url, headers, pipeline, tls };
    const settings = {
      endpoints: (Array.isArray(hosts) ? hosts : [hosts]).map((host) => urlOf(String(host))),
      ...Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)),
    };
    return { id: this.#id, settings: this.#withReferences(settings, "") as Tree };
  }

  /** What Fleet shows of a policy has no key. */
  #key({ api_key, username, headers }: Tree, tls: Tree | undefined): unknown {
    if (api_key !== undefined) return api_key;
    const hasOther = username !== undefined || tls?.["cert_file"] !== undefined ||
      Object.keys(isTree(headers) ? headers : {}).some((name) => name.toLowerCase() === "authorization");
    if (hasOther) return undefined;
    const variable = secretVariable(this.#id, "api_key");
    this.#warn(`${this.#path}.api_key: is not in the policy: set the environment variable ${variable}`);
    return `\${${variable}}`;
  }

  /** The Agent's references as ours, in all texts. */
  #withReferences(value: unknown, setting: string): unknown {
    if (typeof value === "string") {
      if (isFleetSecret(value)) {
        const variable = secretVariable(this.#id, setting);
        this.#warn(fleetSecretWarning(`${this.#path}.${setting}`, variable));
        return `\${env:${variable}}`;
      }
      return convertReferences(
        value,
        (reference) => this.#warn(`${this.#path}: ${reference} cannot be asked for here: set it yourself`),
      );
    }
    if (Array.isArray(value)) return value.map((element) => this.#withReferences(element, setting));
    if (!isTree(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        name,
        this.#withReferences(inner, setting === "" ? name : `${setting}.${name}`),
      ]),
    );
  }
}

/** The Agent takes a host without scheme and port. */
function urlOf(host: string): string {
  if (host.includes("${")) return host;
  const url = /^https?:\/\//.test(host) ? host : `http://${host}`;
  return /:\d+(?:\/|$)/.test(url.slice("https://".length)) ? url : url.replace(/^(https?:\/\/[^/]+)/, "$1:9200");
}
