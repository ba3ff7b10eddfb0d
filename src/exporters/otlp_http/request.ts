/** What the settings put into every request, and what errors may show of them. */
import { throughProxy } from "../../http/proxy.ts";
import { contentType } from "../../otlp/encoding.ts";
import { VERSION } from "../../version.ts";
import type { OtlpHttpConfig } from "./config.ts";

type ConfiguredHeaders = Readonly<Record<string, string>>;

/** The headers of every request: the configured ones and those of OTLP/HTTP. */
export function headersOf(
  configured: ConfiguredHeaders,
  { encoding, compression }: Pick<OtlpHttpConfig, "encoding" | "compression">,
): Headers {
  const headers = new Headers({ "user-agent": `bedrock-otel/${VERSION}` });
  for (const [name, value] of Object.entries(configured)) {
    if (value !== "") headers.set(name, value);
  }
  headers.set("content-type", contentType(encoding));
  if (compression !== "none") headers.set("content-encoding", compression);
  return headers;
}

/** The endpoint as errors name it: without user, password and query. */
export function placeOf(url: URL, { proxy_url }: OtlpHttpConfig): string {
  return throughProxy(url.origin + url.pathname, proxy_url);
}

/** Shorter values are flags or names, and their removal would garble every message. */
const MIN_SECRET_LENGTH = 6;

/**
 * Takes out of a text what an answer may echo and no error may show: header values, also without their scheme
 * (`ApiKey …`), and passwords.
 */
export function secretRemover(configured: ConfiguredHeaders, { proxy_url }: OtlpHttpConfig): (text: string) => string {
  const values = Object.values(configured).flatMap((value) => [value, ...value.split(/\s+/)]);
  if (proxy_url !== undefined) values.push(decodeURIComponent(new URL(proxy_url).password));
  const secrets = values.filter((value) => value.length >= MIN_SECRET_LENGTH).sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((safe, secret) => safe.replaceAll(secret, "…"), text);
}
