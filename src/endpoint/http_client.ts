import { unreadableReason } from "../component/file_reasons.ts";
import { proxyOf } from "../http/proxy.ts";
import type { HttpClientSettings } from "./http_settings.ts";

/** The texts of the TLS files that the settings name. */
export interface TlsTexts {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** @throws {Error} when a file cannot be read or is no PEM file. Nothing of a file's content is told. */
export async function readTlsFiles({ tls }: HttpClientSettings): Promise<TlsTexts> {
  return {
    ca: await readPem("tls.ca_file", tls.ca_file),
    cert: await readPem("tls.cert_file", tls.cert_file),
    key: await readPem("tls.key_file", tls.key_file),
  };
}

/**
 * The HTTP client for these TLS files and the configured proxy.
 *
 * @throws {Error} when the files do not hold what they should. Nothing of their content is told.
 */
export function createClient({ ca, cert, key }: TlsTexts, { tls, proxy_url }: HttpClientSettings): Deno.HttpClient {
  try {
    return Deno.createHttpClient({
      ...(ca === undefined ? {} : { caCerts: [ca] }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
      ...(proxy_url === undefined ? {} : { proxy: proxyOf(proxy_url) }),
    });
  } catch {
    // Deno's error may quote the proxy's URL.
    throw new Error(
      cert === undefined
        ? "Cannot use proxy_url: it is no URL of an http, https or socks5 proxy"
        : `Cannot use the TLS files: ${tls.cert_file} and ${tls.key_file} are no certificate and its key`,
    );
  }
}

async function readPem(setting: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read ${setting}: ${path}: ${unreadableReason(error)}`, { cause: error });
  }
  // Deno takes a file of authorities without any silently, and trusts none of them.
  if (!text.includes("-----BEGIN ")) throw new Error(`Cannot read ${setting}: ${path} is no PEM file`);
  return text;
}
