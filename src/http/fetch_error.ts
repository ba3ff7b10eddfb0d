import { safeDetail } from "./safe_detail.ts";

/**
 * The reason that Deno's `fetch` gives for a request without an answer. Deno 2.7 gives it in the message, 2.9 in the cause; both quote
 * the URL, and with it what the query may hold.
 */
export function textOfFetchError(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The same for people, without the URL: `tcp connect error: Connection refused (os error 111)`. */
export function detailOfFetchError(error: unknown): string {
  const tail = textOfFetchError(error).replace(/^.*client error \(\w+\): /s, "").replace(/\S+:\/\/\S+/g, "…");
  return safeDetail(tail) || "the request failed";
}
