/** What is said where TLS is in the way: of a URL that begins with the wrong one of `http:` and `https:`, or a certificate. */

export const NEEDS_HTTP = "the port speaks HTTP without TLS: begin the URL with http://";
const NEEDS_HTTPS = "the port speaks TLS: begin the URL with https://";
const NEEDS_CERTIFICATE = "it asks for a client certificate that it trusts: see tls.cert_file";

/** What servers in Go, nginx, Apache and others answer with a 400 to whom their TLS does not let in. */
const TLS_PROBLEMS: readonly (readonly [RegExp, string])[] = [
  [
    /\bHTTP request (?:was sent )?to (?:an? )?HTTPS (?:server|port)|speaking plain HTTP to an SSL-enabled/i,
    NEEDS_HTTPS,
  ],
  [/\bSSL certificate error\b|\bNo required SSL certificate was sent\b/i, NEEDS_CERTIFICATE],
];

/** What the text of a 400 says of TLS: then it is not about the request. */
export function tlsProblemIn(text: string): string | undefined {
  return TLS_PROBLEMS.find(([pattern]) => pattern.test(text))?.[1];
}
