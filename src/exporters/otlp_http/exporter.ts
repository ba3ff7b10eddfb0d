import type { ComponentContext, Consumers, Exporter, SendingSettings } from "../../component/component.ts";
import type { LogRecord, MetricGroup } from "../../component/batch.ts";
import type { TypeOf } from "../../mappings/field.ts";
import { createLogsEncoder } from "../../otlp/logs.ts";
import { createMetricsEncoder } from "../../otlp/metrics.ts";
import { logsUrl, metricsUrl, type OtlpHttpConfig } from "./config.ts";
import { createClient } from "../http_client.ts";
import { SignalSender } from "./signal_sender.ts";

/** Sends over OTLP/HTTP: one request for each batch, settled with its outcome. */
export class OtlpHttpExporter implements Exporter {
  readonly sending: SendingSettings;
  readonly consumers: Consumers;
  readonly #config: OtlpHttpConfig;
  readonly #senders: readonly Pick<SignalSender<never>, "start" | "shutdown">[];
  #client: Deno.HttpClient | undefined;

  /** `typeOf`: the types of numbers in records. */
  constructor(context: ComponentContext<OtlpHttpConfig>, typeOf: TypeOf) {
    const { config } = context;
    const logs = new SignalSender<LogRecord>({
      context,
      url: logsUrl(config),
      encode: createLogsEncoder(config.encoding, typeOf),
    });
    const metrics = new SignalSender<MetricGroup>({
      context,
      url: metricsUrl(config),
      encode: createMetricsEncoder(config.encoding),
    });
    this.#config = config;
    this.#senders = [logs, metrics];
    this.sending = sendingOf(config);
    this.consumers = { logs, metrics };
  }

  async start(): Promise<void> {
    const client = await createClient(this.#config);
    this.#client = client;
    for (const sender of this.#senders) sender.start(client);
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.shutdown()));
    this.#client?.close();
    this.#client = undefined;
  }
}

function sendingOf(config: OtlpHttpConfig): SendingSettings {
  const { sending_queue: queue, retry_on_failure: retry } = config;
  return {
    maxItems: queue.batch.max_size,
    maxBytes: config.max_request_bytes,
    flushTimeoutMs: queue.batch.flush_timeout,
    numConsumers: queue.num_consumers,
    retry: {
      enabled: retry.enabled,
      initialIntervalMs: retry.initial_interval,
      randomizationFactor: retry.randomization_factor,
      multiplier: retry.multiplier,
      maxIntervalMs: retry.max_interval,
      maxElapsedTimeMs: retry.max_elapsed_time,
    },
  };
}
