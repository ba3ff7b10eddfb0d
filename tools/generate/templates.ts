/**
 * The Elasticsearch templates of a data stream, from its field table.
 *
 * They take every document. Dots in names make no objects (`subobjects: false`), so that a name can be a value in one
 * document and an object in another: `gen_ai.request.model` is text in mode `ecs`, and an object in mode `integration`.
 * Values that do not fit their field's type are ignored, and so are keywords that are longer than Elasticsearch takes.
 * What the table of a stream of logs does not list stays in the document without being mapped (`dynamic: false`): names
 * that callers choose cost nothing. Metrics are time series: see `time_series.ts`.
 */
import type { Template } from "../../src/elasticsearch/template.ts";
import type { FieldEntry, Signal, StoreFieldEntry } from "./field_table.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import type { MetricAttribute, MetricTable } from "./metric_table.ts";
import { propertiesOf } from "./properties.ts";
import { timeSeriesMappings, timeSeriesSettings } from "./time_series.ts";

/** Above the stack's own `logs-*-*` (100), below the integration's (200). */
const PRIORITY = 180;

const META = { managed_by: "bedrock-otel", description: "Made from the field tables of bedrock-otel" };

/** A data stream and what its tables say. */
export type StreamTables = LogsTables | MetricsTables;

export interface LogsTables {
  /** As in `aws_bedrock.<stream>`. */
  readonly stream: string;
  readonly signal: "logs";
  readonly fields: readonly FieldEntry[];
  readonly storeFields: readonly StoreFieldEntry[];
}

export interface MetricsTables {
  readonly stream: string;
  readonly signal: "metrics";
  /** The attributes of the points. */
  readonly fields: readonly MetricAttribute[];
  readonly storeFields: readonly StoreFieldEntry[];
  readonly metrics: MetricStream;
  readonly table: MetricTable;
}

/** The component templates of the stack that bring its lifecycle policies. */
const STACK_SETTINGS: Readonly<Record<Signal, string>> = { logs: "logs@settings", metrics: "metrics@tsdb-settings" };

/** The templates for `<signal>-<dataset>-*`, components before the index template that names them. */
export function templatesOf(tables: StreamTables): Template[] {
  const { stream, signal } = tables;
  const dataset = tables.signal === "logs" ? `aws_bedrock.${stream}` : tables.metrics.dataset;
  const name = `bedrock-otel-${stream}`;
  const stackSettings = STACK_SETTINGS[signal];
  const index = {
    // What the stack's own settings would have run before indexing.
    default_pipeline: "_none",
    mapping: { ignore_malformed: "true" },
  };
  const properties = propertiesOf([...tables.storeFields, ...tables.fields]);
  const [settings, mappings] = tables.signal === "logs"
    ? [{ index }, { dynamic: "false", subobjects: false, properties }]
    : [{ index: timeSeriesSettings(index, properties) }, timeSeriesMappings(properties, tables.metrics)];
  return [
    { kind: "component_template", name: `${name}@settings`, body: { template: { settings }, _meta: META } },
    {
      kind: "component_template",
      name: `${name}@mappings`,
      body: { template: { mappings: { _meta: { managed_by: META.managed_by }, ...mappings } }, _meta: META },
    },
    {
      kind: "index_template",
      name,
      body: {
        index_patterns: [`${signal}-${dataset}-*`],
        // The stack's settings bring its lifecycle policy, @custom whatever users want to add.
        composed_of: [stackSettings, `${name}@settings`, `${name}@mappings`, `${name}@custom`],
        ignore_missing_component_templates: [stackSettings, `${name}@custom`],
        priority: PRIORITY,
        data_stream: {},
        _meta: META,
      },
    },
  ];
}
