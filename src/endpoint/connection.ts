/** What exporters over HTTP check of their connection, and which permissions it takes. */
import type { Permissions, Problem } from "../component/component.ts";
import { hostOf } from "../http/host_port.ts";
import type { HttpClientSettings } from "./http_settings.ts";

/** The permissions to send to these URLs. */
export function connectionPermissions(
  { tls, proxy_url, header_files }: HttpClientSettings,
  urls: readonly URL[],
): Permissions {
  const proxies = proxy_url === undefined ? [] : [proxy_url];
  const files = [tls.ca_file, tls.cert_file, tls.key_file, ...Object.values(header_files)];
  return {
    net: [...new Set([...urls, ...proxies].map(hostOf))],
    read: files.filter((file) => file !== undefined),
  };
}

/** Mistakes across the settings of TLS, proxy and headers. */
export function connectionProblems({ tls, proxy_url, ...headers }: HttpClientSettings): Problem[] {
  const problems = [...headerProblems(headers), ...tlsProblems({ tls })];
  if (proxy_url !== undefined && !isProxyUrl(proxy_url)) {
    problems.push({ path: "proxy_url", message: "expected an http://, https:// or socks5:// URL" });
  }
  return problems;
}

function headerProblems({ headers, header_files }: Pick<HttpClientSettings, "headers" | "header_files">): Problem[] {
  const problems = Object.entries(headers).filter(([name, value]) => !isHeader(name, value)).map(([name]) => ({
    path: `headers.${name}`,
    message: "expected a header's name and a value that fits in one line",
  }));
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  for (const name of Object.keys(header_files)) {
    const path = `header_files.${name}`;
    if (!isHeader(name, "value")) problems.push({ path, message: "expected a header's name" });
    else if (given.has(name.toLowerCase())) {
      problems.push({ path, message: "is in headers too: leave one of them out" });
    }
  }
  return problems;
}

/** Whether it can be sent as a header. */
export function isHeader(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    return false;
  }
}

function isProxyUrl(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    decodeURIComponent(username + password);
    return ["http:", "https:", "socks5:"].includes(protocol);
  } catch {
    return false;
  }
}

function tlsProblems({ tls }: Pick<HttpClientSettings, "tls">): Problem[] {
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
