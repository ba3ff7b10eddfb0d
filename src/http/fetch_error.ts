import { safeDetail } from "./safe_detail.ts";
import { NEEDS_HTTP } from "./tls_problem.ts";

/**
 * The reason that Deno's `fetch` gives for a request without an answer. Deno 2.7 gives it in the message, 2.9 in the cause; both quote
 * the URL, and with it what the query may hold.
 */
export function textOfFetchError(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** What the HTTP client says in its own terms, for people. */
const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [/corrupt message of type InvalidContentType/, NEEDS_HTTP],
  [
    /invalid peer certificate: UnknownIssuer/,
    "the certificate's authority is not trusted: name it in tls.ca_file of the exporter, or in the variable DENO_CERT",
  ],
  [
    /CaUsedAsEndEntity/,
    "its certificate is an authority's own (self-signed with CA:TRUE), which no server may use",
  ],
  [
    /invalid HTTP version parsed/,
    "the port speaks no HTTP/1: where it speaks TLS, begin the URL with https://; gRPC (usually port 4317) is not spoken",
  ],
];

/** The same for people, without the URL: `tcp connect error: Connection refused (os error 111)`. */
export function detailOfFetchError(error: unknown): string {
  const text = textOfFetchError(error);
  const known = EXPLAINED.find(([pattern]) => pattern.test(text));
  if (known !== undefined) return known[1];
  const tail = text.replace(/^.*client error \(\w+\): /s, "").replace(
    /\S+/g,
    (word) => word.includes("://") ? "…" : word,
  );
  return safeDetail(tail) || "the request failed";
}
