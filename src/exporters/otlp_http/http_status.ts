/** What the HTTP status of an OTLP endpoint and a partial success mean. */
import { DataFaultError, EndpointFaultError, TooLargeError } from "../../component/outcome.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { statusesByIndex, statusesInText } from "./named_statuses.ts";

/** HTTP statuses that blame the data. All others but 2xx and 413 are endpoint faults. */
const DATA_FAULT_STATUSES: ReadonlySet<number> = new Set([400, 422]);

/** The error for an answer of an OTLP endpoint whose status is not 2xx; `text` is what the answer said, as received. */
export function outcomeOfStatus(
  status: number,
  options: { text: string; retryAfterMs?: number | undefined },
): EndpointFaultError | TooLargeError | DataFaultError {
  const detail = safeDetail(options.text);
  const message = `Endpoint answered ${status}${detail === "" ? "" : `: ${detail}`}`;
  if (status === 413) return new TooLargeError(message);
  if (DATA_FAULT_STATUSES.has(status)) return new DataFaultError(message);
  return new EndpointFaultError(message, { reason: `http_${status}`, retryAfterMs: options.retryAfterMs });
}

/** What a partial success of an OTLP endpoint means. */
export type PartialSuccessOutcome =
  | { readonly kind: "delivered"; readonly duplicates: number; readonly warning: string | undefined }
  | { readonly kind: "data_fault"; readonly error: DataFaultError }
  | { readonly kind: "endpoint_fault"; readonly error: EndpointFaultError };

export interface PartialSuccess {
  /** How many items or data points were not taken. */
  readonly rejected: number;
  /** The endpoint's text, as received. */
  readonly message: string;
  /** Takes out of a text what it has from the request. */
  readonly withoutEcho?: (text: string) => string;
}

/**
 * Classifies a 2xx answer's partial success. A status that it names counts as if the endpoint had answered with it: 429, 5xx and
 * other endpoint faults are tried again, whatever else was rejected. Items are duplicates only when conflicts are all that is
 * named, for as many as were rejected: what is not certain is looked for item by item.
 */
export function outcomeOfPartialSuccess(
  { rejected, message, withoutEcho = (text) => text }: PartialSuccess,
): PartialSuccessOutcome {
  const own = withoutEcho(message);
  if (rejected === 0) {
    return { kind: "delivered", duplicates: 0, warning: message === "" ? undefined : safeDetail(own) };
  }
  const byIndex = statusesByIndex(message);
  const { statuses, count, tellsMore } = byIndex ?? statusesInText(own);
  const onlyConflicts = !tellsMore && statuses.length > 0 && statuses.every((status) => status === 409);
  if (onlyConflicts && count === rejected) return { kind: "delivered", duplicates: rejected, warning: undefined };
  const text = `Endpoint rejected ${rejected} item(s): ${safeDetail(own) || "no reason given"}`;
  const fault = statuses.find(isEndpointFault);
  // A document's text may look like a line for an index: then the lines tell of more documents than were rejected.
  if (fault !== undefined && (byIndex === undefined || (count ?? 0) <= rejected)) {
    return { kind: "endpoint_fault", error: new EndpointFaultError(text, { reason: `http_${fault}` }) };
  }
  return { kind: "data_fault", error: new DataFaultError(text, { partial: true, onlyConflicts }) };
}

/** Whether a status that is not 2xx is the endpoint's fault; a conflict and a size are neither its nor the data's. */
function isEndpointFault(status: number): boolean {
  return status !== 409 && status !== 413 && !DATA_FAULT_STATUSES.has(status);
}
