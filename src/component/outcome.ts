/**
 * The outcomes of a delivery. Exporters say which answer means which: `otlp_http/http_status.ts`, `elasticsearch/bulk_answer.ts`.
 *
 * | outcome        | how it shows            | what happens                                            |
 * | -------------- | ----------------------- | ------------------------------------------------------- |
 * | delivered      | the promise resolves    | the message is deleted, the checkpoint moves            |
 * | endpoint fault | any unmarked error      | retried (`retry.ts`), never blamed on the data          |
 * | too large      | {@linkcode TooLargeError}   | split (`isolate.ts`)                                |
 * | partly         | {@linkcode PartialDeliveryError} | the rejected items fail, all others are delivered   |
 * | data fault     | {@linkcode DataFaultError}  | isolated down to the rejected items (`isolate.ts`)    |
 */
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
  /** Items that the next hop took and that are not where they were sent (a failure store, a pipeline that drops): not delivered. */
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
