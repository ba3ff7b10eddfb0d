import type { ComponentContext, Consumers, Exporter, SendingSettings } from "../../component/component.ts";
import type { LogRecord, MetricGroup } from "../../component/batch.ts";
import type { TypeOf } from "../../mappings/field.ts";
import type { Encode } from "../../otlp/encoding.ts";
import { createLogsEncoder } from "../../otlp/logs.ts";
import { createMetricsEncoder } from "../../otlp/metrics.ts";
import { RequestCompression } from "./compression.ts";
import { logsUrl, metricsUrl, type OtlpHttpConfig } from "./config.ts";
import { EndpointAccess } from "../../endpoint/endpoint_access.ts";
import { SignalSender } from "./signal_sender.ts";

/** Sends over OTLP/HTTP: one request for each batch, settled with its outcome. */
export class OtlpHttpExporter implements Exporter {
  readonly sending: SendingSettings;
  readonly consumers: Consumers;
  readonly #config: OtlpHttpConfig;
  readonly #senders: readonly Pick<SignalSender<never>, "start" | "shutdown">[];
  #access: EndpointAccess | undefined;

  /** `typeOf`: the types of numbers in records. */
  constructor(context: ComponentContext<OtlpHttpConfig>, typeOf: TypeOf) {
    const { config } = context;
    const compression = new RequestCompression(context);
    const logs = new SignalSender<LogRecord>({
      context,
      url: logsUrl(config),
      compression,
      encode: createLogsEncoder(config.encoding, typeOf),
    });
    const metrics = new SignalSender<MetricGroup>({
      context,
      url: metricsUrl(config),
      compression,
      encode: metricsEncoder(config),
    });
    this.#config = config;
    this.#senders = [logs, metrics];
    this.sending = sendingOf(config);
    this.consumers = { logs, metrics };
  }

  async start(): Promise<void> {
    const access = await EndpointAccess.open(this.#config);
    this.#access = access;
    for (const sender of this.#senders) sender.start(access);
  }

  async shutdown(): Promise<void> {
    await Promise.all(this.#senders.map((sender) => sender.shutdown()));
    this.#access?.[Symbol.dispose]();
    this.#access = undefined;
  }
}

/**
 * APM Server takes `data_stream.*` at its word, but makes documents of its own, without the dimensions by which our data streams
 * are time series: Elasticsearch refuses each of them. Without it they go to the data stream of a service's metrics.
 */
function metricsEncoder({ encoding, target }: OtlpHttpConfig): Encode<MetricGroup> {
  const encode = createMetricsEncoder(encoding);
  return target === "apm" ? (groups) => encode(groups.map(withoutDataStream)) : encode;
}

function withoutDataStream(group: MetricGroup): MetricGroup {
  const attributes = Object.entries(group.attributes).filter(([name]) => !name.startsWith("data_stream."));
  return { ...group, attributes: Object.fromEntries(attributes) };
}

function sendingOf(config: OtlpHttpConfig): SendingSettings {
  const { sending_queue: queue, retry_on_failure: retry } = config;
  return {
    maxItems: queue.batch.max_size,
    // A record as OTLP/JSON is about twice as long as it was logged: what is too large is encoded again in halves.
    maxBytes: config.encoding === "json" ? config.max_request_bytes / 2 : config.max_request_bytes,
    flushTimeoutMs: queue.batch.flush_timeout,
    numConsumers: queue.num_consumers,
    retry: {
      initialMs: retry.initial_interval,
      factor: retry.multiplier,
      maxMs: retry.max_interval,
      jitter: retry.randomization_factor,
      maxTries: retry.enabled ? undefined : 1,
      limitMs: retry.max_elapsed_time || undefined,
    },
  };
}
