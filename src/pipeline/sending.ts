import type { SendingSettings } from "../component/component.ts";
import type { Events } from "./events.ts";
import type { Item } from "../component/batch.ts";
import { Batcher } from "./batcher.ts";
import { byDestination } from "./by_destination.ts";
import type { Consumer } from "../component/consumer.ts";
import type { GateKeeper } from "../async/gate.ts";
import type { SharedFlowControl } from "../component/flow_control.ts";
import { Isolator, type ItemTraits, type RejectedHandler } from "./isolate.ts";
import { limit } from "./limit.ts";
import { retry } from "./retry.ts";

export interface SendingOptions<T extends Item> {
  /** Id of the exporter. */
  readonly id: string;
  readonly settings: SendingSettings;
  readonly traits: ItemTraits<T>;
  readonly onRejected: RejectedHandler<T>;
  readonly flowControl: SharedFlowControl;
  /** Of those who deliver to the exporter. */
  readonly gate: GateKeeper;
  readonly events: Events;
  /** Ends retries: the program stops. */
  readonly signal: AbortSignal;
}

/** What stands in front of every exporter: batching, isolation, a limit of requests in flight, retry. */
export function sending<T extends Item>(exporter: Consumer<T>, options: SendingOptions<T>): Consumer<T> {
  const { destinationOf } = options.settings;
  return destinationOf === undefined
    ? oneDestination(exporter, options)
    : byDestination(destinationOf, () => oneDestination(exporter, options));
}

function oneDestination<T extends Item>(exporter: Consumer<T>, options: SendingOptions<T>): Consumer<T> {
  const { id, settings, traits, onRejected, flowControl, gate, events, signal } = options;
  const retrying = retry(exporter, { id, policy: settings.retry, gate, events, signal });
  const limited = limit(retrying, { concurrency: settings.numConsumers, inFlight: flowControl.inFlight });
  const isolator = new Isolator(limited, { id, traits, onRejected, events });
  return new Batcher(isolator, { ...settings, readers: flowControl.readers });
}
