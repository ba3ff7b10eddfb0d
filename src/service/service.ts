import type { Extension, Receiver } from "../component/component.ts";
import type { LoadedConfig } from "../config/load.ts";
import type { EventReporter } from "../telemetry/event_reporter.ts";
import { openStorage, type Storage } from "../storage/open.ts";
import { Health } from "../telemetry/health.ts";
import { type ReportOptions } from "../component/health.ts";
import { healthReport } from "../telemetry/health_report.ts";
import { OwnMetrics } from "../telemetry/metrics.ts";
import { buildGraph, type Graph, type GraphOptions, needsStorage } from "./graph.ts";
import { senderIn } from "./own_telemetry.ts";
import { Progress } from "./progress.ts";
import { groupsOf } from "./groups.ts";

export interface ServiceOptions {
  /** Take what is there now, deliver it, finish. */
  readonly once: boolean;
  readonly events: EventReporter;
}

/** The program's own metrics are sent for so long at the end, within what is left of `shutdown_timeout`. */
const MAX_TELEMETRY_MS = 2000;
const MIN_TELEMETRY_MS = 500;

/**
 * A running configuration. It starts downstream first, so that a receiver never has nobody to deliver to, and stops
 * upstream first, so that what is in flight can still be delivered. What reports on it (extensions, metrics) is there
 * before everything else, and after it.
 */
export class Service {
  readonly #graph: Graph;
  readonly #storage: Storage | undefined;
  readonly #metrics: OwnMetrics | undefined;
  readonly #health: Health;
  readonly #extensions: readonly Extension[];
  readonly #events: EventReporter;
  readonly #shutdownTimeoutMs: number;
  readonly #stopSending = new AbortController();
  readonly #started: Receiver[] = [];
  readonly #progress: Progress;
  #isReady = false;
  #stopping: Promise<void> | undefined;

  /** @throws {StorageError} a receiver needs to remember something, and `service.storage` cannot be used. */
  constructor(config: LoadedConfig, { once, events }: ServiceOptions) {
    const { directory } = config.service.storage;
    this.#events = events;
    this.#storage = needsStorage(config) ? openStorage({ directory, events }) : undefined;
    this.#shutdownTimeoutMs = config.service.shutdown_timeout;
    this.#metrics = OwnMetrics.create(config.service.telemetry, { events, senderOf: senderIn(config) });
    this.#health = new Health(events);
    this.#progress = new Progress(events);
    const groups = groupsOf(config);
    const health = (options: ReportOptions) => healthReport(this.#health, groups, options);
    this.#extensions = [...new Set(config.service.extensions)].flatMap((id) =>
      config.extensions.get(id)?.create({ events, health }) ?? []
    );
    this.#graph = buildGraph(config, {
      once,
      events,
      storage: this.#storage,
      metrics: this.#metrics,
      progress: this.#progress,
      signal: this.#stopSending.signal,
      ...observersOf(this.#extensions),
    });
  }

  /** Resolves when every component is ready; rejects, having stopped what it started, when one can never work. */
  async start(): Promise<void> {
    try {
      await this.#metrics?.start();
      for (const extension of this.#extensions) await extension.start();
      for (const exporter of this.#graph.exporters) await exporter.start();
      if (this.#stopping !== undefined) return;
      this.#started.push(...this.#graph.receivers);
      // Side by side: what does not answer one of them must not keep the others waiting.
      await Promise.all(this.#started.map((receiver) => receiver.start()));
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (this.#stopping !== undefined) return;
    this.#health.enter("running");
    this.#progress.start();
    this.#events.subscribe(() => this.#tellReady());
    this.#tellReady();
  }

  /** Ready is a program of which nothing fails: where something does at the start, it is told once that is over. */
  #tellReady(): void {
    if (this.#isReady || this.#health.isFailing || this.#stopping !== undefined) return;
    this.#isReady = true;
    this.#events.emit("service.started");
  }

  /**
   * How much was left undelivered, or is delivered and could not be remembered, once every receiver has finished; rejects, having stopped the others, when one of
   * them cannot go on.
   */
  async finished(): Promise<number> {
    try {
      const results = await Promise.all(this.#started.map((receiver) => receiver.finished));
      return results.reduce((sum, { undelivered }) => sum + undelivered, this.#storage?.flush() ?? 0);
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
    this.#progress.stop();
    this.#health.enter("stopping");
    const endMs = performance.now() + this.#shutdownTimeoutMs;
    const deadline = new AbortController();
    const timer = setTimeout(
      () => deadline.abort(new Error("Stopped: shutdown_timeout is over")),
      this.#shutdownTimeoutMs,
    );
    try {
      await Promise.all(this.#started.map((receiver) => receiver.stop(deadline.signal)));
    } finally {
      clearTimeout(timer);
      for (const processor of this.#graph.processors) processor.stop?.();
      this.#stopSending.abort(new Error("Stopped"));
      await Promise.all(this.#graph.exporters.map((exporter) => exporter.shutdown()));
      this.#storage?.[Symbol.dispose]();
      this.#health.enter("stopped");
      await Promise.all(this.#extensions.map((extension) => extension.stop()));
      const leftMs = Math.min(endMs - performance.now(), MAX_TELEMETRY_MS);
      await this.#metrics?.shutdown(Math.max(leftMs, MIN_TELEMETRY_MS));
    }
  }
}

/** Those of the extensions that want to know what was delivered, as one. */
function observersOf(extensions: readonly Extension[]): Pick<GraphOptions, "onDelivered"> {
  const observers = extensions.filter((extension) => extension.onDelivered !== undefined);
  if (observers.length === 0) return {};
  return {
    onDelivered: (summaries) => {
      try {
        for (const observer of observers) observer.onDelivered?.(summaries);
      } catch {
        // Delivered is delivered, whatever becomes of a display.
      }
    },
  };
}
