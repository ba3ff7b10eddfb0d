import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { z } from "zod";
import type { Signal } from "../../component/batch.ts";
import type { OwnTelemetrySender, OwnTelemetrySettings } from "../../component/component.ts";
import { parseJson } from "../../component/json.ts";
import { safeDetail } from "../../http/safe_detail.ts";
import { EndpointFaultError } from "../../component/outcome.ts";
import { ElasticsearchClient, faultOfStatus } from "../../elasticsearch/client.ts";
import type { DataStream } from "../../elasticsearch/data_stream.ts";
import { storedOwnMetrics } from "../../elasticsearch/own_metrics.ts";
import { storedDocument } from "../../elasticsearch/stored_document.ts";
import { clientSettings, type ElasticsearchConfig } from "./config.ts";

const PATH = "/_bulk?filter_path=errors,items.*.error.type&require_data_stream=true";
const answerSchema = z.object({
  errors: z.boolean(),
  items: z.array(z.object({ create: z.object({ error: z.object({ type: z.string() }).optional() }).optional() }))
    .default([]),
});

/**
 * Sends the program's own log lines and metrics into data streams of their own, `logs-bedrock_otel.otel-NAMESPACE` and
 * `metrics-bedrock_otel.otel-NAMESPACE`: by connections of its own, once, and what is not taken is not sent again.
 */
export class ElasticsearchOwnTelemetry implements OwnTelemetrySender {
  readonly #client: ElasticsearchClient;
  readonly #namespace: string;
  #opened: Promise<void> | undefined;

  constructor(config: ElasticsearchConfig, { timeoutMs, namespace }: OwnTelemetrySettings) {
    this.#client = new ElasticsearchClient({ ...clientSettings(config), timeout: timeoutMs });
    this.#namespace = namespace;
  }

  async logs(records: readonly ReadableLogRecord[]): Promise<void> {
    const stream = this.#stream("logs");
    await this.#write("logs", records.map((record) => ({ json: logDocument(record, stream) })));
  }

  async metrics(metrics: ResourceMetrics): Promise<void> {
    await this.#write("metrics", storedOwnMetrics(metrics, this.#stream("metrics")));
  }

  close(): void {
    this.#client.close();
  }

  #stream(signal: Signal): DataStream {
    return {
      "data_stream.type": signal,
      "data_stream.dataset": "bedrock_otel",
      "data_stream.namespace": this.#namespace,
    };
  }

  /** @throws {EndpointFaultError} not all was taken. */
  async #write(
    signal: Signal,
    documents: readonly { readonly json: string; readonly dynamicTemplates?: Readonly<Record<string, string>> }[],
  ): Promise<void> {
    if (documents.length === 0) return;
    await (this.#opened ??= this.#client.open());
    const _index = `${signal}-bedrock_otel.otel-${this.#namespace}`;
    const lines = documents.map(({ json, dynamicTemplates: dynamic_templates }) =>
      `${JSON.stringify({ create: { _index, ...dynamic_templates && { dynamic_templates } } })}\n${json}\n`
    );
    const encoded = this.#client.encoded(new TextEncoder().encode(lines.join("")));
    const answer = await this.#client.ask("POST", PATH, { lines: encoded });
    if (answer.status !== 200) throw faultOfStatus(answer);
    const { data } = answerSchema.safeParse(parseJson(answer.text));
    if (data?.errors === false) return;
    const type = data?.items.find(({ create }) => create?.error !== undefined)?.create?.error?.type;
    const why = data === undefined ? "what answered is no answer to a bulk request" : safeDetail(type ?? "");
    throw new EndpointFaultError(`Elasticsearch did not take all documents of ${_index}: ${why}`, { reason: "other" });
  }
}

function logDocument(record: ReadableLogRecord, stream: DataStream): string {
  const { hrTime, hrTimeObserved, spanContext, severityText, severityNumber, body, resource } = record;
  const { instrumentationScope, eventName, droppedAttributesCount } = record;
  const attributes = { ...record.attributes, ...stream };
  return storedDocument({
    hrTime,
    hrTimeObserved,
    resource,
    instrumentationScope,
    attributes,
    droppedAttributesCount,
    ...spanContext && { spanContext },
    ...severityText !== undefined && { severityText },
    ...severityNumber !== undefined && { severityNumber },
    ...body !== undefined && { body },
    ...eventName !== undefined && { eventName },
  }, () => undefined);
}
