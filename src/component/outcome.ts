/**
 * The outcomes of a delivery, classified in this one place.
 *
 * | outcome        | how it shows            | what happens                                            |
 * | -------------- | ----------------------- | ------------------------------------------------------- |
 * | delivered      | the promise resolves    | the message is deleted, the checkpoint moves            |
 * | endpoint fault | any unmarked error      | retried (`retry.ts`), never blamed on the data          |
 * | too large      | {@linkcode TooLargeError}   | split (`isolate.ts`)                                |
 * | partly         | {@linkcode PartialDeliveryError} | the rejected items fail, all others are delivered   |
 * | data fault     | {@linkcode DataFaultError}  | isolated down to the rejected items (`isolate.ts`)    |
 */
import { safeDetail } from "../http/safe_detail.ts";
import { statusesByIndex, statusesInText } from "./named_statuses.ts";

/** The next hop did not take the request for a reason that is its own or the network's. */
export class EndpointFaultError extends Error {
  override readonly name = "EndpointFaultError";
  /** Milliseconds to wait before the next try, when the endpoint asked for it (`Retry-After`). */
  readonly retryAfterMs: number | undefined;
  /** The one place behind the endpoint that is at fault (a data stream): everything else may go on. */
  readonly destination: string | undefined;
  /** Bounded reason for counters: `connect`, `timeout`, `http_503`, `unreadable_answer`, … */
  readonly reason: string;

  constructor(message: string, options: {
    reason: string;
    retryAfterMs?: number | undefined;
    destination?: string | undefined;
    cause?: unknown;
  }) {
    super(message, { cause: options.cause });
    this.destination = options.destination;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The next hop refused the request for its size. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** The next hop judged each item by itself: those that are not named here were delivered. */
export class PartialDeliveryError extends Error {
  override readonly name = "PartialDeliveryError";
  /** By their index in the batch. */
  readonly rejected: ReadonlyMap<number, DataFaultError>;
  /** Items that the next hop keeps somewhere else than was asked (a failure store): safe, but not delivered. */
  readonly setAside: ReadonlySet<number>;

  constructor(rejected: ReadonlyMap<number, DataFaultError>, setAside: ReadonlySet<number>) {
    super(`${rejected.size} item(s) rejected, ${setAside.size} set aside`);
    this.rejected = rejected;
    this.setAside = setAside;
  }

  /** Whether the item with this index was not delivered. */
  isMissing(index: number): boolean {
    return this.rejected.has(index) || this.setAside.has(index);
  }
}

/** The next hop refused items for what they are: sending them again as they are cannot help. */
export class DataFaultError extends Error {
  override readonly name = "DataFaultError";
  /**
   * True when the next hop has taken the other items of the request (a partial success): sending these again
   * duplicates them unless they carry ids.
   */
  readonly partial: boolean;
  /** True when all that the next hop names is that it has documents with these ids already. */
  readonly onlyConflicts: boolean;

  constructor(message: string, options: { partial?: boolean; onlyConflicts?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.partial = options.partial ?? false;
    this.onlyConflicts = options.onlyConflicts ?? false;
  }
}

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
