/** What receivers and the pipeline share about deliveries under way: memory, pressure, the endpoint's health. */
import { Budget } from "./budget.ts";
import { Gate } from "../async/gate.ts";
import { Semaphore } from "../async/semaphore.ts";
import { ReaderActivity } from "./reader_activity.ts";

/** What those share who deliver to the same endpoints, and nobody else does: whom one that is at fault may keep waiting. */
export interface SharedFlowControl {
  /** Their part of `service.max_in_flight_bytes`, over all workers. */
  readonly budget: Budget;
  /** What becomes many times as large while it is read is read one at a time. */
  readonly largeReads: Semaphore;
  /** Who works and who waits, so that a batch is sent at once when everybody waits for it. */
  readonly readers: ReaderActivity;
  /** Requests that endpoints are working on. */
  readonly inFlight: { requests: number };
}

/** What a receiver is given. */
export interface FlowControl extends SharedFlowControl {
  /** Closed while an endpoint to which the receiver delivers is at fault: it takes nothing new. */
  readonly gate: Gate;
}

export function createFlowControl(options: { maxInFlightBytes: number }): FlowControl {
  return {
    budget: new Budget(options.maxInFlightBytes),
    gate: new Gate(),
    largeReads: new Semaphore(1),
    readers: new ReaderActivity(),
    inFlight: { requests: 0 },
  };
}
