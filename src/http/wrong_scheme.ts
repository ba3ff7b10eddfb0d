/** What is said where a URL begins with the wrong one of `http:` and `https:`. */

export const NEEDS_HTTP = "the port speaks HTTP without TLS: begin the URL with http://";
export const NEEDS_HTTPS = "the port speaks TLS: begin the URL with https://";

/** What servers in Go, nginx, Apache and others answer with a 400 when a request without TLS comes to a port that wants it. */
const PLAIN_TO_TLS =
  /\b(?:HTTP request (?:was sent )?to (?:an? )?HTTPS (?:server|port)|speaking plain HTTP to an SSL-enabled)/i;

/** Whether the text of a refusal says that the port speaks TLS. */
export function tellsOfTls(text: string): boolean {
  return PLAIN_TO_TLS.test(text);
}
