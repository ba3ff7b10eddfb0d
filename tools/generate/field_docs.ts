/** The documentation of a data stream's fields, from its field table. */
import { markdownTable } from "./markdown.ts";
import type { FieldEntry, Signal, StoreFieldEntry } from "./field_table.ts";
import { type MetricDefinition, metricName, type MetricStream } from "../../src/mappings/metric.ts";
import { fieldsOfMetric, type MetricAttribute } from "./metric_table.ts";
import type { SampleEvents } from "./sample_events.ts";
import type { LogsTables, MetricsTables, StreamTables } from "./templates.ts";
import { sourceOf } from "./typescript.ts";

/** The page `docs/fields/<stream>.md`. */
export function fieldPage(tables: StreamTables, sampleEvents: SampleEvents): string {
  const { stream, storeFields } = tables;
  return [
    `<!-- Made from ${sourceOf(tables)} by \`deno task generate\`: change it there. -->`,
    `# Fields of the data stream \`${stream}\``,
    ...tables.signal === "logs" ? recordSections(tables) : metricSections(tables),
    "## Fields that the Collector or your configuration adds",
    markdownTable(["Field", "Type", "Description", "From"], byName(storeFields).map(storeRow)),
    "## Sample events",
    SAMPLES[tables.signal],
    ...Array.from(sampleEvents, ([mode, event]) => `### Mode \`${mode}\`\n\n${fenced(event)}`),
  ].join("\n\n") + "\n";
}

const SAMPLES: Readonly<Record<Signal, string>> = {
  logs: "The same record in each mode, as Elasticsearch stores it behind a Collector.",
  metrics:
    "The same points in each mode, as Elasticsearch stores them behind a Collector. In mode otel each unit has a document,\nof which one is shown.",
};

function recordSections({ stream, fields, storeFields }: LogsTables): string[] {
  return [
    `Types are Elasticsearch's, as the templates of \`bedrock-otel setup elasticsearch\` map them; keywords and flattened
fields are searchable up to 8,191 characters a value. \`not searchable\`: the value is in the document only.
The column \`metadata_only\` says what leaves with \`content: metadata_only\`: \`yes\`, or \`checked\` where a value leaves
only when it is one of a list or fits a pattern (mappings/${stream}/fields.yml has them), so that no prompt can hide in it.
The column \`semconv\` says which versions of OpenTelemetry's GenAI conventions have a field (setting \`semconv\`, mode otel).`,
    "## Attributes",
    markdownTable(
      ["Field", "Type", "Unit", "Description", "From", "Modes", "`semconv`", "`metadata_only`"],
      byName(fields).map(attributeRow),
    ),
    ...aliasSection([...storeFields, ...fields]),
  ];
}

/** What `--mode ecs` calls by two names. */
function aliasSection(entries: readonly (FieldEntry | StoreFieldEntry)[]): string[] {
  const rows = entries.flatMap(({ name, aliases = [] }) => aliases.map((alias) => [`\`${alias}\``, `\`${name}\``]));
  if (rows.length === 0) return [];
  return [
    "## Aliases",
    `Names of mode integration that answer in mode ecs too: the templates of \`setup elasticsearch --mode ecs\` make each an alias
of the field beside it. Queries and aggregations take an alias as they take the field; documents do not show it.`,
    markdownTable(["Alias", "Of"], rows.sort(([a = ""], [b = ""]) => a < b ? -1 : 1)),
  ];
}

function metricSections({ fields, metrics: stream, table }: MetricsTables): string[] {
  const { metrics, namespace, isDefault, prefix, otelPrefix, levels } = stream;
  const [first] = levels;
  return [
    `${table.about}: the metrics of CloudWatch's namespace \`${namespace}\`, ${
      isDefault ? "read by default" : `read with \`namespaces: [${stream.name}]\``
    }. AWS's page: <${table.page}>.`,
    `Types are Elasticsearch's, as the templates of \`bedrock-otel setup elasticsearch\` map them. A document has all metrics
of one set of dimensions and one time; a second document of the same is refused (409).`,
    "## Metrics",
    `A sum leaves as an OTel Sum (delta, monotonic), any other statistic as a Gauge. Statistics in brackets are those of
\`statistics: percentiles\`. A metric that is not listed leaves behind \`${prefix}\`${
      stream.statisticNames === "dotted" ? "" : " in snake_case"
    } (mode otel: \`${otelPrefix}\`) as an average.`,
    markdownTable(
      ["Field", "Type", "Unit", "Name in mode otel", "Metric in CloudWatch", "Statistic", "Description"],
      metrics.flatMap((metric) => metricRows(stream, metric)),
    ),
    "## Levels",
    `CloudWatch counts the same again at each level. The level \`${first?.name}\` is read, and the next ones give only what the
ones before lack, so that the sum over all documents is the total.`,
    table.reason,
    `\`levels: { ${stream.name}: [LEVEL] }\` of the receiver reads another one first; \`account\` is the level without dimensions.`,
    markdownTable(
      ["Level", "Dimensions", "Read of"],
      levels.map(({ name, dimensions }, index) => [
        `\`${name}\``,
        dimensions.join(", "),
        readOf(stream, { name, index }),
      ]),
    ),
    "## Permissions",
    `The program needs \`cloudwatch:ListMetrics\` and \`cloudwatch:GetMetricData\`
([examples/iam/awscloudwatchmetrics.json](../../examples/iam/awscloudwatchmetrics.json)); CloudWatch limits neither to a
namespace.${
      table.publisher === undefined ? "" : ` There is data only where AWS may write it: ${table.publisher} needs
\`cloudwatch:PutMetricData\` for the namespace \`${namespace}\`
([examples/iam/publish-metrics.json](../../examples/iam/publish-metrics.json)).`
    }`,
    "## Attributes of the data points",
    markdownTable(
      ["Field", "Type", "Unit", "Description", "From", "Modes", "Dimension"],
      byName(fields).map(dimensionRow),
    ),
  ];
}

function readOf({ metrics }: MetricStream, { name, index }: { name: string; index: number }): string {
  if (index === 0) return "all metrics by default";
  return metrics.filter(({ level }) => level === name).map((metric) => metric.name).join(", ");
}

function metricRows(stream: MetricStream, metric: MetricDefinition): string[][] {
  const { type, unit, name, aliases = [], percentiles = [], periodSeconds, description } = metric;
  const stored = type === "int" ? "long" : "double";
  const period = periodSeconds === undefined ? "" : ` of ${periodSeconds} s`;
  const preset = percentiles.length === 0 ? "" : ` (${percentiles.join(", ")})`;
  return fieldsOfMetric(stream, metric).filter(({ isPreset }) => !isPreset).map(({ field, statistic }) => [
    `\`${field}\``,
    stored,
    unit,
    `\`${metricName(stream, metric, { statistic, mode: "otel" })}\``,
    [name, ...aliases].join(", "),
    statistic + period + preset,
    description,
  ]);
}

function dimensionRow(entry: MetricAttribute): string[] {
  return [...attributeCells(entry), entry.time_series_dimension ? "yes" : ""];
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((a, b) => a.name < b.name ? -1 : 1);
}

function attributeRow(entry: FieldEntry): string[] {
  return [...attributeCells(entry), (entry.semconv ?? []).join(", "), withoutContent(entry)];
}

/** What the tables of all attributes begin with. */
function attributeCells(entry: FieldEntry | MetricAttribute): string[] {
  const { name, unit, description, from, modes } = entry;
  return [`\`${name}\``, typeOf(entry), unit ?? "", description, from, modes.join(", ")];
}

function storeRow(entry: StoreFieldEntry): string[] {
  return [`\`${entry.name}\``, typeOf(entry), entry.description, entry.from];
}

function typeOf({ elasticsearch, indexed }: FieldEntry | StoreFieldEntry): string {
  if (elasticsearch === "object") return "object, not searchable";
  return indexed ? elasticsearch : `${elasticsearch}, not searchable`;
}

function withoutContent({ without_content, pattern, enum: values }: FieldEntry): string {
  if (!without_content) return "";
  return pattern === undefined && values === undefined ? "yes" : "checked";
}

function fenced(value: unknown): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
