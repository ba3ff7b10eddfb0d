/** What receivers and the pipeline share about deliveries under way: memory, pressure, the endpoint's health. */
import { Budget } from "./budget.ts";
import { Gate } from "../async/gate.ts";
import { ReaderActivity } from "./reader_activity.ts";

/** What all of them share. */
export interface SharedFlowControl {
  /** `service.max_in_flight_bytes` over all workers of all receivers. */
  readonly budget: Budget;
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
    readers: new ReaderActivity(),
    inFlight: { requests: 0 },
  };
}
