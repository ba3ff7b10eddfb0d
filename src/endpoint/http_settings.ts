/** Settings that exporters over HTTP share. */
import { z } from "zod";

/** The URL of an endpoint. */
export function httpUrl() {
  return z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" });
}

/** TLS files, as the Collector names them. */
export const tls = z.strictObject({
  ca_file: z.string().min(1).optional().describe(
    "PEM file with certificate authorities to trust besides those that Deno trusts.",
  ),
  cert_file: z.string().min(1).optional().describe("PEM file with the client's certificate; with key_file."),
  key_file: z.string().min(1).optional().describe("PEM file with the client's private key; with cert_file."),
  insecure_skip_verify: z.boolean().default(false).describe(
    "Not supported: use ca_file, or Deno's own flag --unsafely-ignore-certificate-errors=HOST.",
  ),
});

/** Headers from files. */
export function headerFiles() {
  return z.record(z.string(), z.string().min(1)).default({}).describe(
    "Headers whose values are in files, such as Authorization: /run/secrets/authorization, where the file holds ApiKey and the " +
      "key. The files are read again when the endpoint answers 401 or 403, so that a key can be replaced while the program runs.",
  );
}

/** What the HTTP client of an exporter is made of. */
export interface HttpClientSettings {
  readonly tls: z.infer<typeof tls>;
  readonly proxy_url?: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly header_files: Readonly<Record<string, string>>;
}
