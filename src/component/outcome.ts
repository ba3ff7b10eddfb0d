/**
 * The outcomes of a delivery, classified in this one place.
 *
 * | outcome        | how it shows            | what happens                                            |
 * | -------------- | ----------------------- | ------------------------------------------------------- |
 * | delivered      | the promise resolves    | the message is deleted, the checkpoint moves            |
 * | endpoint fault | any unmarked error      | retried (`retry.ts`), never blamed on the data          |
 * | too large      | {@linkcode TooLargeError}   | split (`isolate.ts`)                                |
 * | data fault     | {@linkcode DataFaultError}  | isolated down to the rejected items (`isolate.ts`)    |
 */
import { safeDetail } from "../http/safe_detail.ts";

/** The next hop did not take the request for a reason that is its own or the network's. */
export class EndpointFaultError extends Error {
  override readonly name = "EndpointFaultError";
  /** Milliseconds to wait before the next try, when the endpoint asked for it (`Retry-After`). */
  readonly retryAfterMs: number | undefined;
  /** Bounded reason for counters: `connect`, `timeout`, `http_503`, `unreadable_answer`, … */
  readonly reason: string;

  constructor(message: string, options: { reason: string; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The next hop refused the request for its size. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/** The next hop refused items for what they are: sending them again as they are cannot help. */
export class DataFaultError extends Error {
  override readonly name = "DataFaultError";
  /**
   * True when the next hop has taken the other items of the request (a partial success): sending these again
   * duplicates them unless they carry ids.
   */
  readonly partial: boolean;

  constructor(message: string, options: { partial?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.partial = options.partial ?? false;
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
  | { readonly kind: "data_fault"; readonly error: DataFaultError };

/** Elasticsearch's wording for "a document with this id is there already", as Collectors pass it on. */
const CONFLICT = /version[_ ]conflict|document already exists|\b409\b/i;
/** Signs that something else than conflicts was among the rejections. */
const OTHER_REJECTION = /mapper|mapping|illegal_argument|parse|\b(400|403|404|413|429|5\d\d)\b/i;

/** Classifies a 2xx answer's partial success: `rejected` items and a message (both may be empty). */
export function outcomeOfPartialSuccess(rejected: number, message: string): PartialSuccessOutcome {
  if (rejected === 0) {
    return { kind: "delivered", duplicates: 0, warning: message === "" ? undefined : safeDetail(message) };
  }
  if (CONFLICT.test(message) && !OTHER_REJECTION.test(message)) {
    return { kind: "delivered", duplicates: rejected, warning: undefined };
  }
  return {
    kind: "data_fault",
    error: new DataFaultError(`Endpoint rejected ${rejected} item(s): ${safeDetail(message) || "no reason given"}`, {
      partial: true,
    }),
  };
}
