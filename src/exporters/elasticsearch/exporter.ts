import type { Item, LogRecord, MetricGroup } from "../../component/batch.ts";
import type { ComponentContext, Consumers, Exporter, SendingSettings } from "../../component/component.ts";
import type { TypeOf } from "../../mappings/field.ts";
import { ElasticsearchClient } from "../../elasticsearch/client.ts";
import { BulkWriter } from "./bulk_writer.ts";
import { clientSettings, type ElasticsearchConfig } from "./config.ts";
import { type DocumentMaker, logDocuments, metricDocuments } from "./documents.ts";
import { TemplateCheck } from "./template_check.ts";

/** A request is limited by its bytes; this many small documents fill no request. */
const MAX_ITEMS = 5000;

/** Writes documents into Elasticsearch's data streams: what is delivered is stored. */
export class ElasticsearchExporter implements Exporter {
  readonly sending: SendingSettings;
  readonly consumers: Consumers;
  readonly #client: ElasticsearchClient;

  /** `typeOf`: the types of numbers in records. */
  constructor({ id, config, events }: ComponentContext<ElasticsearchConfig>, typeOf: TypeOf) {
    const client = new ElasticsearchClient(clientSettings(config), {
      onNode: (node, fault) =>
        fault === undefined
          ? events.emit("elasticsearch.node_back", { exporter: id, node })
          : events.emit("elasticsearch.node_unreachable", {
            exporter: id,
            node,
            reason: fault.reason,
            error: fault.message,
          }),
    });
    const templates = new TemplateCheck({ id, config, events, client });
    const logs = logDocuments({ index: config.logs_index, typeOf });
    const metrics = metricDocuments({ index: config.metrics_index });
    const writer = <T extends Item>(documents: DocumentMaker<T>, index: string | undefined) =>
      new BulkWriter<T>({ id, events, client, templates, documents, path: bulkPath(config, index) });
    this.#client = client;
    this.consumers = { logs: writer(logs, config.logs_index), metrics: writer(metrics, config.metrics_index) };
    this.sending = sendingOf(
      config,
      (item) => "values" in item ? metrics.indexOf(item as MetricGroup) : logs.indexOf(item as LogRecord),
    );
  }

  async start(): Promise<void> {
    await this.#client.open();
  }

  // deno-lint-ignore require-await
  async shutdown(): Promise<void> {
    this.#client.close();
  }
}

/** A data stream must be one: without a template Elasticsearch would create a plain index of its name. */
function bulkPath({ pipeline }: ElasticsearchConfig, index: string | undefined): string {
  const query = new URLSearchParams({
    filter_path: "errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.failure_store",
    ...index === undefined && { require_data_stream: "true" },
    ...pipeline !== undefined && { pipeline },
  });
  return `/_bulk?${query}`;
}

function sendingOf(config: ElasticsearchConfig, destinationOf: (item: Item) => string): SendingSettings {
  const { flush, retry, num_workers } = config;
  return {
    maxItems: MAX_ITEMS,
    maxBytes: flush.bytes,
    flushTimeoutMs: flush.interval,
    numConsumers: num_workers,
    destinationOf,
    retry: {
      initialMs: retry.initial_interval,
      factor: 2,
      maxMs: retry.max_interval,
      jitter: 0.5,
      maxTries: retry.enabled ? undefined : 1,
      limitMs: retry.max_elapsed_time || undefined,
    },
  };
}
