import type { Histogram, HrTime, Meter } from "@opentelemetry/api";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { VERSION } from "../version.ts";
import type { TelemetrySettings } from "../config/telemetry.ts";
import { observeEvents } from "./event_metrics.ts";
import type { EventReporter } from "./event_reporter.ts";
import { metricExporter, type SenderOf, timeoutOf } from "./own_exporters.ts";
import { changeReporter } from "./otlp.ts";
import { observeProcess } from "./process_metrics.ts";
import { PrometheusReader } from "./prometheus.ts";
import { ownResource } from "./resource.ts";
import { atMost } from "../async/in_time.ts";

/** From a second, as for a queue that is kept up with, to two weeks, as S3's messages live in a queue. */
const DELAY_BOUNDARIES_S = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21_600, 86_400, 604_800, 1_209_600];

/** From the time that a record tells to its delivery; the attribute is the exporter. */
export function delayHistogram(meter: Meter): Histogram {
  return meter.createHistogram("bedrock_otel_delivery_delay_seconds", {
    description: "Time from a record's timestamp to its delivery",
    unit: "s",
    advice: { explicitBucketBoundaries: DELAY_BOUNDARIES_S },
  });
}

/** The program's own metrics: what the events count, the process, and the delay of deliveries. */
export class OwnMetrics {
  readonly #provider: MeterProvider;
  readonly #pulled: readonly PrometheusReader[];
  readonly #delay: Histogram;

  private constructor(
    { metrics, resource }: TelemetrySettings,
    { events, senderOf }: { events: EventReporter; senderOf: SenderOf },
  ) {
    const onChange = changeReporter(events, "metrics");
    this.#pulled = metrics.readers.flatMap(({ pull }) =>
      pull === undefined ? [] : [new PrometheusReader(pull.exporter.prometheus)]
    );
    const pushing = metrics.readers.flatMap(({ periodic }) => {
      if (periodic === undefined) return [];
      const { interval, exporter } = periodic;
      return new PeriodicExportingMetricReader({
        exporter: metricExporter(exporter, { onChange, senderOf }),
        exportIntervalMillis: interval,
        exportTimeoutMillis: Math.min(interval, timeoutOf(exporter)),
      });
    });
    this.#provider = new MeterProvider({ resource: ownResource(resource), readers: [...this.#pulled, ...pushing] });
    const meter = this.#provider.getMeter("bedrock-otel", VERSION);
    observeEvents(meter, events);
    observeProcess(meter);
    this.#delay = delayHistogram(meter);
  }

  /** Undefined where the configuration asks for no metrics. Nothing is opened yet. */
  static create(
    config: TelemetrySettings,
    options: { events: EventReporter; senderOf: SenderOf },
  ): OwnMetrics | undefined {
    const { level, readers } = config.metrics;
    return level === "none" || readers.length === 0 ? undefined : new OwnMetrics(config, options);
  }

  /** The ports on which Prometheus may read. */
  get ports(): number[] {
    return this.#pulled.map(({ port }) => port);
  }

  /** @throws {Error} when it cannot listen on a port. */
  async start(): Promise<void> {
    for (const reader of this.#pulled) await reader.listen();
  }

  /** Tells that an exporter just delivered what happened at these times. */
  delivered(exporter: string, times: readonly (HrTime | undefined)[]): void {
    const nowS = Date.now() / 1000;
    const attributes = { exporter };
    for (const time of times) {
      if (time !== undefined) this.#delay.record(Math.max(0, nowS - time[0] - time[1] / 1e9), attributes);
    }
  }

  /** Sends what is left, for so long at most. */
  async shutdown(timeoutMs: number): Promise<void> {
    await atMost(this.#provider.shutdown(), timeoutMs);
  }
}
