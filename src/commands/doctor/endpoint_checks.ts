import type { Signal } from "../../component/batch.ts";
import { EndpointAccess } from "../../endpoint/endpoint_access.ts";
import { networkFault } from "../../endpoint/network_fault.ts";
import { compressed } from "../../exporters/otlp_http/compression.ts";
import { logsUrl, metricsUrl, type OtlpHttpConfig } from "../../exporters/otlp_http/config.ts";
import { headersOf, placeOf } from "../../exporters/otlp_http/request.ts";
import { tlsProblemIn } from "../../http/tls_problem.ts";
import { failed, type Finding, judged, ok, TIMEOUT_MS, unreached } from "./check.ts";

const MAX_CLOCK_MS = 5 * 60_000;
/** What an empty request is, in JSON and in protobuf. */
const EMPTY = { json: "{}", proto: "" } as const;

/** The endpoint is reached, takes an empty export of each signal, and is what `target` says. */
export async function otlpChecks(
  id: string,
  { config, signals }: { config: OtlpHttpConfig; signals: readonly Signal[] },
): Promise<readonly Finding[]> {
  let access;
  try {
    access = await EndpointAccess.open(config);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy = message.startsWith("Cannot read") ? ": correct the path, or let the program's user read it" : "";
    return [failed(`${id}: files`, message + remedy)];
  }
  using opened = access;
  const findings = await Promise.all(signals.map((signal) => exportNothing(id, { config, signal, access: opened })));
  return findings.flat();
}

async function exportNothing(
  id: string,
  { config, signal, access }: { config: OtlpHttpConfig; signal: Signal; access: EndpointAccess },
): Promise<readonly Finding[]> {
  const check = `${id}: ${signal}`;
  const url = signal === "logs" ? logsUrl(config) : metricsUrl(config);
  const place = placeOf(url, config);
  const { client, headers } = access.current;
  const body = EMPTY[config.encoding];
  try {
    const response = await fetch(url, {
      client,
      method: "POST",
      headers: headersOf({ ...config.headers, ...headers }, config),
      body: compressed(new TextEncoder().encode(body), config.compression, config.compression_params.level)
        .bytes as Uint8Array<ArrayBuffer>,
      redirect: "manual",
      signal: AbortSignal.timeout(Math.min(config.timeout, TIMEOUT_MS)),
    });
    const text = (await response.text()).slice(0, 4096);
    const problem = problemOf(response, text);
    const result = judged(check, { problem: problem && `${place} ${problem}`, fine: `${place} takes an empty export` });
    return [result, ...clock(id, response), ...problem === undefined ? await kindOf(id, { url, config, access }) : []];
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError") {
      return [failed(check, `${place} gives no answer: is it the right port, and does a firewall stand between?`)];
    }
    return [failed(check, unreached(networkFault(error, place).message))];
  }
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: "does not accept the credentials: check headers.Authorization and the variable that it comes from",
  403: "accepts the credentials and forbids the request: give the key the right to write",
  404: "has nothing there: endpoint is a base URL, to which /v1/logs is added",
  405: "has nothing that takes a POST there: endpoint is a base URL, to which /v1/logs is added",
  413: "refuses even an empty request for its size: something in between is at fault",
  415: "does not take this encoding: set encoding or compression",
  429: "is overloaded, or limits requests: try again, or give it more room",
};

function problemOf({ status, headers }: Response, text: string): string | undefined {
  if (status >= 300 && status < 400) {
    return `redirects elsewhere (${status}): name the URL that it redirects to`;
  }
  if (status < 200 || status >= 300) {
    const tls = status === 400 ? tlsProblemIn(text) : undefined;
    return tls ??
      `${
        REMEDIES[status] ?? (status >= 500 ? "is out of order: look at its log" : "refuses an empty export")
      } (${status})`;
  }
  const type = headers.get("content-type") ?? "";
  if (/html/i.test(type) || /^\s*<(!doctype|html)/i.test(text)) {
    return "answers with a web page: a login page or a proxy stands before it, or it is no OTLP endpoint";
  }
  return undefined;
}

function clock(id: string, { headers }: Response): Finding[] {
  const date = Date.parse(headers.get("date") ?? "");
  const offMs = Math.abs(Date.now() - date);
  return offMs > MAX_CLOCK_MS
    ? [failed(`${id}: clock`, `is ${Math.round(offMs / 1000)} s off from the endpoint's: set one of them right (NTP)`)]
    : [];
}

/** What tells itself at its root: APM Server and Elasticsearch do, a Collector does not. */
async function kindOf(
  id: string,
  { url, config, access }: { url: URL; config: OtlpHttpConfig; access: EndpointAccess },
): Promise<readonly Finding[]> {
  const check = `${id}: target`;
  const { client, headers: fromFiles } = access.current;
  try {
    const headers = headersOf({ ...config.headers, ...fromFiles }, { ...config, compression: "none" });
    const response = await fetch(url.origin, {
      client,
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = (await response.text()).slice(0, 4096);
    const isApm = /"publish_ready"|"build_sha"/.test(text);
    const isElastic = response.headers.get("x-elastic-product") === "Elasticsearch";
    if (isApm && config.target !== "apm") {
      return [
        failed(
          check,
          `what answers is APM Server: set target: apm, or other modes than raw arrive wrong (it is ${config.target})`,
        ),
      ];
    }
    if (isElastic && config.target !== "elastic") {
      return [failed(check, `what answers is Elasticsearch: set target: elastic, or use the exporter elasticsearch`)];
    }
    return [ok(check, config.target)];
  } catch {
    return [];
  }
}
