import { EndpointFaultError, safeDetail } from "../../pipeline/outcome.ts";

/**
 * The fault of a request that got no whole answer, from what `fetch` threw. Deno's errors quote the URL, and with it
 * what the query may hold: `place` stands for it, and the error is not passed on as a cause.
 */
export function networkFault(error: unknown, place: string): EndpointFaultError {
  const text = textOf(error);
  return new EndpointFaultError(`Cannot reach ${place}: ${detailOf(error, text)}`, { reason: reasonOf(error, text) });
}

/** Deno 2.7 tells the reason in the message, 2.9 in the cause. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function detailOf(error: unknown, text: string): string {
  if (isDenied(error)) return "Deno has no permission for it (--allow-net)";
  const tail = text.replace(/^.*client error \(\w+\): /s, "").replace(/\S+:\/\/\S+/g, "…");
  return safeDetail(tail) || "the request failed";
}

function reasonOf(error: unknown, text: string): string {
  if (/certificate|handshake|fatal alert|corrupt message|\btls\b/i.test(text)) return "tls";
  return isDenied(error) || /client error \(Connect\)/.test(text) ? "connect" : "interrupted";
}

function isDenied(error: unknown): boolean {
  return error instanceof Error && error.name === "NotCapable";
}
