/**
 * The Elasticsearch templates of a data stream, from its field table.
 *
 * They take every document. Dots in names make no objects (`subobjects: false`), so that a name can be a value in one
 * document and an object in another: `gen_ai.request.model` is text in mode `ecs`, and an object in mode `integration`.
 * Values that do not fit their field's type are ignored, and so are keywords that are longer than Elasticsearch takes.
 * What the table of a stream of logs does not list stays in the document without being mapped (`dynamic: false`): names
 * that callers choose cost nothing. Metrics are time series: see `time_series.ts`.
 *
 * Where mode `ecs` has a field under a name of its own, the name in mode `integration` is an alias of it, so that rules and
 * dashboards made for the integration find it. Elasticsearch refuses a document that writes to an alias: so there is one
 * component with the aliases (`@aliases`), one with these fields as such (`@integration`), and an index template of each.
 */
import type { Template, TemplateMode } from "../../src/elasticsearch/template.ts";
import type { FieldEntry, Signal, StoreFieldEntry } from "./field_table.ts";
import type { MetricStream } from "../../src/mappings/metric.ts";
import type { MetricAttribute, MetricTable } from "./metric_table.ts";
import { aliasesOf, type Properties, propertiesOf } from "./properties.ts";
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

/** The templates for `<signal>-<dataset>-*`, components before the index templates that name them. */
export function templatesOf(tables: StreamTables): Template[] {
  const index = {
    // What the stack's own settings would have run before indexing.
    default_pipeline: "_none",
    mapping: { ignore_malformed: "true" },
  };
  const properties = propertiesOf([...tables.storeFields, ...tables.fields]);
  if (tables.signal === "logs") return logsTemplates(tables, { index, properties });
  const name = nameOf(tables);
  return [
    settingsTemplate(name, timeSeriesSettings(index, properties)),
    mappingsTemplate(`${name}@mappings`, timeSeriesMappings(properties, tables.metrics)),
    indexTemplate(tables, [`${name}@mappings`]),
  ];
}

function logsTemplates(
  tables: LogsTables,
  { index, properties }: { index: object; properties: Properties },
): Template[] {
  const name = nameOf(tables);
  const aliases = aliasesOf([...tables.storeFields, ...tables.fields], properties);
  const targets = new Set(Object.values(aliases).map(({ path }) => path));
  const select = (isSelected: (field: string) => boolean) =>
    Object.fromEntries(Object.entries(properties).filter(([field]) => isSelected(field)));
  const mappings = (own: object) => ({ dynamic: "false", subobjects: false, properties: own });
  return [
    settingsTemplate(name, index),
    mappingsTemplate(`${name}@mappings`, mappings(select((field) => aliases[field] === undefined))),
    // Elasticsearch takes a component only with the fields that its aliases are of.
    mappingsTemplate(`${name}@aliases`, mappings({ ...select((field) => targets.has(field)), ...aliases }), "ecs"),
    mappingsTemplate(`${name}@integration`, mappings(select((field) => aliases[field] !== undefined)), "integration"),
    indexTemplate(tables, [`${name}@mappings`, `${name}@aliases`], "ecs"),
    indexTemplate(tables, [`${name}@mappings`, `${name}@integration`], "integration"),
  ];
}

function nameOf({ stream }: StreamTables): string {
  return `bedrock-otel-${stream}`;
}

function settingsTemplate(name: string, index: object): Template {
  return {
    kind: "component_template",
    name: `${name}@settings`,
    body: { template: { settings: { index } }, _meta: META },
  };
}

/** `mode` is also in the mappings: the exporter reads there which documents an index takes. */
function mappingsTemplate(name: string, mappings: object, mode?: TemplateMode): Template {
  const _meta = { managed_by: META.managed_by, ...modeOf(mode) };
  return {
    kind: "component_template",
    name,
    ...modeOf(mode),
    body: { template: { mappings: { _meta, ...mappings } }, _meta: META },
  };
}

function indexTemplate(tables: StreamTables, mappings: readonly string[], mode?: TemplateMode): Template {
  const { stream, signal } = tables;
  const dataset = tables.signal === "logs" ? `aws_bedrock.${stream}` : tables.metrics.dataset;
  const name = nameOf(tables);
  const stackSettings = STACK_SETTINGS[signal];
  return {
    kind: "index_template",
    name,
    ...modeOf(mode),
    body: {
      index_patterns: [`${signal}-${dataset}-*`],
      // The stack's settings bring its lifecycle policy, @retention what `setup --retention` says, @custom whatever users add.
      composed_of: [stackSettings, `${name}@settings`, ...mappings, `${name}@retention`, `${name}@custom`],
      ignore_missing_component_templates: [stackSettings, `${name}@retention`, `${name}@custom`],
      priority: PRIORITY,
      data_stream: {},
      _meta: { ...META, ...modeOf(mode) },
    },
  };
}

function modeOf(mode: TemplateMode | undefined): { mode?: TemplateMode } {
  return mode === undefined ? {} : { mode };
}
