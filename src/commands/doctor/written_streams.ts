import { typeOf } from "../../component/component_id.ts";
import type { LoadedConfig } from "../../config/load.ts";
import { settingOf } from "../../config/pipelines.ts";
import { DOCUMENT_MODES, type DocumentMode } from "../../elasticsearch/template.ts";
import { type MetricsConfig, streamsOf } from "../../receivers/awscloudwatchmetrics/config.ts";

/** A data stream that the program is to write into. */
export interface WrittenStream {
  readonly name: string;
  /** Undefined: metrics, whose templates are the same in `ecs` and `integration`. */
  readonly mode: DocumentMode | undefined;
}

/** The data streams that an exporter writes into, for its pipelines and for the program's own telemetry; or those of all pipelines. */
export function writtenStreams(config: LoadedConfig, exporterId?: string): WrittenStream[] {
  const streams = Object.entries(config.service.pipelines).flatMap(([name, { receivers, processors, exporters }]) => {
    if (exporterId !== undefined && !exporters.includes(exporterId)) return [];
    const exporter = exporterId === undefined ? undefined : config.exporters.get(exporterId);
    return typeOf(name) === "logs"
      ? processors.flatMap((id) => logStream(config.processors.get(id), settingOf(exporter, "logs_index")))
      : receivers.flatMap((id) => metricStreams(config.receivers.get(id), settingOf(exporter, "metrics_index")));
  });
  const all = [...streams, ...ownStreams(config, exporterId)];
  return [...new Map(all.map((stream) => [`${stream.name} ${stream.mode}`, stream])).values()];
}

/** Of the program's own telemetry, where it goes through the exporter. */
function ownStreams({ service: { telemetry: { logs, metrics } } }: LoadedConfig, exporterId?: string): WrittenStream[] {
  const senders = [
    ...logs.processors.map(({ batch }) => ({ signal: "logs", settings: batch.exporter.elasticsearch })),
    ...metrics.readers.map(({ periodic }) => ({ signal: "metrics", settings: periodic?.exporter.elasticsearch })),
  ];
  return senders.flatMap(({ signal, settings }) =>
    settings === undefined || settings.exporter !== exporterId
      ? []
      : [{ name: `${signal}-bedrock_otel.otel-${settings.namespace}`, mode: "otel" as const }]
  );
}

type Component = { readonly config: unknown } | undefined;

function logStream(processor: Component, index: string | undefined): WrittenStream {
  const mapping = settingOf(processor, "mapping");
  return {
    name: index ?? `logs-aws_bedrock.invocation${suffixOf(mapping)}-${settingOf(processor, "namespace") ?? "default"}`,
    mode: DOCUMENT_MODES.find((mode) => mode === mapping),
  };
}

function metricStreams(receiver: Component, index: string | undefined): WrittenStream[] {
  if (receiver === undefined) return [];
  const config = receiver.config as MetricsConfig;
  return streamsOf(config).map(({ dataset }) => ({
    name: index ?? `metrics-${dataset}${suffixOf(config.mapping)}-${config.namespace}`,
    mode: config.mapping === "otel" ? "otel" : undefined,
  }));
}

/** OpenTelemetry's own structure has data streams of its own. */
function suffixOf(mapping: string | undefined): string {
  return mapping === "otel" ? ".otel" : "";
}
