import { PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { AggregationTemporality, MetricReader } from "@opentelemetry/sdk-metrics";
import type { PrometheusSettings } from "../config/telemetry.ts";
import { ReadOnlyServer } from "../http/read_only_server.ts";

/** What says where it listens. */
export const PROMETHEUS_SETTING = "port of service.telemetry.metrics.readers[].pull.exporter.prometheus";

/**
 * A port where Prometheus reads the metrics, at `/metrics`. Not the SDK's own server: that answers every method alike.
 */
export class PrometheusReader extends MetricReader {
  readonly #serializer: PrometheusSerializer;
  readonly #server: ReadOnlyServer;

  constructor({ host, port, without_scope_info }: PrometheusSettings) {
    super({ aggregationTemporalitySelector: () => AggregationTemporality.CUMULATIVE });
    this.#serializer = new PrometheusSerializer(undefined, false, undefined, false, without_scope_info);
    this.#server = new ReadOnlyServer({
      name: "the Prometheus endpoint of service.telemetry.metrics",
      setting: PROMETHEUS_SETTING,
      host,
      port,
      pages: {
        "/metrics": async () => {
          const { resourceMetrics } = await this.collect();
          const body = this.#serializer.serialize(resourceMetrics);
          return { status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body };
        },
      },
    });
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#server.port;
  }

  /** @throws {Error} when it cannot listen. */
  listen(): Promise<void> {
    return this.#server.start();
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return this.#server.stop();
  }
}
