/** What receivers and the pipeline share about deliveries under way: memory, pressure, the endpoint's health. */
import { Budget } from "./budget.ts";
import { Gate } from "../async/gate.ts";
import { Workers } from "./workers.ts";

export interface Delivery {
  /** `service.max_in_flight_bytes` over all workers of all receivers. */
  readonly budget: Budget;
  /** Closed while an endpoint is at fault: receivers take nothing new. */
  readonly gate: Gate;
  /** Who works and who waits, so that a batch is sent at once when everybody waits for it. */
  readonly workers: Workers;
  /** Requests that endpoints are working on. */
  readonly onTheWay: { requests: number };
}

export function createDelivery(options: { maxInFlightBytes: number }): Delivery {
  return {
    budget: new Budget(options.maxInFlightBytes),
    gate: new Gate(),
    workers: new Workers(),
    onTheWay: { requests: 0 },
  };
}
