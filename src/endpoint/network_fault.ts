import { detailOfFetchError, textOfFetchError } from "../http/fetch_error.ts";
import { EndpointFaultError } from "../component/outcome.ts";

/**
 * The fault of a request that got no whole answer, from what `fetch` threw. Deno's errors quote the URL, and with it
 * what the query may hold: `place` stands for it, and the error is not passed on as a cause.
 */
export function networkFault(error: unknown, place: string): EndpointFaultError {
  const detail = isDenied(error) ? "Deno has no permission for it (--allow-net)" : detailOfFetchError(error);
  return new EndpointFaultError(`Cannot reach ${place}: ${detail}${tlsHint(error, place)}`, {
    reason: reasonOf(error),
  });
}

/** Many a server that speaks TLS, such as Elasticsearch, just ends a connection that does not. */
function tlsHint(error: unknown, place: string): string {
  const isClosed = /connection closed before message completed|connection reset/i.test(textOfFetchError(error));
  return isClosed && place.startsWith("http:") ? " (where the port speaks TLS, begin the URL with https://)" : "";
}

function reasonOf(error: unknown): string {
  const text = textOfFetchError(error);
  if (/certificate|handshake|fatal alert|corrupt message|\btls\b/i.test(text)) return "tls";
  return isDenied(error) || /client error \(Connect\)/.test(text) ? "connect" : "interrupted";
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}
