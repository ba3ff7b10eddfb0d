import type { Receiver } from "../component.ts";
import type { LoadedConfig } from "../config/load.ts";
import { createDelivery } from "../pipeline/delivery.ts";
import type { Events } from "../telemetry/events.ts";
import { openStorage } from "../storage/open.ts";
import type { Storage } from "../storage/storage.ts";
import { buildGraph, type Graph, needsStorage } from "./graph.ts";

export interface ServiceOptions {
  /** Take what is there now, deliver it, finish. */
  readonly once: boolean;
  readonly events: Events;
}

/**
 * A running configuration. It starts downstream first, so that a receiver never has nobody to deliver to, and stops
 * upstream first, so that what is in flight can still be delivered.
 */
export class Service {
  readonly #graph: Graph;
  readonly #storage: Storage | undefined;
  readonly #events: Events;
  readonly #shutdownTimeoutMs: number;
  readonly #stopSending = new AbortController();
  readonly #started: Receiver[] = [];
  #stopping: Promise<void> | undefined;

  /** @throws {StorageError} a receiver needs to remember something, and `service.storage` cannot be used. */
  constructor(config: LoadedConfig, { once, events }: ServiceOptions) {
    const { directory } = config.service.storage;
    this.#events = events;
    this.#storage = needsStorage(config) ? openStorage({ directory, events }) : undefined;
    this.#shutdownTimeoutMs = config.service.shutdown_timeout;
    this.#graph = buildGraph(config, {
      once,
      events,
      delivery: createDelivery({ maxInFlightBytes: config.service.max_in_flight_bytes }),
      storage: this.#storage,
      signal: this.#stopSending.signal,
    });
  }

  /** Resolves when every component is ready; rejects, having stopped what it started, when one can never work. */
  async start(): Promise<void> {
    try {
      for (const exporter of this.#graph.exporters) await exporter.start();
      for (const receiver of this.#graph.receivers) {
        if (this.#stopping !== undefined) return;
        this.#started.push(receiver);
        await receiver.start();
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#events.emit("service.started");
  }

  /**
   * How much was left undelivered, once every receiver has finished; rejects, having stopped the others, when one of
   * them cannot go on.
   */
  async finished(): Promise<number> {
    try {
      const results = await Promise.all(this.#started.map((receiver) => receiver.finished));
      return results.reduce((sum, { undelivered }) => sum + undelivered, 0);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Stops within `service.shutdown_timeout`; what could not be delivered by then is returned to its source. */
  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  async #stop(): Promise<void> {
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error("Stopped: shutdown_timeout is over")),
      this.#shutdownTimeoutMs,
    );
    try {
      await Promise.all(this.#started.map((receiver) => receiver.stop(deadline.signal)));
    } finally {
      clearTimeout(timer);
      this.#stopSending.abort(new Error("Stopped"));
      await Promise.all(this.#graph.exporters.map((exporter) => exporter.shutdown()));
      this.#storage?.[Symbol.dispose]();
    }
  }
}
